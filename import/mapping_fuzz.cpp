// Mapping files and column options: any text.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "import/import.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static_cast<void>(vitrina::import::parse_mapping(text, "mapping.toml"));
    vitrina::import::OrderMapping mapping;
    static_cast<void>(vitrina::import::add_columns(mapping, text));
    return 0;
}
