// Events as bytes: what can be read is written and read as the same event.

#include "event/codec.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto event = vitrina::event::decode(bytes))
        vitrina::ensure(vitrina::event::decode(vitrina::event::encode(*event)) == *event,
                        "an event reads otherwise than it was written");
    if (const auto batch = vitrina::event::decode_batch(bytes))
        vitrina::ensure(vitrina::event::decode_batch(vitrina::event::encode_batch(*batch)) == *batch,
                        "a batch reads otherwise than it was written");
    return 0;
}
