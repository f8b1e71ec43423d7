// Any bytes as records between the folds: refused, or written again to the same bytes.

#include "border/records.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "border/packing.hpp"

using namespace vitrina;
using namespace vitrina::border;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto facts = decode_facts(bytes, {1, 2}))
        ensure(encode_facts(*facts) == bytes, "a record of facts has two encodings");
    if (const auto delta = decode_delta(bytes))
        ensure(encode_delta(*delta) == bytes, "an item delta has two encodings");
    if (const auto letter = decode_dead_letter(bytes))
        ensure(decode_dead_letter(encode(*letter)).has_value(), "a dead letter cannot be read again");
    if (const auto parts = unpack(bytes)) {
        Packing packing;
        for (const auto& part : *parts) part ? packing.add(*part) : packing.add_nothing();
        ensure(packing.finish() == bytes, "packed bytes have two encodings");
    }
    return 0;
}
