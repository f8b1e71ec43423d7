#include <fmt/core.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/opening.hpp"
#include "engine/experiments.hpp"
#include "experiment/power.hpp"
#include "server/experiment_json.hpp"

namespace vitrina::cli {

namespace {

using experiment::Analysis;
using experiment::ArmComparison;
using experiment::Estimate;
using nlohmann::ordered_json;

std::string percent(double share) { return fmt::format("{:+.2f} %", 100 * share); }

std::string percent(const std::optional<Estimate>& estimate) {
    if (!estimate) return "too few units";
    return fmt::format("{} [{}, {}]", percent(estimate->value), percent(estimate->low), percent(estimate->high));
}

std::string of_days(TimeMs ms) {
    return fmt::format("{:.4g} d", static_cast<double>(ms) / static_cast<double>(day_ms));
}

std::string arms_of(const experiment::Trial& trial) {
    std::string text;
    for (const experiment::Arm& arm : trial.plan.arms)
        text += fmt::format("{}{} {:.4g} %", text.empty() ? "" : ", ", arm.name, 100 * arm.share);
    return text;
}

int list(engine::Engine& engine, bool json) {
    const auto trials = engine::trials_of(engine);
    if (json) {
        ordered_json listed{{"experiments", ordered_json::array()}};
        for (const experiment::Trial& trial : trials) listed["experiments"].push_back(server::trial_json(trial));
        fmt::print("{}\n", listed.dump(2));
        return exit_done;
    }
    Table table({"experiment", "unit", "arms, the control first", "ramp", "until", "window"});
    std::string ended;
    for (const experiment::Trial& trial : trials) {
        const bool ends = trial.until != std::numeric_limits<TimeMs>::max();
        table.add({trial.plan.id, trial.unit == experiment::Unit::visitor ? "visitor" : "user", arms_of(trial),
                   fmt::format("{:.4g} %", 100 * trial.plan.ramp), ends ? iso_time(trial.until).substr(0, 10) : "open",
                   of_days(trial.window_ms)});
        if (!trial.ended_for.empty())
            ended += fmt::format("{} was ended by its guard: {}\n", trial.plan.id, trial.ended_for);
    }
    if (table.empty())
        fmt::print("no experiment is configured and nobody is held out (docs/experiments.md)\n");
    else
        fmt::print("{}{}`vitrina experiment show NAME` says what one did\n", table.text(), ended);
    return exit_done;
}

void print_arms(const Analysis& analysis, const std::string& currency) {
    Table table(
        {"arm", "units", "buyers", "orders", "conversion", "revenue " + currency, "a unit", "an order", "mixed"});
    for (const experiment::ArmFigures& arm : analysis.arms)
        table.add({arm.name, with_thousands(arm.units), with_thousands(arm.buyers), with_thousands(arm.orders),
                   fmt::format("{:.3f} %", 100 * arm.conversion), fmt::format("{:.2f}", arm.revenue),
                   fmt::format("{:.4f}", arm.revenue_a_unit), fmt::format("{:.2f}", arm.order_value),
                   with_thousands(arm.mixed)});
    fmt::print("{}", table.text());
}

void print_comparison(const ArmComparison& comparison, const Analysis& analysis, const std::string& currency) {
    fmt::print("\n{} against {}\n", comparison.arm, analysis.arms.front().name);
    Table table({"what", "lift [95 % interval]", "p (Holm)"}, 100);
    table.add(
        {"conversion", percent(comparison.conversion_lift), fmt::format("{:.4f}", comparison.conversion_p_adjusted)});
    table.add(
        {"revenue a unit", percent(comparison.revenue_lift), fmt::format("{:.4f}", comparison.revenue_p_adjusted)});
    if (const auto& drawn = comparison.revenue_lift_bootstrap)
        table.add({"  by resampling", fmt::format("[{:+.2f} %, {:+.2f} %]", 100 * drawn->low, 100 * drawn->high), ""});
    if (comparison.margin_lift)
        table.add({"margin a unit (guard-rail)", percent(comparison.margin_lift),
                   fmt::format("{:.4f}, not adjusted",
                               comparison.margin_difference ? comparison.margin_difference->p_value : 1)});
    table.add({"orders a unit", percent(comparison.orders_lift), ""});
    table.add({"revenue, unmixed units", percent(comparison.revenue_lift_unmixed), ""});
    table.add({"value of an order *", percent(comparison.order_value_lift), ""});
    fmt::print("{}", table.text("  "));
    if (const auto& bounds = comparison.order_value_bounds)
        fmt::print("  * not a causal effect on a fixed set of shoppers: other people order. For those who order in "
                   "either arm it lies "
                   "between {:+.2f} and {:+.2f} {}\n",
                   bounds->low, bounds->high, currency);
    Table days({"days since coming in", "revenue a unit"});
    for (const experiment::NoveltyFigures& part : comparison.by_day)
        days.add({fmt::format("{} to {}", part.from_day, part.to_day), percent(part.revenue_lift)});
    fmt::print("\n{}", days.text("  "));
    Table weeks({"week of coming in", "revenue a unit", "ratio's p"});
    for (const experiment::WeekFigures& week : comparison.by_week)
        weeks.add({week.monday, percent(week.revenue_lift), fmt::format("{:.4f}", week.ratio_p_value)});
    if (!weeks.empty()) fmt::print("\n{}", weeks.text("  "));
}

void print_state(const Analysis& analysis) {
    if (analysis.ratio_alarm)
        fmt::print("ALARM: the arms did not get their shares of the units (χ² {:.2f}, p {:.2g}); find out why before "
                   "believing "
                   "anything below\n",
                   analysis.ratio.chi_square, analysis.ratio.p_value);
    else
        fmt::print("the arms got their shares of the units (χ² {:.2f}, p {:.2f})\n", analysis.ratio.chi_square,
                   analysis.ratio.p_value);
    if (!analysis.preliminary) return;
    const bool ends = analysis.horizon != std::numeric_limits<TimeMs>::max();
    fmt::print("PRELIMINARY, without a verdict: {}\n", ends ? "the last window ends at " + iso_time(analysis.horizon)
                                                            : std::string("the experiment has no end (`until`)"));
}

int show(engine::Engine& engine, const ExperimentOptions& options) {
    const auto trial = engine::trial_named(engine, options.name);
    if (!trial) return report(trial.error());
    const auto shop = engine::analysis_of(engine, *trial, {.revenue_most = options.revenue_most, .resample = true});
    if (!shop) return report(shop.error());
    if (options.json) {
        fmt::print("{}\n", server::analysis_json(*shop).dump(2));
        return exit_done;
    }
    const Analysis& analysis = shop->analysis;
    fmt::print("{}: everybody who came in, with what they ordered within {}\n", analysis.experiment,
               of_days(trial->window_ms));
    print_state(analysis);
    if (!shop->ended_for.empty()) fmt::print("ENDED by its guard at {}: {}\n", iso_time(trial->until), shop->ended_for);
    print_arms(analysis, shop->currency);
    for (const ArmComparison& comparison : analysis.comparisons) print_comparison(comparison, analysis, shop->currency);
    for (const ArmComparison& comparison : analysis.comparisons)
        if (!comparison.verdict.empty()) fmt::print("\nverdict on {}: {}\n", comparison.arm, comparison.verdict);
    if (shop->other_currencies > 0)
        fmt::print("\n{} orders in other currencies than {} count as orders, not as revenue\n",
                   with_thousands(shop->other_currencies), shop->currency);
    return exit_done;
}

}  // namespace

int run_experiment(const ExperimentOptions& options) {
    auto engine = open_engine(options);
    if (!engine) return report(engine.error());
    return options.action == "list" ? list(**engine, options.json) : show(**engine, options);
}

int run_sample_size(const SampleSizeOptions& options) {
    const experiment::Test test{.alpha = options.alpha, .power = options.power};
    const double units = std::ceil(experiment::units_an_arm_of_rate(options.conversion, options.lift, test));
    const double days = options.visitors_a_day > 0 ? std::ceil(2 * units / options.visitors_a_day) : 0;
    if (options.json) {
        ordered_json json{{"conversion", options.conversion}, {"lift", options.lift},  {"alpha", options.alpha},
                          {"power", options.power},           {"units_an_arm", units}, {"days", nullptr}};
        if (days > 0) json["days"] = days;
        fmt::print("{}\n", json.dump(2));
        return exit_done;
    }
    fmt::print("to see a conversion of {:.4g} % become {:.4g} % ({:+.4g} %), with power {:.4g} % at p below {:.4g}:\n"
               "{} units in each of two arms\n",
               100 * options.conversion, 100 * options.conversion * (1 + options.lift), 100 * options.lift,
               100 * options.power, options.alpha, with_thousands(static_cast<std::uint64_t>(units)));
    if (days > 0)
        fmt::print("{} days at {} new visitors a day, and then the window of the last of them\n",
                   with_thousands(static_cast<std::uint64_t>(days)),
                   with_thousands(static_cast<std::uint64_t>(options.visitors_a_day)));
    return exit_done;
}

}  // namespace vitrina::cli
