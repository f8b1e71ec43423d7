#pragma once
// The bytes of a model file, as docs/model-format.md draws them. Numbers are little-endian, which every machine that we
// build for is; a build for another one stops here.
//
// Used by model.cpp (reading) and model_builder.cpp (writing) only.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace vitrina::model::layout {

static_assert(std::endian::native == std::endian::little, "model files are little-endian");

inline constexpr std::array<char, 8> magic{'V', 'I', 'T', 'M', 'O', 'D', 'E', 'L'};
inline constexpr std::uint32_t format_version = 1;
inline constexpr std::size_t alignment = 64;
inline constexpr std::size_t name_bytes = 64;  // the last one is always 0
inline constexpr std::uint32_t sections_max = 4096;
inline constexpr const char* item_keys = "items.keys";

struct Header {
    std::array<char, 8> magic{};
    std::uint32_t format_version = 0;
    std::uint32_t sections = 0;
    std::uint64_t file_bytes = 0;
    std::uint64_t checksum = 0;  // XXH3-64 of this header with this field 0, followed by the table
    std::array<std::uint64_t, 4> zero{};
};
static_assert(sizeof(Header) == 64);

struct TableEntry {
    std::array<char, name_bytes> name{};
    std::uint64_t element_bytes = 0;
    std::uint64_t count = 0;
    std::uint64_t offset = 0;    // from the start of the file, a multiple of 64
    std::uint64_t checksum = 0;  // XXH3-64 of the array
};
static_assert(sizeof(TableEntry) == 96);

inline constexpr std::uint64_t aligned(std::uint64_t offset) {
    return (offset + alignment - 1) / alignment * alignment;
}

std::uint64_t head_checksum(Header header, std::span<const std::byte> table);

}  // namespace vitrina::model::layout
