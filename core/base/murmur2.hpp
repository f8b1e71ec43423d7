#pragma once
// The hash by which Kafka's own producers choose a partition, so that C++ and Java put the same key into the same one.
//
// Source: Austin Appleby's MurmurHash2 (32 bit, public domain) with the seed that Kafka's DefaultPartitioner uses; the vectors of
// tests/vectors/murmur2.txt hold both sides to the same numbers.
// Threads: pure functions.

#include <cstdint>
#include <string_view>

namespace vitrina {

std::uint32_t murmur2(std::string_view bytes);

// Precondition: partitions > 0.
std::int32_t partition_of(std::string_view key, std::int32_t partitions);

}  // namespace vitrina
