#pragma once
// The interval of a lift by resampling units: a cross-check of the delta method's, which trusts that means are normal.
//
// Units are put by lot into at most `groups` groups an arm, and groups are drawn with replacement: as wide as resampling units one by one
// (a group's sum is a sum of independent units), at a cost that does not grow with them.
// Threads: pure function; the same units in the same order give the same bits. Precondition: 0 < confidence < 1.
// Errors: nullopt where an arm has fewer than `least_units`, or where a resample of the control is not above 0.
// Source: Efron and Tibshirani 1993, chapters 13 (percentiles) and 8.

#include <cstddef>
#include <optional>
#include <span>

namespace vitrina::experiment {

struct BootstrapInterval {
    double low = 0, high = 0;
};

inline constexpr std::size_t least_units = 20;

// treated / control − 1, of means a unit.
std::optional<BootstrapInterval> bootstrap_lift(std::span<const double> treated, std::span<const double> control,
                                                double confidence = 0.95);

}  // namespace vitrina::experiment
