#include "base/murmur2.hpp"

#include <cstddef>

#include "base/error.hpp"

namespace vitrina {
namespace {

constexpr std::uint32_t multiplier = 0x5bd1e995;
constexpr std::uint32_t seed = 0x9747b28c;

std::uint32_t byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

}  // namespace

std::uint32_t murmur2(std::string_view bytes) {
    std::uint32_t hash = seed ^ static_cast<std::uint32_t>(bytes.size());
    std::size_t at = 0;
    for (; bytes.size() - at >= 4; at += 4) {
        std::uint32_t word = byte_at(bytes, at) | byte_at(bytes, at + 1) << 8 | byte_at(bytes, at + 2) << 16 |
                             byte_at(bytes, at + 3) << 24;
        word *= multiplier;
        word ^= word >> 24;
        hash = hash * multiplier ^ word * multiplier;
    }
    if (at < bytes.size()) {
        for (std::size_t i = 0; at + i < bytes.size(); ++i) hash ^= byte_at(bytes, at + i) << (8 * i);
        hash *= multiplier;
    }
    hash ^= hash >> 13;
    hash *= multiplier;
    return hash ^ hash >> 15;
}

std::int32_t partition_of(std::string_view key, std::int32_t partitions) {
    ensure(partitions > 0, "a topic has no partitions");
    return static_cast<std::int32_t>(murmur2(key) & 0x7fffffff) % partitions;
}

}  // namespace vitrina
