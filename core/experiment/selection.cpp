#include "experiment/selection.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/error.hpp"

namespace vitrina::experiment {
namespace {

double mean(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// The mean of the first `kept` of the values, of which the last may count in part.
double mean_of_first(std::span<const double> values, double kept) {
    double sum = 0, left = kept;
    for (const double value : values) {
        const double share = std::min(1.0, left);
        if (share <= 0) break;
        sum += share * value;
        left -= share;
    }
    return sum / kept;
}

struct Extremes {
    double least = 0, most = 0;
};

// Means of the smallest and of the largest values when a share of them is left out.
Extremes trimmed_means(std::span<const double> values, double trimmed) {
    std::vector<double> sorted(values.begin(), values.end());
    const double kept = static_cast<double>(values.size()) * (1 - trimmed);
    std::ranges::sort(sorted);
    const double least = mean_of_first(sorted, kept);
    std::ranges::reverse(sorted);
    return {.least = least, .most = mean_of_first(sorted, kept)};
}

double share_of(const Selected& arm) { return static_cast<double>(arm.values.size()) / static_cast<double>(arm.units); }

}  // namespace

std::optional<LeeBounds> lee_bounds(const Selected& treated, const Selected& control) {
    ensure(treated.values.size() <= treated.units && control.values.size() <= control.units,
           "no more values than units");
    if (treated.values.empty() || control.values.empty()) return std::nullopt;
    const double treated_share = share_of(treated), control_share = share_of(control);
    if (treated_share >= control_share) {
        const double trimmed = (treated_share - control_share) / treated_share;
        const Extremes means = trimmed_means(treated.values, trimmed);
        const double other = mean(control.values);
        return LeeBounds{.low = means.least - other, .high = means.most - other, .trimmed = trimmed};
    }
    const double trimmed = (control_share - treated_share) / control_share;
    const Extremes means = trimmed_means(control.values, trimmed);
    const double other = mean(treated.values);
    return LeeBounds{.low = other - means.most, .high = other - means.least, .trimmed = trimmed};
}

}  // namespace vitrina::experiment
