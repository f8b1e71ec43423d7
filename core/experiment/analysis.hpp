#pragma once
// What an experiment says: everybody who came in, in the arm of the first time, with what they ordered within the window.
//
// Intention to treat from the first triggered request, at the horizon that the trial declares: when the last units to come in have had
// their window. Before it the figures are there, as preliminary ones without a verdict.
// Primary are orders and revenue a unit, and the share of units that order at all. The value of an order is a decomposition: those who
// order in one arm are other people than those of the other, so it comes with bounds for those who would order in either.
// Threads: values and a pure function. Money: units of the currency, as doubles.
// Not an error: no units; an estimate that the units cannot give (nullopt).
// Sources: Kohavi, Tang and Xu 2020, chapters 2, 17 and 21; for the rest see comparison.hpp, selection.hpp, sample_ratio.hpp.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "experiment/bootstrap.hpp"
#include "experiment/comparison.hpp"
#include "experiment/sample_ratio.hpp"
#include "experiment/selection.hpp"
#include "experiment/trial.hpp"

namespace vitrina::experiment {

// An order of a unit, so long after it came in.
struct UnitOrder {
    TimeMs after_ms = 0;
    double value = 0;
    std::optional<double> margin = std::nullopt;  // where it is known what all of it cost
};

struct UnitOutcome {
    std::size_t arm = 0;
    TimeMs first = 0;
    bool mixed = false;             // was seen in another arm too
    std::vector<UnitOrder> orders;  // any; those outside of the window are left out here
};

struct AnalysisSettings {
    TimeMs now = 0;
    // What a unit's revenue counts for at most: fixed before, from other data (a quantile of a past period); 0: no bound.
    double revenue_most = 0;
    double confidence = 0.95;
    bool resample = false;  // also the cross-check by resampling, some 20 ms an arm
};

struct ArmFigures {
    std::string name;
    std::uint64_t units = 0, buyers = 0, orders = 0, mixed = 0;
    double revenue = 0;
    double conversion = 0;      // buyers a unit
    double revenue_a_unit = 0;  // with the bound
    double order_value = 0;     // 0 where nobody ordered
    double margin = 0;          // of the orders that have one
    std::uint64_t orders_without_margin = 0;
};

// By how many days after it came in a unit ordered: from, to (exclusive), and the lift of revenue a unit.
struct NoveltyFigures {
    int from_day = 0, to_day = 0;
    std::optional<Estimate> revenue_lift;
};

struct WeekFigures {
    std::string monday;                // of the week in which the units came in, "2026-11-23"
    std::vector<std::uint64_t> units;  // by arm
    std::optional<Estimate> revenue_lift;
    double ratio_p_value = 1;
};

// An arm against the control.
struct ArmComparison {
    std::string arm;
    std::optional<Estimate> conversion_difference, conversion_lift;
    std::optional<Estimate> orders_lift;
    std::optional<Estimate> revenue_difference, revenue_lift;
    std::optional<BootstrapInterval> revenue_lift_bootstrap;  // a cross-check
    std::optional<Estimate> revenue_lift_unmixed;             // without those who were seen on both sides
    // A guard-rail: what is better is only so where the margin did not fall. Orders without one count for none here; nothing where
    // they are more than a tenth of an arm's.
    std::optional<Estimate> margin_difference, margin_lift;
    // A decomposition, no causal effect on a fixed set of shoppers.
    std::optional<Estimate> order_value_lift;
    std::optional<LeeBounds> order_value_bounds;               // in money, for those who order in either arm
    double conversion_p_adjusted = 1, revenue_p_adjusted = 1;  // Holm, over the arms and these two questions
    std::vector<NoveltyFigures> by_day;
    std::vector<WeekFigures> by_week;
    std::string
        verdict;  // "better", "worse", "no difference shown", …; empty before the horizon or where the ratio alarms
};

struct Analysis {
    std::string experiment;
    TimeMs horizon = 0;  // the end of the trial and its window
    bool preliminary = true;
    std::vector<ArmFigures> arms;  // the control first
    SampleRatio ratio;
    bool ratio_alarm = false;  // nothing else here means anything then
    std::vector<ArmComparison> comparisons;
};

inline constexpr double ratio_alarm_below = 0.001;

// The control is the trial's first arm. Units in any order give the same bits.
// Precondition: every unit's arm is one of the trial.
Analysis analyse(const Trial& trial, const std::vector<UnitOutcome>& units, const AnalysisSettings& settings);

}  // namespace vitrina::experiment
