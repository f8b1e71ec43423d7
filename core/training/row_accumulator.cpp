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

// Sizes of keys: exponent and four bits of the value.
constexpr unsigned size_shift = 32 + 19;
constexpr std::size_t size_count = std::size_t{1} << (63 - size_shift);

// Sorting is dear: where many more were touched than are kept, those that are surely too small are left out first.
constexpr bool pays(std::size_t count, std::size_t k) { return count > k + k / 4 + 64; }

}  // namespace

// Empties the accumulator into `keys_`; answers how many.
template <class Sum>
std::size_t RowSums<Sum>::take_keys(std::uint32_t self, std::span<const float> column_weight) {
    if (keys_.size() < touched_count_) keys_.resize(std::max(touched_count_, 2 * keys_.size()));
    std::size_t count = 0;
    for (std::size_t t = 0; t < touched_count_; ++t) {
        const std::uint32_t column = touched_[t];
        const auto sum = static_cast<float>(sum_[column]);
        sum_[column] = 0;
        keys_[count] = sorting_key(column_weight.empty() ? sum : sum * column_weight[column], column);
        count += column != self ? 1 : 0;
    }
    touched_count_ = 0;
    return count;
}

// Leaves out keys that are of a size too small for the k largest; answers how many are left, at least k of k or more.
template <class Sum>
std::size_t RowSums<Sum>::keep_largest(std::size_t count, std::size_t k) {
    sizes_.assign(size_count, 0);
    for (std::size_t n = 0; n < count; ++n) ++sizes_[keys_[n] >> size_shift];
    std::size_t size = size_count, above = 0;
    while (size > 0 && above < k) above += sizes_[--size];
    const std::uint64_t least = static_cast<std::uint64_t>(size) << size_shift;
    std::size_t kept = 0;
    for (std::size_t n = 0; n < count; ++n) {
        const std::uint64_t key = keys_[n];
        keys_[kept] = key;
        kept += key >= least ? 1 : 0;
    }
    return kept;
}

template <class Sum>
std::span<const Scored> RowSums<Sum>::take_largest(std::size_t k, std::uint32_t self,
                                                   std::span<const float> column_weight) {
    std::size_t count = take_keys(self, column_weight);
    if (pays(count, k)) count = keep_largest(count, k);
    sort_descending(std::span(keys_).first(count));
    best_.clear();
    for (std::size_t b = 0; b < std::min(k, count); ++b) best_.push_back(from_key(keys_[b]));
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
