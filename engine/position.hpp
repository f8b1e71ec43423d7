#pragma once
// Where something stands in the log, and keys as they are written to disk.
//
// The position of an event is its number in the order of acceptance, counted from 1; a log record is stored under the position
// of its first event. Keys on disk are big-endian, so that RocksDB's order is the order of the numbers.
// Threads: pure functions.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/keys.hpp"

namespace vitrina::engine {

using Position = std::uint64_t;

inline void append_big_endian(std::string& out, std::uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>((number >> shift) & 0xff));
}

inline std::string disk_key(std::uint64_t number) {
    std::string key;
    append_big_endian(key, number);
    return key;
}

inline std::string disk_key(ItemKey item) { return disk_key(static_cast<std::uint64_t>(item)); }

inline std::string disk_key(const PersonKey& person) {
    std::string key = disk_key(person.high);
    append_big_endian(key, person.low);
    return key;
}

// Precondition: `bytes` holds 8 bytes from `at` on.
inline std::uint64_t big_endian_at(std::string_view bytes, std::size_t at = 0) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 8; ++i) number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
    return number;
}

}  // namespace vitrina::engine
