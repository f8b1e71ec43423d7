#include "training/row_accumulator.hpp"

#include <algorithm>

namespace vitrina::training {
namespace {

// Positive floats sort as their bits do; the inverted column below them breaks ties by the smaller column.
std::uint64_t sorting_key(float value, std::uint32_t column) {
    return (static_cast<std::uint64_t>(std::bit_cast<std::uint32_t>(value)) << 32) |
           static_cast<std::uint32_t>(~column);
}

Scored from_key(std::uint64_t key) {
    return {~static_cast<std::uint32_t>(key), std::bit_cast<float>(static_cast<std::uint32_t>(key >> 32))};
}

}  // namespace

template <class Sum>
std::span<const Scored> RowSums<Sum>::take_largest(std::size_t k, std::uint32_t self,
                                                   std::span<const float> column_weight) {
    keys_.clear();
    for (std::size_t t = 0; t < touched_count_; ++t) {
        const std::uint32_t column = touched_[t];
        const auto sum = static_cast<float>(sum_[column]);
        const float value = column_weight.empty() ? sum : sum * column_weight[column];
        sum_[column] = 0;
        if (column != self) keys_.push_back(sorting_key(value, column));
    }
    touched_count_ = 0;
    sort_descending(keys_);
    best_.clear();
    for (std::size_t b = 0; b < std::min(k, keys_.size()); ++b) best_.push_back(from_key(keys_[b]));
    return best_;
}

template <class Sum>
std::span<const Scored> RowSums<Sum>::take_best(std::size_t k, std::uint32_t self,
                                                std::span<const float> column_weight) {
    take_largest(k, self, column_weight);
    double total = 0;
    for (const Scored& entry : best_) total += static_cast<double>(entry.score);
    if (total > 0)
        for (Scored& entry : best_) entry.score = static_cast<float>(static_cast<double>(entry.score) / total);
    return best_;
}

template class RowSums<float>;
template class RowSums<double>;

}  // namespace vitrina::training
