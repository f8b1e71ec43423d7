#pragma once
// For fuzz targets: bytes as a block (border/flat_block.hpp) whose head is right, so that what stands behind the checksum is tried too.

#include <cstring>
#include <string>
#include <string_view>

#include "base/keys.hpp"
#include "border/flat_block.hpp"

namespace vitrina::border {

// `example` is a block of the kind that is wanted.
inline std::string sealed_block(std::string_view example, std::string_view content) {
    std::string bytes(example.substr(0, block_head_bytes));
    const std::uint64_t checksum = text_hash(content);
    std::memcpy(bytes.data() + block_head_bytes - sizeof checksum, &checksum, sizeof checksum);
    return bytes.append(content);
}

}  // namespace vitrina::border
