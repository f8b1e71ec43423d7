#include "evaluation/measuring.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

#include "base/pool.hpp"

namespace vitrina::evaluation {

namespace {

constexpr std::size_t questions_a_block = 64;

// questions × k rows, padded with no_row.
std::vector<std::uint32_t> lists_of(const Ranker& ranker, std::span<const Question> questions, std::size_t k,
                                    std::size_t rows, Executor& executor) {
    std::vector<std::uint32_t> lists(questions.size() * k, model::no_row);
    Pool<candidates::Scratch> scratches([&] { return std::make_unique<candidates::Scratch>(rows); });
    executor.for_each_block(block_count(questions.size(), questions_a_block), [&](std::size_t block) {
        const auto scratch = scratches.borrow();
        for (std::size_t q = block * questions_a_block; q < std::min(questions.size(), (block + 1) * questions_a_block);
             ++q) {
            const std::vector<std::uint32_t> list = ranker(q, questions[q], k, *scratch);
            std::copy_n(list.begin(), std::min(k, list.size()), lists.begin() + static_cast<std::ptrdiff_t>(q * k));
        }
    });
    return lists;
}

struct Lists {
    std::span<const std::uint32_t> rows;
    std::size_t k;
    std::span<const std::uint32_t> of(std::size_t q) const { return rows.subspan(q * k, k); }
};

void add_metrics(const Lists& lists, std::span<const Question> questions, const MeasureSettings& settings,
                 Executor& executor, ModelReport& report) {
    const std::size_t columns = settings.cut_offs.size() * metric_names.size();
    std::vector<float> values;
    std::vector<std::uint32_t> units;
    values.reserve(questions.size() * columns);
    for (std::size_t q = 0; q < questions.size(); ++q) {
        units.push_back(questions[q].unit);
        for (const std::size_t k : settings.cut_offs)
            for (const double value : metrics_at(lists.of(q), questions[q].truth(), k, settings.ideal).values())
                values.push_back(static_cast<float>(value));
    }
    const std::vector<Interval> intervals = mean_intervals(values, columns, units, settings.bootstrap, executor);
    for (std::size_t c = 0; c < columns; ++c) {
        const std::size_t k = settings.cut_offs[c / metric_names.size()];
        report.metrics.push_back({fmt::format("{}@{}", metric_names[c % metric_names.size()], k), intervals[c]});
    }
}

void add_coverage(const Lists& lists, std::size_t questions, const MeasureSettings& settings, ModelReport& report) {
    for (const std::size_t k : settings.cut_offs) {
        std::vector<std::uint8_t> shown(settings.rows, 0);
        for (std::size_t q = 0; q < questions; ++q)
            for (const std::uint32_t row : lists.of(q).first(k))
                if (row != model::no_row) shown[row] = 1;
        const double share = shown.empty() ? 0.0
                                           : static_cast<double>(std::reduce(shown.begin(), shown.end(), 0u)) /
                                                 static_cast<double>(shown.size());
        report.metrics.push_back({fmt::format("coverage@{}", k), {share, share, share}});
    }
}

void add_terciles(const Lists& lists, std::span<const Question> questions, const MeasureSettings& settings,
                  ModelReport& report) {
    for (const std::size_t k : settings.cut_offs) {
        double hits[3] = {}, all[3] = {};
        for (std::size_t q = 0; q < questions.size(); ++q) {
            all[2] += static_cast<double>(questions[q].relevant_count - questions[q].relevant.size());
            const auto list = lists.of(q).first(k);
            for (const std::uint32_t row : questions[q].relevant) {
                all[settings.tercile_of[row]] += 1;
                if (std::ranges::find(list, row) != list.end()) hits[settings.tercile_of[row]] += 1;
            }
        }
        const auto share = [&](int t) { return all[t] > 0 ? hits[t] / all[t] : 0.0; };
        report.terciles.push_back({fmt::format("recall@{}", k), share(0), share(1), share(2)});
    }
}

}  // namespace

ModelReport measure(const Ranker& ranker, std::span<const Question> questions, const MeasureSettings& settings,
                    Executor& executor) {
    ModelReport report;
    if (settings.cut_offs.empty()) return report;
    const std::size_t k = *std::ranges::max_element(settings.cut_offs);
    const std::vector<std::uint32_t> rows = lists_of(ranker, questions, k, settings.rows, executor);
    const Lists lists{rows, k};
    add_metrics(lists, questions, settings, executor, report);
    add_coverage(lists, questions.size(), settings, report);
    if (!settings.tercile_of.empty()) add_terciles(lists, questions, settings, report);
    return report;
}

std::vector<std::uint8_t> terciles_of(std::span<const std::uint64_t> counts) {
    std::vector<std::uint32_t> order(counts.size());
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
        return counts[a] != counts[b] ? counts[a] > counts[b] : a < b;
    });
    const std::uint64_t all = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    std::vector<std::uint8_t> tercile(counts.size(), 2);
    std::uint64_t before = 0;
    for (const std::uint32_t row : order) {
        tercile[row] = static_cast<std::uint8_t>(all == 0 ? 2 : std::min<std::uint64_t>(2, 3 * before / all));
        before += counts[row];
    }
    return tercile;
}

}  // namespace vitrina::evaluation
