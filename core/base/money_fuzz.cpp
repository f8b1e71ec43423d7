// Money: whatever is read as an amount is written as one that reads the same.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/money.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto amount = vitrina::parse_money(text))
        vitrina::ensure(vitrina::parse_money(vitrina::money_text(*amount)) == *amount,
                        "an amount reads otherwise than it was written");
    double number = 0;
    if (size >= sizeof number) {
        std::memcpy(&number, data, sizeof number);
        static_cast<void>(vitrina::money_from_number(number));
    }
    static_cast<void>(vitrina::is_currency(text));
    return 0;
}
