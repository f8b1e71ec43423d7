#include "experiment/rehearsal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/keys.hpp"
#include "base/random.hpp"
#include "experiment/assignment.hpp"

namespace vitrina::experiment {
namespace {

constexpr double alarm_below = 0.05, spread_99 = 2.576;

// What a unit does within the window, untreated and treated.
struct Potential {
    std::vector<UnitOrder> untreated, treated;
};

double revenue_of(const std::vector<UnitOrder>& orders, const RehearsalSettings& settings) {
    double revenue = 0;
    for (const UnitOrder& order : orders) revenue += order.value;
    return settings.revenue_most > 0 ? std::min(revenue, settings.revenue_most) : revenue;
}

std::vector<UnitOrder> within(const std::vector<UnitOrder>& orders, TimeMs window_ms) {
    std::vector<UnitOrder> kept;
    for (const UnitOrder& order : orders)
        if (order.after_ms >= 0 && order.after_ms < window_ms) kept.push_back(order);
    return kept;
}

// Who buys because of the treatment buys what somebody else bought, drawn by lot.
std::vector<Potential> potentials_of(const std::vector<FrozenUnit>& units, const RehearsalSettings& settings) {
    std::vector<Potential> potentials;
    std::vector<std::size_t> buyers;
    for (const FrozenUnit& unit : units) {
        potentials.push_back({within(unit.orders, settings.window_ms), {}});
        if (!potentials.back().untreated.empty()) buyers.push_back(potentials.size() - 1);
    }
    if (buyers.empty()) return potentials;
    const double won = std::min(1.0, settings.conversion_lift * static_cast<double>(buyers.size()) /
                                         std::max(1.0, static_cast<double>(units.size() - buyers.size())));
    for (std::size_t u = 0; u < units.size(); ++u) {
        Random random(settings.seed, text_hash(units[u].id));
        Potential& potential = potentials[u];
        potential.treated = potential.untreated;
        if (potential.treated.empty() && random.unit() < won)
            potential.treated = potentials[buyers[random.below(buyers.size())]].untreated;
        for (UnitOrder& order : potential.treated) order.value *= 1 + settings.value_lift;
    }
    return potentials;
}

struct Truth {
    double buyers = 0, revenue = 0;
};

Truth truth_of(const std::vector<Potential>& potentials, std::vector<UnitOrder> Potential::* orders,
               const RehearsalSettings& settings) {
    Truth truth;
    for (const Potential& potential : potentials) {
        truth.buyers += (potential.*orders).empty() ? 0 : 1;
        truth.revenue += revenue_of(potential.*orders, settings);
    }
    return truth;
}

double revenue_of_99(const std::vector<Potential>& potentials) {
    std::vector<double> revenues;
    for (const Potential& potential : potentials)
        if (!potential.untreated.empty()) revenues.push_back(revenue_of(potential.untreated, {}));
    const auto rank = revenues.begin() + static_cast<std::ptrdiff_t>(revenues.size() * 99 / 100);
    std::ranges::nth_element(revenues, rank);
    return *rank;
}

// What one round found; the order is that of `names`.
struct Round {
    std::vector<bool> happened;
    bool conversion_found = false, revenue_found = false;
};

bool alarms(const std::optional<Estimate>& estimate) { return estimate && estimate->p_value < alarm_below; }
bool misses(const std::optional<Estimate>& estimate, double truth) {
    return estimate && (truth < estimate->low || truth > estimate->high);
}

struct Promised {
    const char* what;
    double share;
    bool at_most;
};
constexpr Promised promises[] = {
    {"A/A: conversion differs, p below .05", alarm_below, false},
    {"A/A: revenue differs, p below .05", alarm_below, false},
    {"A/A: a verdict (Holm, both questions)", alarm_below, true},
    {"A/A: the sample ratio alarms", ratio_alarm_below, true},
    {"A/B: the interval misses the difference in conversion", alarm_below, true},
    {"A/B: the interval misses the lift of conversion", alarm_below, true},
    {"A/B: the interval misses the difference in revenue", alarm_below, true},
    {"A/B: the interval misses the lift of revenue", alarm_below, true},
};

class Stage {
public:
    Stage(const std::vector<FrozenUnit>& units, const RehearsalSettings& settings)
        : units_(units),
          settings_(settings),
          potentials_(potentials_of(units, settings)),
          untreated_(truth_of(potentials_, &Potential::untreated, settings)),
          treated_(truth_of(potentials_, &Potential::treated, settings)) {}

    const Truth& untreated() const { return untreated_; }
    const Truth& treated() const { return treated_; }
    const std::vector<Potential>& potentials() const { return potentials_; }

