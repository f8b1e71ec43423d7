// Any bytes are a model or refused; one that is taken can be read to its end.
#include <cstddef>
#include <cstdint>
#include <string>

#include "model/model.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto model = vitrina::model::Model::from_bytes({reinterpret_cast<const char*>(data), size});
    if (!model) return 0;
    for (std::uint32_t r = 0; r < (*model)->items(); ++r)
        if ((*model)->row((*model)->item_keys()[r]) != r) __builtin_trap();
    return 0;
}
