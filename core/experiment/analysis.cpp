#include "experiment/analysis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "experiment/multiplicity.hpp"

namespace vitrina::experiment {
namespace {

// A unit's orders within the window, as numbers.
struct Sums {
    std::size_t arm = 0;
    TimeMs first = 0;
    bool mixed = false;
    double orders = 0, revenue = 0, margin = 0;
    std::uint64_t without_margin = 0;  // orders
    const std::vector<UnitOrder>* all = nullptr;
};

double bounded(double revenue, const AnalysisSettings& settings) {
    return settings.revenue_most > 0 ? std::min(revenue, settings.revenue_most) : revenue;
}

Sums sums_of(const UnitOutcome& unit, const Trial& trial) {
    Sums sums{.arm = unit.arm, .first = unit.first, .mixed = unit.mixed, .all = &unit.orders};
    for (const UnitOrder& order : unit.orders)
        if (order.after_ms >= 0 && order.after_ms < trial.window_ms) {
            sums.orders += 1;
            sums.revenue += order.value;
            sums.margin += order.margin.value_or(0);
            sums.without_margin += order.margin ? 0 : 1;
        }
    return sums;
}

// The moments of one arm.
struct ArmMoments {
    Moments orders, revenue, unmixed_revenue, margin;
    PairMoments order_value;
    std::uint64_t buyers = 0;
    std::vector<double> values;    // the mean order of each buyer
    std::vector<double> revenues;  // of each unit
    std::uint64_t all_orders = 0, without_margin = 0;
};

ArmMoments moments_of(const std::vector<Sums>& units, std::size_t arm, const AnalysisSettings& settings) {
    ArmMoments moments;
    for (const Sums& unit : units) {
        if (unit.arm != arm) continue;
        const double revenue = bounded(unit.revenue, settings);
        moments.orders.add(unit.orders);
        moments.revenue.add(revenue);
        moments.revenues.push_back(revenue);
        moments.margin.add(unit.margin);
        moments.without_margin += unit.without_margin;
        moments.all_orders += static_cast<std::uint64_t>(unit.orders);
        if (!unit.mixed) moments.unmixed_revenue.add(revenue);
        moments.order_value.add(revenue, unit.orders);
        if (unit.orders == 0) continue;
        ++moments.buyers;
        moments.values.push_back(revenue / unit.orders);
    }
    return moments;
}

ArmFigures figures_of(const std::string& name, const std::vector<Sums>& units, std::size_t arm,
                      const ArmMoments& moments) {
    ArmFigures figures{.name = name, .units = moments.orders.units, .buyers = moments.buyers};
    double bounded_revenue = moments.revenue.mean * static_cast<double>(figures.units);
    for (const Sums& unit : units) {
        if (unit.arm != arm) continue;
        figures.orders += static_cast<std::uint64_t>(unit.orders);
        figures.revenue += unit.revenue;
        figures.margin += unit.margin;
        figures.mixed += unit.mixed ? 1 : 0;
    }
    if (figures.units > 0)
        figures.conversion = static_cast<double>(figures.buyers) / static_cast<double>(figures.units);
    figures.revenue_a_unit = moments.revenue.mean;
    figures.orders_without_margin = moments.without_margin;
    if (figures.orders > 0) figures.order_value = bounded_revenue / static_cast<double>(figures.orders);
    return figures;
}

std::optional<Estimate> revenue_lift_where(const std::vector<Sums>& units, std::size_t arm,
                                           const AnalysisSettings& settings, const auto& revenue_of) {
    Moments treated, control;
    for (const Sums& unit : units) {
        if (unit.arm != arm && unit.arm != 0) continue;
        const std::optional<double> revenue = revenue_of(unit);
        if (revenue) (unit.arm == arm ? treated : control).add(bounded(*revenue, settings));
    }
    return lift(treated, control, settings.confidence);
}

// Of days since coming in: the first, the rest of the first week, each week after it.
std::vector<NoveltyFigures> novelty_of(const std::vector<Sums>& units, std::size_t arm, const Trial& trial,
                                       const AnalysisSettings& settings) {
    std::vector<NoveltyFigures> figures;
    const int days = static_cast<int>((trial.window_ms + day_ms - 1) / day_ms);
    for (int from = 0; from < days;) {
        const int to = std::min(days, from == 0 ? 1 : (from / 7 + 1) * 7);
        const auto revenue = [&](const Sums& unit) -> std::optional<double> {
            double sum = 0;
            for (const UnitOrder& order : *unit.all)
                if (order.after_ms >= from * day_ms && order.after_ms < std::min(to * day_ms, trial.window_ms))
                    sum += order.value;
            return sum;
        };
        figures.push_back({from, to, revenue_lift_where(units, arm, settings, revenue)});
        from = to;
    }
    return figures;
}

// 1970-01-01 was a Thursday.
std::int32_t monday_of(TimeMs time) {
    const std::int32_t day = day_of(time);
    return day - ((day + 3) % 7 + 7) % 7;
}

std::vector<WeekFigures> weeks_of(const std::vector<Sums>& units, std::size_t arm, const Trial& trial,
                                  const AnalysisSettings& settings) {
    std::map<std::int32_t, std::vector<std::uint64_t>> weeks;
    for (const Sums& unit : units) {
        auto& counts = weeks[monday_of(unit.first)];
        counts.resize(trial.plan.arms.size());
        ++counts[unit.arm];
    }
    std::vector<double> shares;
    for (const Arm& one : trial.plan.arms) shares.push_back(one.share);
    std::vector<WeekFigures> figures;
    for (const auto& [monday, counts] : weeks) {
        const auto of_week = [&, week = monday](const Sums& unit) -> std::optional<double> {
            return monday_of(unit.first) == week ? std::optional(unit.revenue) : std::nullopt;
        };
        figures.push_back({iso_time(static_cast<TimeMs>(monday) * day_ms).substr(0, 10), counts,
                           revenue_lift_where(units, arm, settings, of_week), sample_ratio(counts, shares).p_value});
    }
    return figures;
}

bool knows_margins(const ArmMoments& arm) { return arm.without_margin * 10 <= arm.all_orders; }

ArmComparison compared(const ArmMoments& treated, const ArmMoments& control, const AnalysisSettings& settings) {
    const double confidence = settings.confidence;
    ArmComparison comparison;
    const Moments did = moments_of_rate(treated.buyers, treated.orders.units);
    const Moments did_not = moments_of_rate(control.buyers, control.orders.units);
    comparison.conversion_difference = difference(did, did_not, confidence);
    comparison.conversion_lift = lift(did, did_not, confidence);
    comparison.orders_lift = lift(treated.orders, control.orders, confidence);
    comparison.revenue_difference = difference(treated.revenue, control.revenue, confidence);
    comparison.revenue_lift = lift(treated.revenue, control.revenue, confidence);
    if (settings.resample)
        comparison.revenue_lift_bootstrap = bootstrap_lift(treated.revenues, control.revenues, confidence);
    if (treated.all_orders + control.all_orders > 0 && knows_margins(treated) && knows_margins(control)) {
        comparison.margin_difference = difference(treated.margin, control.margin, confidence);
        comparison.margin_lift = lift(treated.margin, control.margin, confidence);
    }
    comparison.revenue_lift_unmixed = lift(treated.unmixed_revenue, control.unmixed_revenue, confidence);
    if (treated.buyers > 0 && control.buyers > 0)
        comparison.order_value_lift = rate_lift(treated.order_value, control.order_value, confidence);
    comparison.order_value_bounds =
        lee_bounds({treated.orders.units, treated.values}, {control.orders.units, control.values});
    return comparison;
}

double p_value(const std::optional<Estimate>& estimate) { return estimate ? estimate->p_value : 1; }

// Two questions an arm, one family.
void adjust(Analysis& analysis) {
    std::vector<double> p_values;
    for (const ArmComparison& one : analysis.comparisons) {
        p_values.push_back(p_value(one.conversion_difference));
        p_values.push_back(p_value(one.revenue_difference));
    }
    const auto adjusted = holm(p_values);
    for (std::size_t i = 0; i < analysis.comparisons.size(); ++i) {
        analysis.comparisons[i].conversion_p_adjusted = adjusted[2 * i];
        analysis.comparisons[i].revenue_p_adjusted = adjusted[2 * i + 1];
    }
}

std::string verdict_of(const ArmComparison& comparison, double confidence) {
    const auto says = [&](const std::optional<Estimate>& estimate, double p) {
        return estimate && p < 1 - confidence ? (estimate->value > 0 ? 1 : -1) : 0;
    };
    const int conversion = says(comparison.conversion_difference, comparison.conversion_p_adjusted);
    const int revenue = says(comparison.revenue_difference, comparison.revenue_p_adjusted);
    const auto& margin = comparison.margin_difference;
    const bool margin_fell = margin && margin->value < 0 && margin->p_value < 1 - confidence;
    if (conversion + revenue > 0) return margin_fell ? "better, but the margin fell" : "better";
    if (conversion + revenue < 0) return "worse";
    if (conversion == 0 && margin_fell) return "no difference shown, but the margin fell";
    return conversion != 0 ? "better in one and worse in the other" : "no difference shown";
}

}  // namespace

Analysis analyse(const Trial& trial, const std::vector<UnitOutcome>& units, const AnalysisSettings& settings) {
    std::vector<Sums> sums;
    for (const UnitOutcome& unit : units) {
        ensure(unit.arm < trial.plan.arms.size(), "a unit is in an arm that the trial does not have");
        sums.push_back(sums_of(unit, trial));
    }
    std::ranges::sort(sums, {}, [](const Sums& unit) {
        return std::tuple(unit.arm, unit.first, unit.revenue, unit.orders, unit.mixed, unit.margin,
                          unit.without_margin);
    });

    Analysis analysis{.experiment = trial.plan.id};
    const TimeMs latest = std::numeric_limits<TimeMs>::max();
    analysis.horizon = trial.until < latest - trial.window_ms ? trial.until + trial.window_ms : latest;
    analysis.preliminary = settings.now < analysis.horizon;
    std::vector<ArmMoments> moments;
    std::vector<std::uint64_t> counts;
    std::vector<double> shares;
    for (std::size_t arm = 0; arm < trial.plan.arms.size(); ++arm) {
        moments.push_back(moments_of(sums, arm, settings));
        analysis.arms.push_back(figures_of(trial.plan.arms[arm].name, sums, arm, moments.back()));
        counts.push_back(moments.back().orders.units);
        shares.push_back(trial.plan.arms[arm].share);
    }
    analysis.ratio = sample_ratio(counts, shares);
    analysis.ratio_alarm = analysis.ratio.p_value < ratio_alarm_below;
    for (std::size_t arm = 1; arm < moments.size(); ++arm) {
        analysis.comparisons.push_back(compared(moments[arm], moments[0], settings));
        ArmComparison& comparison = analysis.comparisons.back();
        comparison.arm = trial.plan.arms[arm].name;
        comparison.by_day = novelty_of(sums, arm, trial, settings);
        comparison.by_week = weeks_of(sums, arm, trial, settings);
    }
    adjust(analysis);
    if (!analysis.preliminary && !analysis.ratio_alarm)
        for (ArmComparison& comparison : analysis.comparisons)
            comparison.verdict = verdict_of(comparison, settings.confidence);
    return analysis;
}

}  // namespace vitrina::experiment