    Round play(std::size_t number) const {
        const Trial trial{
            .plan = {.id = fmt::format("rehearsal-{}-{}", settings_.seed, number),
                     .layer = "rehearsal",
                     .arms = {{"control", 0.5}, {"treated", 0.5}}},
            .until = 0,
            .window_ms = settings_.window_ms,
        };
        const Analysis same = analysed(trial, &Potential::untreated), other = analysed(trial, &Potential::treated);
        const ArmComparison &aa = same.comparisons[0], &ab = other.comparisons[0];
        const double units = static_cast<double>(units_.size());
        const double buyers_more = treated_.buyers - untreated_.buyers;
        const double revenue_more = treated_.revenue - untreated_.revenue;
        const bool verdict = !aa.verdict.empty() && aa.verdict != "no difference shown";
        return {.happened = {alarms(aa.conversion_difference), alarms(aa.revenue_difference), verdict, same.ratio_alarm,
                             misses(ab.conversion_difference, buyers_more / units),
                             misses(ab.conversion_lift, buyers_more / untreated_.buyers),
                             misses(ab.revenue_difference, revenue_more / units),
                             misses(ab.revenue_lift, revenue_more / untreated_.revenue)},
                .conversion_found = alarms(ab.conversion_difference) && ab.conversion_difference->value > 0,
                .revenue_found = alarms(ab.revenue_difference) && ab.revenue_difference->value > 0};
    }

private:
    Analysis analysed(const Trial& trial, std::vector<UnitOrder> Potential::* when_treated) const {
        std::vector<UnitOutcome> outcomes;
        outcomes.reserve(units_.size());
        for (std::size_t u = 0; u < units_.size(); ++u) {
            const std::size_t arm = arm_of(trial.plan, units_[u].id).value();
            outcomes.push_back(
                {.arm = arm, .first = 0, .orders = arm == 0 ? potentials_[u].untreated : potentials_[u].*when_treated});
        }
        return analyse(trial, outcomes, {.now = settings_.window_ms + 1, .revenue_most = settings_.revenue_most});
    }

    const std::vector<FrozenUnit>& units_;
    const RehearsalSettings& settings_;
    std::vector<Potential> potentials_;
    Truth untreated_, treated_;
};

Frequency frequency_of(const Promised& promised, std::uint64_t times, std::uint64_t rounds) {
    const double count = static_cast<double>(rounds);
    const double spread = spread_99 * std::sqrt(promised.share * (1 - promised.share) / count);
    return {promised.what,           times,           rounds, promised.share, std::max(0.0, promised.share - spread),
            promised.share + spread, promised.at_most};
}

}  // namespace

bool Frequency::kept() const {
    const double share = static_cast<double>(times) / static_cast<double>(rounds);
    return share <= high && (at_most || share >= low);
}

Rehearsal rehearse(const std::vector<FrozenUnit>& units, const RehearsalSettings& settings, Executor& executor) {
    Rehearsal rehearsal{.units = units.size()};
    const Stage stage(units, settings);
    for (const Potential& potential : stage.potentials()) rehearsal.orders += potential.untreated.size();
    rehearsal.buyers = static_cast<std::uint64_t>(stage.untreated().buyers);
    if (rehearsal.buyers == 0 || stage.untreated().revenue <= 0) return rehearsal;
    rehearsal.conversion = stage.untreated().buyers / static_cast<double>(units.size());
    rehearsal.revenue_a_unit = stage.untreated().revenue / static_cast<double>(units.size());
    rehearsal.revenue_of_99 = revenue_of_99(stage.potentials());
    rehearsal.true_conversion_lift = stage.treated().buyers / stage.untreated().buyers - 1;
    rehearsal.true_revenue_lift = stage.treated().revenue / stage.untreated().revenue - 1;

    std::vector<Round> rounds(settings.rounds);
    executor.for_each_block(rounds.size(), [&](std::size_t round) { rounds[round] = stage.play(round); });
    for (std::size_t promise = 0; promise < std::size(promises); ++promise) {
        const auto times = std::ranges::count_if(rounds, [&](const Round& round) { return round.happened[promise]; });
        rehearsal.frequencies.push_back(
            frequency_of(promises[promise], static_cast<std::uint64_t>(times), rounds.size()));
    }
    const auto share = [&](bool Round::* found) {
        return static_cast<double>(std::ranges::count_if(rounds, found)) / static_cast<double>(rounds.size());
    };
    rehearsal.conversion_power = share(&Round::conversion_found);
    rehearsal.revenue_power = share(&Round::revenue_found);
    return rehearsal;
}

}  // namespace vitrina::experiment
