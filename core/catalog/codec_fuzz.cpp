// Items as bytes: what can be read is written and read as the same item.

#include "catalog/codec.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto item = vitrina::catalog::decode(bytes))
        vitrina::ensure(vitrina::catalog::decode(vitrina::catalog::encode(*item)) == *item,
                        "an item reads otherwise than it was written");
    return 0;
}
