#pragma once
// The k best of many scored rows, best first; equal scores are ordered by the smaller row, so the answer never depends on the
// order in which rows were offered. A row is an item's number inside one model (rows are sorted by item key, which is a hash,
// so the tie-break knows nothing about the items).
//
// Threads: a `TopK` belongs to one thread. Cost: one comparison for a row that is not among the best, O(log k) otherwise.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace vitrina {

struct Scored {
    std::uint32_t row = 0;
    float score = 0;
    bool operator==(const Scored&) const = default;
};

inline bool better(const Scored& a, const Scored& b) { return a.score != b.score ? a.score > b.score : a.row < b.row; }

class TopK {
public:
    // Not an error: k = 0 keeps nothing.
    explicit TopK(std::size_t k) : k_(k) { heap_.reserve(k); }

    void offer(Scored candidate) {
        if (heap_.size() < k_) {
            heap_.push_back(candidate);
            std::push_heap(heap_.begin(), heap_.end(), better);
        } else if (k_ > 0 && better(candidate, heap_.front())) {
            std::pop_heap(heap_.begin(), heap_.end(), better);
            heap_.back() = candidate;
            std::push_heap(heap_.begin(), heap_.end(), better);
        }
    }

    // Best first; leaves the collector empty and ready for reuse.
    std::vector<Scored> take() {
        std::sort_heap(heap_.begin(), heap_.end(), better);
        std::vector<Scored> best;
        best.swap(heap_);
        heap_.reserve(k_);
        return best;
    }

private:
    std::size_t k_;
    std::vector<Scored> heap_;
};

}  // namespace vitrina
