// Changes and entries of the catalogue as bytes: what can be read is written and read as the same.

#include "catalog/change.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace vitrina;
using namespace vitrina::catalog;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto change = decode_change(bytes)) {
        ensure(decode_change(encode(*change)) == *change, "a change reads otherwise than it was written");
        const Entry entry = folded({}, *change);
        ensure(folded(entry, *change) == entry, "a change that comes twice changes something");
    }
    if (const auto entry = decode_entry(bytes)) {
        ensure(bytes.empty() || decode_entry(encode(*entry)) == *entry, "an entry reads otherwise than it was written");
        static_cast<void>(item_of(*entry));
    }
    return 0;
}
