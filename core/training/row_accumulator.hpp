#pragma once
// One row of a neighbour table while it is summed: dense over all columns, remembering which it touched.
//
// Threads: one at a time; borrow from a `Pool`, one a thread.
// `Sum` is float where weights come in one order, double where they are multiples of 2^-24 and come in any: such sums are exact
// up to 2^29.
// Preconditions: weights are > 0 (a column is touched by its first weight); columns < `columns`.
// Surprising cost: 4 bytes and a `Sum` a column.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/sorting.hpp"
#include "base/top_k.hpp"

namespace vitrina::training {

template <class Sum>
class RowSums {
public:
    explicit RowSums(std::size_t columns) : sum_(columns, Sum{0}), touched_(columns + 1) {}

    void add(std::uint32_t column, Sum weight) {
        touched_[touched_count_] = column;
        touched_count_ += sum_[column] == Sum{0} ? 1 : 0;
        sum_[column] += weight;
    }

    // The k largest of sum · column_weight, best first (ties: the smaller column), without the column `self`. Leaves the
    // accumulator empty. `column_weight` may be empty: all 1. The span is valid until the next call.
    std::span<const Scored> take_largest(std::size_t k, std::uint32_t self, std::span<const float> column_weight);
    // The same, divided by their sum.
    std::span<const Scored> take_best(std::size_t k, std::uint32_t self, std::span<const float> column_weight);

private:
    std::size_t take_keys(std::uint32_t self, std::span<const float> column_weight);
    std::size_t keep_largest(std::size_t count, std::size_t k);

    std::vector<Sum> sum_;
    std::vector<std::uint32_t> touched_;
    std::size_t touched_count_ = 0;
    std::vector<std::uint64_t> keys_;
    std::vector<std::uint32_t> sizes_;  // how many keys are of about one size
    std::vector<Scored> best_;
};

using RowAccumulator = RowSums<float>;
using ExactRowAccumulator = RowSums<double>;

}  // namespace vitrina::training
