#pragma once
// One row of a neighbour table while it is summed: dense over all columns, remembering which it touched.
//
// Threads: one at a time; borrow from a `Pool`, one a thread.
// Preconditions: weights are > 0 (a column is touched by its first weight); columns < `columns`.
// Surprising cost: 8 bytes a column.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/sorting.hpp"
#include "base/top_k.hpp"

namespace vitrina::training {

class RowAccumulator {
public:
    explicit RowAccumulator(std::size_t columns) : sum_(columns, 0.0f), touched_(columns + 1) {}

    void add(std::uint32_t column, float weight) {
        touched_[touched_count_] = column;
        touched_count_ += sum_[column] == 0.0f ? 1 : 0;
        sum_[column] += weight;
    }

    // The k largest of sum · column_weight, best first (ties: the smaller column), without the column `self`. Leaves the
    // accumulator empty. `column_weight` may be empty: all 1. The span is valid until the next call.
    std::span<const Scored> take_largest(std::size_t k, std::uint32_t self, std::span<const float> column_weight);
    // The same, divided by their sum.
    std::span<const Scored> take_best(std::size_t k, std::uint32_t self, std::span<const float> column_weight);

private:
    std::vector<float> sum_;
    std::vector<std::uint32_t> touched_;
    std::size_t touched_count_ = 0;
    std::vector<std::uint64_t> keys_;
    std::vector<Scored> best_;
};

}  // namespace vitrina::training
