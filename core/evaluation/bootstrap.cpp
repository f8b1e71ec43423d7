#include "evaluation/bootstrap.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/random.hpp"

namespace vitrina::evaluation {

namespace {

// Sums of each column a unit, and the number of the unit's queries in the last column.
std::vector<double> sums_by_unit(std::span<const float> values, std::size_t columns,
                                 std::span<const std::uint32_t> unit) {
    const std::size_t units = unit.empty() ? 0 : *std::max_element(unit.begin(), unit.end()) + 1u;
    std::vector<double> sums(units * (columns + 1), 0.0);
    for (std::size_t q = 0; q < unit.size(); ++q) {
        double* row = sums.data() + unit[q] * (columns + 1);
        for (std::size_t c = 0; c < columns; ++c) row[c] += static_cast<double>(values[q * columns + c]);
        row[columns] += 1.0;
    }
    return sums;
}

// Means of one resample of the units.
void resample(const std::vector<double>& sums, std::size_t width, Random random, double* means) {
    const std::size_t units = sums.size() / width;
    std::vector<double> total(width, 0.0);
    for (std::size_t draw = 0; draw < units; ++draw) {
        const double* row = sums.data() + random.below(units) * width;
        for (std::size_t c = 0; c < width; ++c) total[c] += row[c];
    }
    for (std::size_t c = 0; c + 1 < width; ++c) means[c] = total[width - 1] > 0 ? total[c] / total[width - 1] : 0.0;
}

}  // namespace

std::vector<Interval> mean_intervals(std::span<const float> values, std::size_t columns,
                                     std::span<const std::uint32_t> unit, const BootstrapSettings& settings,
                                     Executor& executor) {
    ensure(values.size() == columns * unit.size(), "one value a query and column");
    std::vector<Interval> result(columns);
    const std::vector<double> sums = sums_by_unit(values, columns, unit);
    const std::size_t width = columns + 1;
    if (sums.empty()) return result;
    for (std::size_t c = 0; c < columns; ++c) {
        double total = 0;
        for (std::size_t row = 0; row < sums.size(); row += width) total += sums[row + c];
        result[c] = Interval{.value = total / static_cast<double>(unit.size())};
    }
    std::vector<double> means(settings.resamples * columns);
    executor.for_each_block(settings.resamples, [&](std::size_t block) {
        resample(sums, width, Random(settings.seed, block), means.data() + block * columns);
    });
    for (std::size_t c = 0; c < columns; ++c) {
        std::vector<double> sorted;
        for (std::size_t r = 0; r < settings.resamples; ++r) sorted.push_back(means[r * columns + c]);
        std::sort(sorted.begin(), sorted.end());
        const auto quantile = [&](double share) {
            return sorted.empty()
                       ? result[c].value
                       : sorted[static_cast<std::size_t>(std::lround(share * static_cast<double>(sorted.size() - 1)))];
        };
        result[c].low = std::min(quantile(0.025), result[c].value);
        result[c].high = std::max(quantile(0.975), result[c].value);
    }
    return result;
}

}  // namespace vitrina::evaluation
