#include "evaluation/success_learning.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <unordered_map>

#include <fmt/format.h>

#include "ranking/trees.hpp"

namespace vitrina::evaluation {

namespace {

constexpr double least_attention = 0.1;  // of the first place's

std::vector<float> values_of(const model::ForestArrays& forest, const SuccessRows& rows) {
    std::vector<float> values(rows.rows());
    ranking::Trees(forest.view()).score(rows.values, values);
    return values;
}

void set_position(SuccessRows& wide, float position) {
    const std::size_t width = wide.features.size();
    for (std::size_t r = 0; r < wide.rows(); ++r) wide.values[(r + 1) * width - 1] = position;
}

struct Slices {
    SuccessRows learn, calibrate, judge;
};

// Whole answers; the row at which the share of answers is reached.
std::size_t row_at(const SuccessRows& rows, double share) {
    const double answers = rows.rows() == 0 ? 0 : rows.answer.back() + 1.0;
    const auto answer = static_cast<std::uint32_t>(share * answers);
    return static_cast<std::size_t>(std::ranges::lower_bound(rows.answer, answer) - rows.answer.begin());
}

std::string too_few(const Slices& slices, Goal goal, const SuccessSettings& settings) {
    const auto successes = [&](const SuccessRows& of) {
        return static_cast<std::size_t>(std::ranges::count(of.success[goal], 1));
    };
    const std::size_t learn = successes(slices.learn), calibrate = successes(slices.calibrate),
                      judge = successes(slices.judge);
    if (learn >= settings.least_learned && std::min(calibrate, judge) >= settings.least_judged) return {};
    return fmt::format("{}, {} and {} of them to learn, calibrate and judge; at least {}, {} and {} are needed", learn,
                       calibrate, judge, settings.least_learned, settings.least_judged, settings.least_judged);
}

// As many trees as say most about the second slice.
Result<SuccessModel> learn(const Slices& slices, Goal goal, const SuccessSettings& settings) {
    const training::RankingRows rows{slices.learn.features,
                                     slices.learn.values,
                                     slices.learn.success[goal],
                                     {0, static_cast<std::uint32_t>(slices.learn.rows())}};
    const auto forest = training::boost(rows, settings.boosting, 1);
    if (!forest) return std::unexpected(forest.error());
    std::optional<SuccessModel> best;
    double least = 0;
    for (const double share : {0.25, 0.5, 0.75, 1.0}) {
        const auto trees = static_cast<std::size_t>(share * static_cast<double>(settings.boosting.rounds));
        SuccessModel model{model::first_trees(forest->view(), std::min(trees + 1, forest->view().size())), {}};
        model.calibration = calibrate(values_of(model.forest, slices.calibrate), slices.calibrate.success[goal]);
        const double loss = reliability(model.said(slices.calibrate), slices.calibrate.success[goal]).log_loss;
        if (best && !(loss < least)) continue;
        least = loss;
        best = std::move(model);
    }
    return *best;
}

// What the answers' orders are worth: by place as shown, and by `score`.
struct Orders {
    std::vector<float> gain;  // an answer
    std::vector<std::uint32_t> unit;
    double shown = 0;
};

Orders compare(const SuccessRows& judged, std::span<const double> score, Goal goal,
               const std::array<double, feedback::position_buckets>& attention) {
    Orders orders;
    std::vector<std::size_t> order;
    std::unordered_map<std::uint32_t, std::uint32_t> units;
    for (std::size_t begin = 0, end = 0; begin < judged.rows(); begin = end) {
        while (end < judged.rows() && judged.answer[end] == judged.answer[begin]) ++end;
        order.resize(end - begin);
        std::iota(order.begin(), order.end(), begin);
        std::ranges::sort(
            order, [&](std::size_t a, std::size_t b) { return score[a] != score[b] ? score[a] > score[b] : a < b; });
        double shown = 0, put = 0;
        for (std::size_t place = 0; place < order.size(); ++place) {
            const auto worth = [&](std::size_t row) {
                const double looked = attention[feedback::bucket_of(judged.position[row])];
                return judged.success[goal][row] / std::max(looked / attention[0], least_attention) /
                       std::log2(2.0 + static_cast<double>(place));
            };
            shown += worth(begin + place);
            put += worth(order[place]);
        }
        orders.shown += shown;
        orders.gain.push_back(static_cast<float>(put - shown));
        orders.unit.push_back(
            units.try_emplace(judged.unit[begin], static_cast<std::uint32_t>(units.size())).first->second);
    }
    if (!orders.gain.empty()) orders.shown /= static_cast<double>(orders.gain.size());
    return orders;
}

Result<GoalJudged> judge(const Slices& slices, Goal goal, const SuccessRates& rates, const SuccessSettings& settings) {
    GoalJudged judged;
    judged.learned_successes = static_cast<std::size_t>(std::ranges::count(slices.learn.success[goal], 1));
    judged.not_learned = too_few(slices, goal, settings);
    if (!judged.not_learned.empty()) return judged;
    auto model = learn(slices, goal, settings);
    if (!model) return std::unexpected(model.error());
    judged.model = std::move(*model);
    judged.trees = judged.model.forest.view().size();
    judged.judged = reliability(judged.model.said(slices.judge), slices.judge.success[goal]);
    const Orders orders = compare(slices.judge, judged.model.said_in_first_place(slices.judge), goal, rates.attention);
    judged.shown_value = orders.shown;
    SerialExecutor serial;
    judged.gain = mean_intervals(orders.gain, 1, orders.unit, settings.bootstrap, serial).front();
    return judged;
}

}  // namespace

std::vector<double> SuccessModel::said(const SuccessRows& wide) const {
    std::vector<double> all;
    for (const float value : values_of(forest, wide)) all.push_back(calibration(value));
    return all;
}

std::vector<double> SuccessModel::said_in_first_place(SuccessRows wide) const {
    set_position(wide, 0);
    return said(wide);
}

Result<LearnedSuccess> learn_success(const SuccessRows& rows, const SuccessSettings& settings, Executor& executor) {
    const std::size_t calibrate_at = row_at(rows, settings.learn_share),
                      judge_at = row_at(rows, settings.learn_share + settings.calibrate_share);
    const SuccessRows first = rows.slice(0, calibrate_at);
    LearnedSuccess learned{.of = {}, .rates = rates_of(first)};
    Slices slices{with_rates(first, learned.rates, true),
                  with_rates(rows.slice(calibrate_at, judge_at), learned.rates, false),
                  with_rates(rows.slice(judge_at, rows.rows()), learned.rates, false)};
    if (!settings.position)
        for (SuccessRows* slice : {&slices.learn, &slices.calibrate, &slices.judge}) set_position(*slice, 0);
    learned.learned_rows = slices.learn.rows();
    learned.calibration_rows = slices.calibrate.rows();
    learned.judged_rows = slices.judge.rows();
    std::array<Result<GoalJudged>, goals> judged{GoalJudged{}, GoalJudged{}, GoalJudged{}};
    executor.for_each_block(goals, [&](std::size_t goal) {
        judged[goal] = judge(slices, static_cast<Goal>(goal), learned.rates, settings);
    });
    for (std::size_t g = 0; g < goals; ++g) {
        if (!judged[g]) return std::unexpected(judged[g].error());
        learned.of[g] = std::move(*judged[g]);
    }
    return learned;
}

}  // namespace vitrina::evaluation
