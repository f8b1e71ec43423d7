#pragma once
// Sums by 32-bit key in a table that is emptied in constant time: for keys (sessions, people) far too many to hold a dense
// accumulator a thread.
//
// Threads: one at a time. Usage: `reset(n)`, at most n `add`s of distinct keys, then read `keys()` and `entry(key)`.
// Preconditions: no more than the n distinct keys promised. Cost: memory of twice the largest n ever promised, 16 bytes each.
// Open addressing with linear probing; slots of an older epoch count as empty.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace vitrina::candidates {

class KeyedSums {
public:
    struct Entry {
        std::uint32_t key = 0;
        std::uint32_t epoch = 0;
        float sum = 0;
        std::uint32_t first = 0;  // the tag of the first `add`
    };

    void reset(std::size_t distinct_keys) {
        const std::size_t wanted = std::bit_ceil(2 * distinct_keys + 16);
        if (wanted > slots_.size()) {
            slots_.assign(wanted, {});
            epoch_ = 0;
        }
        if (++epoch_ == 0) {
            slots_.assign(slots_.size(), {});
            epoch_ = 1;
        }
        // The smallest table that will do is the one that stays in the cache.
        shift_ = 32 - std::countr_zero(wanted);
        mask_ = wanted - 1;
        used_.clear();
    }

    void add(std::uint32_t key, float value, std::uint32_t tag) {
        Entry& slot = slots_[place(key)];
        if (slot.epoch != epoch_) {
            slot = {key, epoch_, value, tag};
            used_.push_back(static_cast<std::uint32_t>(&slot - slots_.data()));
        } else {
            slot.sum += value;
        }
    }

    // In the order of first sight.
    std::size_t size() const { return used_.size(); }
    const Entry& at(std::size_t i) const { return slots_[used_[i]]; }

private:
    std::size_t place(std::uint32_t key) const {
        std::size_t at = (key * 0x9e3779b1u) >> shift_;
        while (slots_[at].epoch == epoch_ && slots_[at].key != key) at = (at + 1) & mask_;
        return at;
    }

    std::vector<Entry> slots_;
    std::vector<std::uint32_t> used_;
    std::uint32_t epoch_ = 0;
    int shift_ = 32;
    std::size_t mask_ = 0;
};

}  // namespace vitrina::candidates
