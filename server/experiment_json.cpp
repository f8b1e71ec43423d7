#include "server/experiment_json.hpp"

#include <limits>

#include <nlohmann/json.hpp>

namespace vitrina::server {

namespace {

using nlohmann::ordered_json;

constexpr TimeMs never = std::numeric_limits<TimeMs>::max();

ordered_json time_json(TimeMs time) {
    return time > 0 && time < never ? ordered_json(iso_time(time)) : ordered_json(nullptr);
}

ordered_json arm_json(const experiment::ArmFigures& arm) {
    return {{"arm", arm.name},
            {"units", arm.units},
            {"mixed", arm.mixed},
            {"buyers", arm.buyers},
            {"orders", arm.orders},
            {"revenue", arm.revenue},
            {"conversion", arm.conversion},
            {"revenue_a_unit", arm.revenue_a_unit},
            {"order_value", arm.order_value},
            {"margin", arm.margin},
            {"orders_without_margin", arm.orders_without_margin}};
}

ordered_json comparison_json(const experiment::ArmComparison& comparison) {
    ordered_json json{{"arm", comparison.arm},
                      {"conversion_difference", estimate_json(comparison.conversion_difference)},
                      {"conversion_lift", estimate_json(comparison.conversion_lift)},
                      {"orders_lift", estimate_json(comparison.orders_lift)},
                      {"revenue_difference", estimate_json(comparison.revenue_difference)},
                      {"revenue_lift", estimate_json(comparison.revenue_lift)},
                      {"revenue_lift_bootstrap", nullptr},
                      {"revenue_lift_unmixed", estimate_json(comparison.revenue_lift_unmixed)},
                      {"margin_difference", estimate_json(comparison.margin_difference)},
                      {"margin_lift", estimate_json(comparison.margin_lift)},
                      {"conversion_p_adjusted", comparison.conversion_p_adjusted},
                      {"revenue_p_adjusted", comparison.revenue_p_adjusted},
                      {"order_value_lift", estimate_json(comparison.order_value_lift)}};
    if (const auto& drawn = comparison.revenue_lift_bootstrap)
        json["revenue_lift_bootstrap"] = {{"low", drawn->low}, {"high", drawn->high}};
    const auto& bounds = comparison.order_value_bounds;
    json["order_value_bounds"] =
        bounds ? ordered_json{{"low", bounds->low}, {"high", bounds->high}, {"trimmed", bounds->trimmed}}
               : ordered_json(nullptr);
    json["by_day"] = json["by_week"] = ordered_json::array();
    for (const experiment::NoveltyFigures& days : comparison.by_day)
        json["by_day"].push_back(
            {{"from", days.from_day}, {"to", days.to_day}, {"revenue_lift", estimate_json(days.revenue_lift)}});
    for (const experiment::WeekFigures& week : comparison.by_week)
        json["by_week"].push_back({{"monday", week.monday},
                                   {"units", week.units},
                                   {"ratio_p_value", week.ratio_p_value},
                                   {"revenue_lift", estimate_json(week.revenue_lift)}});
    json["verdict"] = comparison.verdict.empty() ? ordered_json(nullptr) : ordered_json(comparison.verdict);
    return json;
}

}  // namespace

ordered_json estimate_json(const std::optional<experiment::Estimate>& estimate) {
    if (!estimate) return nullptr;
    return {
        {"value", estimate->value}, {"low", estimate->low}, {"high", estimate->high}, {"p_value", estimate->p_value}};
}

ordered_json trial_json(const experiment::Trial& trial) {
    ordered_json json{{"experiment", trial.plan.id},
                      {"unit", trial.unit == experiment::Unit::visitor ? "visitor" : "user"},
                      {"layer", trial.plan.layer},
                      {"part", {trial.plan.layer_from, trial.plan.layer_to}},
                      {"ramp", trial.plan.ramp},
                      {"from", time_json(trial.from)},
                      {"until", time_json(trial.until)},
                      {"window_days", static_cast<double>(trial.window_ms) / static_cast<double>(day_ms)},
                      {"learning", "shared"},
                      {"guard", trial.guard},
                      {"ended_for", trial.ended_for.empty() ? ordered_json(nullptr) : ordered_json(trial.ended_for)},
                      {"arms", ordered_json::array()}};
    for (const experiment::Arm& arm : trial.plan.arms)
        json["arms"].push_back({{"arm", arm.name}, {"share", arm.share}});
    return json;
}

ordered_json analysis_json(const engine::ShopAnalysis& shop) {
    const experiment::Analysis& analysis = shop.analysis;
    ordered_json json{{"experiment", analysis.experiment},
                      {"horizon", time_json(analysis.horizon)},
                      {"preliminary", analysis.preliminary},
                      {"ended_for", shop.ended_for.empty() ? ordered_json(nullptr) : ordered_json(shop.ended_for)},
                      {"currency", shop.currency},
                      {"orders_in_other_currencies", shop.other_currencies},
                      {"bots_left_out", shop.bots},
                      {"sample_ratio",
                       {{"chi_square", analysis.ratio.chi_square},
                        {"p_value", analysis.ratio.p_value},
                        {"alarm", analysis.ratio_alarm}}}};
    json["arms"] = json["comparisons"] = ordered_json::array();
    for (const experiment::ArmFigures& arm : analysis.arms) json["arms"].push_back(arm_json(arm));
    for (const experiment::ArmComparison& comparison : analysis.comparisons)
        json["comparisons"].push_back(comparison_json(comparison));
    return json;
}

}  // namespace vitrina::server
