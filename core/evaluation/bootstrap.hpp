#pragma once
// 95 % intervals without assumptions: the percentile bootstrap (Efron 1979) over units – users, or sessions with all their
// queries, because queries of one session resemble each other.
//
// Threads: uses the executor given; the same seed gives the same intervals on any number of threads.
// Shapes: `values` is queries × columns, row-major; `unit` holds the unit of each query, 0 … units−1.
// Cost: resamples · units · columns additions.
// Not an error: no queries (all zero), one unit (the interval is the value itself).

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/executor.hpp"

namespace vitrina::evaluation {

struct Interval {
    double value = 0, low = 0, high = 0;
    bool operator==(const Interval&) const = default;
};

struct BootstrapSettings {
    std::size_t resamples = 500;
    std::uint64_t seed = 1;
};

// The mean over queries of each column, with its interval.
std::vector<Interval> mean_intervals(std::span<const float> values, std::size_t columns,
                                     std::span<const std::uint32_t> unit, const BootstrapSettings& settings,
                                     Executor& executor);

}  // namespace vitrina::evaluation
