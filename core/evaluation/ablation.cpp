#include "evaluation/ablation.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.hpp"
#include "candidates/candidate_features.hpp"

namespace vitrina::evaluation {

std::vector<LeftOut> parts_to_leave_out(std::span<const std::string_view> sources, std::span<const std::string> names) {
    std::vector<LeftOut> parts;
    for (std::size_t source = 0; sources.size() > 1 && source < sources.size(); ++source)
        parts.push_back({std::string(sources[source]), {source}, {}});
    LeftOut every{.name = "every group: sources alone"};
    for (std::size_t column = candidates::of_source * sources.size(); column < names.size(); ++column) {
        const std::string group = fmt::format("{} (group)", names[column].substr(0, names[column].find('.')));
        if (parts.empty() || parts.back().name != group) parts.push_back({group, {}, {}});
        parts.back().columns.push_back(column);
        every.columns.push_back(column);
    }
    parts.push_back(std::move(every));
    return parts;
}

Interval paired_interval(std::span<const float> before, std::span<const float> after,
                         std::span<const Question> questions, std::uint64_t seed, Executor& executor) {
    ensure(before.size() == questions.size() && after.size() == questions.size(), "one value a question is needed");
    std::vector<std::uint32_t> units, distinct;
    std::vector<float> gains;
    for (std::size_t q = 0; q < questions.size(); ++q) {
        units.push_back(questions[q].unit);
        gains.push_back(after[q] - before[q]);
    }
    distinct = units;
    std::ranges::sort(distinct);
    const auto repeats = std::ranges::unique(distinct);
    distinct.erase(repeats.begin(), repeats.end());
    for (std::uint32_t& unit : units)  // numbers without gaps
        unit = static_cast<std::uint32_t>(std::ranges::lower_bound(distinct, unit) - distinct.begin());
    return mean_intervals(gains, 1, units, {.seed = seed}, executor).front();
}

}  // namespace vitrina::evaluation
