#include "evaluation/shown_learning.hpp"

#include <array>

#include <fmt/format.h>

#include "candidates/feature_bytes.hpp"
#include "candidates/shown.hpp"

namespace vitrina::evaluation {

namespace {

// Those that an objective of a placement asks for.
constexpr std::array released_goals = {click, purchase};

struct PlacementRows {
    std::vector<feedback::TrainingRow> rows;
    std::size_t other_layouts = 0;
};

// The newest, of whole answers.
PlacementRows rows_of(const std::string& placement, std::uint64_t layout, const ShownInput& input, std::size_t most) {
    PlacementRows of;
    for (const feedback::TrainingRow& row : input.rows) {
        if (row.answer->placement != placement) continue;
        if (row.answer->layout == layout)
            of.rows.push_back(row);
        else
            ++of.other_layouts;
    }
    if (of.rows.size() <= most) return of;
    auto first = of.rows.end() - static_cast<std::ptrdiff_t>(most);
    while (first != of.rows.end() && first->answer == (first - 1)->answer) ++first;
    of.rows.erase(of.rows.begin(), first);
    return of;
}

model::ReleaseCheck note(const std::string& placement, Goal goal, std::string says) {
    return {.name = fmt::format("shown: {} {}", placement, goal_names[goal]), .passed = true, .says = std::move(says)};
}

struct Verdict {
    bool released = false;
    const char* says = "";
};

Verdict verdict_on(const GoalJudged& judged, bool in_use) {
    if (!judged.calibrated()) return {false, "refused, not calibrated"};
    if (judged.better()) return {true, "released"};
    if (!in_use) return {false, "refused, not surely better than the order shown"};
    const bool worse = judged.gain.high < 0;
    return {!worse, worse ? "refused, surely worse than the order shown" : "released again, not surely worse"};
}

model::ReleaseCheck check_of(const std::string& placement, Goal goal, const GoalJudged& judged,
                             const Verdict& verdict) {
    if (!judged.not_learned.empty()) return note(placement, goal, "not learned: " + judged.not_learned);
    const double percent = judged.shown_value > 0 ? 100 / judged.shown_value : 0;
    const Reliability& on = judged.judged;
    model::ReleaseCheck check = note(
        placement, goal,
        fmt::format("{}: its order {:+.1f} % [{:+.1f}, {:+.1f}] beside the one shown, on {} successes in {} rows; AUC "
                    "{:.3f}; calibrated within {:.2f} % of {:.2f} %, {:.2f} % by chance",
                    verdict.says, percent * judged.gain.value, percent * judged.gain.low, percent * judged.gain.high,
                    on.successes, on.rows, on.auc, 100 * on.ece, 100 * on.mean(), 100 * on.chance));
    check.passed = verdict.released;
    check.value = judged.gain.value;
    check.low = judged.gain.low;
    check.high = judged.gain.high;
    return check;
}

std::vector<float> rates_for(std::span<const ItemKey> items, const SuccessRates& rates, const ShownItems& of) {
    std::vector<float> all;
    all.reserve(items.size() * rates.of.size());
    for (const ItemKey item : items)
        for (const feedback::SmoothedRates& goal : rates.of)
            all.push_back(candidates::quantised(static_cast<float>(goal.item(item, of.category_of(item)))));
    return all;
}

struct Asked {
    const ShownInput& input;
    const ShownModel& model;
    const SuccessSettings& settings;
    Executor& executor;
};

Result<void> learn_placement(const std::string& placement, const Asked& asked, ShownChoice& choice) {
    const auto& [input, model, settings, executor] = asked;
    const auto refused = [&](const std::string& why) {
        for (const Goal goal : released_goals) choice.checks.push_back(note(placement, goal, "not learned: " + why));
        return Result<void>();
    };
    if (placement.size() > candidates::shown_placement_bytes_most)
        return refused(
            fmt::format("the placement's name is longer than {} bytes", candidates::shown_placement_bytes_most));
    const auto features = model.features.find(placement);
    if (features == model.features.end()) return refused("the model makes no features for the placement's sources");
    const auto& names = *features->second.names;
    const PlacementRows of = rows_of(placement, candidates::layout_of(names), input, settings.rows);
    if (of.rows.empty())
        return refused(fmt::format("no mature row has the features of this model, {} have others", of.other_layouts));
    const SuccessRows rows = success_rows(of.rows, names, input.items);
    auto learned = learn_success(rows, settings, executor);
    if (!learned) return std::unexpected(learned.error());
    training::LearnedShown released{.placement = placement, .rates = {}, .goals = {}};
    for (const Goal goal : released_goals) {
        GoalJudged& judged = learned->of[goal];
        const Verdict verdict = verdict_on(judged, input.in_use.contains({placement, std::string(goal_names[goal])}));
        choice.checks.push_back(check_of(placement, goal, judged, verdict));
        if (!verdict.released) continue;
        released.goals.push_back({std::string(goal_names[goal]), std::move(judged.model.forest),
                                  judged.model.calibration.slope, judged.model.calibration.offset});
    }
    if (released.goals.empty()) return {};
    released.rates = rates_for(model.items, rates_of(rows), input.items);
    choice.learned.push_back(std::move(released));
    return {};
}

}  // namespace

Result<ShownChoice> learn_shown(const ShownInput& input, const ShownModel& model, const SuccessSettings& settings,
                                Executor& executor) {
    ShownChoice choice;
    for (const std::string& placement : input.placements)
        if (auto done = learn_placement(placement, {input, model, settings, executor}, choice); !done)
            return std::unexpected(done.error());
    return choice;
}

}  // namespace vitrina::evaluation
