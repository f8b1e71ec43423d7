#pragma once
// How good a list is, against what came later (QUALITY.md, "Rules of measurement").
//
// With R the relevant items, h_r = 1 where the item at rank r (from 1) is relevant, and sums over r ≤ k:
//   recall   Σ h_r / |R|                    hr    1 where any h_r = 1
//   ndcg     Σ h_r / log2(r + 1) over the same sum of an ideal list with min(k, |R|) hits – or |R| hits where
//            `Ideal::whole` is asked for, as the literature on baskets does
//   mrr      1 / r of the first hit         map   Σ h_r · (hits up to r) / r over min(k, |R|)
// Threads: pure functions. Shapes: a list is best first, without repeats; relevant rows are sorted, without repeats.
// Preconditions: k > 0, `relevant_count` ≥ relevant.size() (the rest are items that no model knows: they count as missed) and > 0.
// Not an error: a list shorter than k.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace vitrina::evaluation {

enum class Ideal : std::uint8_t { cut, whole };

// In the order of `metric_names`.
struct Metrics {
    double recall = 0, hr = 0, ndcg = 0, mrr = 0, map = 0;
    std::array<double, 5> values() const { return {recall, hr, ndcg, mrr, map}; }
};

inline constexpr std::array<std::string_view, 5> metric_names{"recall", "hr", "ndcg", "mrr", "map"};

struct Relevant {
    std::span<const std::uint32_t> rows;  // sorted
    std::size_t count = 0;                // of all relevant items, known to the model or not
};

Metrics metrics_at(std::span<const std::uint32_t> list, Relevant relevant, std::size_t k, Ideal ideal = Ideal::cut);

}  // namespace vitrina::evaluation
