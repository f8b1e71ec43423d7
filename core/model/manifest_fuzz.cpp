// Any text is a manifest or refused; one that is taken survives being written and read again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "model/store.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto manifest = vitrina::model::manifest_from_json({reinterpret_cast<const char*>(data), size});
    if (!manifest) return 0;
    const std::string json = vitrina::model::to_json(*manifest);
    const auto again = vitrina::model::manifest_from_json(json);
    if (!again || vitrina::model::to_json(*again) != json) __builtin_trap();
    return 0;
}
