// `vitrina evaluate --success`: learns a ranker from what became of recommendations, and says how far it can be believed.

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/opening.hpp"
#include "cli/probes.hpp"
#include "engine/thread_pool.hpp"
#include "engine/training_rows.hpp"
#include "evaluation/success_learning.hpp"

namespace vitrina::cli {

namespace {

using evaluation::GoalJudged;
using evaluation::LearnedSuccess;

struct PlacementRows {
    std::vector<feedback::TrainingRow> rows;  // of the newest layout
    std::size_t other_layouts = 0;
};

// Of each placement the rows of the layout of its newest row.
std::map<std::string, PlacementRows> by_placement(const std::vector<feedback::TrainingRow>& all) {
    std::map<std::string, std::uint64_t> newest;
    for (const feedback::TrainingRow& row : all) newest[row.answer->placement] = row.answer->layout;
    std::map<std::string, PlacementRows> placements;
    for (const feedback::TrainingRow& row : all) {
        PlacementRows& of = placements[row.answer->placement];
        if (row.answer->layout == newest[row.answer->placement])
            of.rows.push_back(row);
        else
            ++of.other_layouts;
    }
    return placements;
}

std::unordered_map<ItemKey, std::uint64_t> categories_of(const engine::Engine& engine) {
    std::unordered_map<ItemKey, std::uint64_t> categories;
    engine.each_item([&](const catalog::Item& item) {
        if (!item.categories.empty()) categories[item_key(item.item_id)] = text_hash(item.categories.front());
    });
    return categories;
}

std::string share(double value) { return fmt::format("{:.3f} %", 100 * value); }

std::vector<std::string> line_of(std::string_view goal, const GoalJudged& judged) {
    if (!judged.not_learned.empty())
        return {std::string(goal), "–", "–", "–", "–", "–", "–", "–", "not learned: " + judged.not_learned};
    const evaluation::Reliability& on = judged.judged;
    const double by = judged.shown_value > 0 ? 100 / judged.shown_value : 0;
    return {std::string(goal),
            with_thousands(on.successes),
            share(on.mean()),
            fmt::format("{:.3f}", on.auc),
            fmt::format("{:+.1f} %", 100 * (on.log_loss / on.log_loss_mean - 1)),
            fmt::format("{} ({})", share(on.ece), share(on.chance)),
            on.calibrated() ? "yes" : "no",
            fmt::format("{:+.1f} % [{:+.1f}, {:+.1f}]", by * judged.gain.value, by * judged.gain.low,
                        by * judged.gain.high),
            judged.better() ? "better than the order shown" : "not surely better than the order shown"};
}

void print(const std::string& placement, const LearnedSuccess& learned, std::size_t other_layouts) {
    fmt::print("{}: {} rows to learn from, {} to calibrate, {} to judge", placement,
               with_thousands(learned.learned_rows), with_thousands(learned.calibration_rows),
               with_thousands(learned.judged_rows));
    fmt::print("{}\n", other_layouts > 0 ? fmt::format("; {} rows have features of other sources and are left out",
                                                       with_thousands(other_layouts))
                                         : std::string());
    Table table({"goal", "successes", "mean", "AUC", "log loss", "ECE (of chance)", "calibrated", "order", "verdict"});
    for (std::size_t g = 0; g < evaluation::goals; ++g) table.add(line_of(evaluation::goal_names[g], learned.of[g]));
    fmt::print("{}\n", table.text("  "));
    for (std::size_t g = 0; g < evaluation::goals; ++g) {
        if (!learned.of[g].not_learned.empty()) continue;
        fmt::print("  {}, tenths by what was said:", evaluation::goal_names[g]);
        for (const evaluation::ReliabilityPart& part : learned.of[g].judged.parts)
            fmt::print("  {:.2f}/{:.2f}", 100 * part.said, 100 * part.was);
        fmt::print(" % said/was\n");
    }
    fmt::print("\n");
}

nlohmann::json json_of(const GoalJudged& judged) {
    if (!judged.not_learned.empty()) return {{"not_learned", judged.not_learned}};
    const evaluation::Reliability& on = judged.judged;
    nlohmann::json parts = nlohmann::json::array();
    for (const evaluation::ReliabilityPart& part : on.parts)
        parts.push_back({{"rows", part.rows}, {"said", part.said}, {"was", part.was}});
    return {{"learned_successes", judged.learned_successes},
            {"judged_successes", on.successes},
            {"trees", judged.trees},
            {"auc", on.auc},
            {"log_loss", on.log_loss},
            {"log_loss_of_the_mean", on.log_loss_mean},
            {"ece", on.ece},
            {"ece_of_chance", on.chance},
            {"calibrated", judged.calibrated()},
            {"order",
             {{"shown", judged.shown_value},
              {"gain", judged.gain.value},
              {"low", judged.gain.low},
              {"high", judged.gain.high}}},
            {"better", judged.better()},
            {"reliability", parts}};
}

nlohmann::json json_of(const std::string& placement, const LearnedSuccess& learned, std::size_t other_layouts) {
    nlohmann::json all{{"placement", placement},
                       {"learned_rows", learned.learned_rows},
                       {"calibration_rows", learned.calibration_rows},
                       {"judged_rows", learned.judged_rows},
                       {"rows_of_other_layouts", other_layouts}};
    for (std::size_t g = 0; g < evaluation::goals; ++g)
        all["goals"][std::string(evaluation::goal_names[g])] = json_of(learned.of[g]);
    return all;
}

}  // namespace

int run_evaluate_success(const EvaluateShopOptions& options) {
    auto engine = open_engine(options);
    if (!engine) return report(engine.error());
    const auto made = engine::training_rows(**engine);
    if (!made) return report(made.error());
    const auto placements = by_placement(made->rows.mature(made->now));
    if (placements.empty())
        return report({ErrorCode::not_found, "no answer with features is mature yet: set exposures.features_share and "
                                             "wait exposures.mature_ms (docs/success-ranker.md)"});
    const auto categories = categories_of(**engine);
    const evaluation::ShownItems items{.key_of = [](const std::string& item_id) { return item_key(item_id); },
                                       .category_of =
                                           [&](ItemKey item) {
                                               const auto found = categories.find(item);
                                               return found == categories.end() ? 0 : found->second;
                                           }};
    engine::ThreadPool pool(thread_count(options.threads));
    nlohmann::json all = nlohmann::json::array();
    for (const auto& [placement, of] : placements) {
        auto names = (*engine)->feature_names(of.rows.front().answer->layout);
        const auto rows = evaluation::success_rows(of.rows, std::move(names), items);
        const auto learned =
            evaluation::learn_success(rows, {.bootstrap = {.resamples = 1000, .seed = options.seed}}, pool);
        if (!learned) return report(learned.error());
        if (options.json)
            all.push_back(json_of(placement, *learned, of.other_layouts));
        else
            print(placement, *learned, of.other_layouts);
    }
    if (options.json)
        fmt::print("{}\n", all.dump(2));
    else
        fmt::print("{} answers with features, {} bytes each. A training learns the same for placements with from_shown "
                   "(docs/success-ranker.md).\n",
                   with_thousands(made->rows.answers()), made->bytes / std::max<std::size_t>(1, made->rows.answers()));
    return exit_done;
}

}  // namespace vitrina::cli
