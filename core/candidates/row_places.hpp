#pragma once
// Rows in the order in which they came, each once, and back from a row to its place.
//
// Threads: a value. Cost: open addressing in a table at most half full.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace vitrina::candidates {

class RowPlaces {
public:
    explicit RowPlaces(std::size_t most) : slots_(std::bit_ceil(2 * most + 2), none) {}

    std::uint32_t find(std::uint32_t row) const {
        std::size_t slot = slot_of(row);
        while (slots_[slot] != none && rows_[slots_[slot]] != row) slot = (slot + 1) & (slots_.size() - 1);
        return slots_[slot];
    }
    // Precondition: fewer than `most` rows.
    bool add(std::uint32_t row) {
        std::size_t slot = slot_of(row);
        while (slots_[slot] != none && rows_[slots_[slot]] != row) slot = (slot + 1) & (slots_.size() - 1);
        if (slots_[slot] != none) return false;
        slots_[slot] = static_cast<std::uint32_t>(rows_.size());
        rows_.push_back(row);
        return true;
    }
    const std::vector<std::uint32_t>& rows() const { return rows_; }

    static constexpr std::uint32_t none = 0xffffffff;

private:
    std::size_t slot_of(std::uint32_t row) const { return (row * 0x9e3779b1u >> 7) & (slots_.size() - 1); }
    std::vector<std::uint32_t> slots_;
    std::vector<std::uint32_t> rows_;
};

}  // namespace vitrina::candidates
