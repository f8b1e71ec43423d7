#include "simulator/effect.hpp"

#include <algorithm>
#include <cmath>

namespace vitrina::simulator {

namespace {

double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

Figures without(const Figures& all, const Figures& lot) {
    Figures rest = all;
    rest.units -= lot.units;
    rest.orders -= lot.orders;
    rest.lines -= lot.lines;
    rest.revenue -= lot.revenue;
    rest.margin -= lot.margin;
    return rest;
}

// Student's t at 97.5 %, by the Cornish–Fisher expansion (Abramowitz and Stegun 26.7.5); off by less than 1 % from 3 degrees on.
double student(double degrees) {
    constexpr double z = 1.959964;
    const double z3 = z * z * z, z5 = z3 * z * z, z7 = z5 * z * z;
    return z + (z3 + z) / (4 * degrees) + (5 * z5 + 16 * z3 + 3 * z) / (96 * std::pow(degrees, 2)) +
           (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * std::pow(degrees, 3));
}

double quantile(const std::vector<double>& sorted, double at) {
    const double place = at * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const auto above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

const char* name_of(Measure measure) {
    constexpr const char* names[] = {"orders_a_visitor", "revenue_a_visitor", "order_value", "margin_a_visitor",
                                     "lines_an_order"};
    return names[static_cast<std::size_t>(measure)];
}

double value_of(Measure measure, const Figures& figures) {
    const auto units = static_cast<double>(figures.units), orders = static_cast<double>(figures.orders);
    switch (measure) {
        case Measure::orders_a_visitor: return share(orders, units);
        case Measure::revenue_a_visitor: return share(figures.revenue, units);
        case Measure::order_value: return share(figures.revenue, orders);
        case Measure::margin_a_visitor: return share(figures.margin, units);
        case Measure::lines_an_order: return share(static_cast<double>(figures.lines), orders);
    }
    return 0;
}

double lift(Measure measure, const Figures& arm, const Figures& against) {
    const double base = value_of(measure, against);
    return base > 0 ? value_of(measure, arm) / base - 1 : 0;
}

Lift lift_within(Measure measure, const Ledger& arm, const Ledger& against) {
    std::vector<double> left_out;
    double mean = 0;
    for (std::size_t lot = 0; lot < groups; ++lot) {
        left_out.push_back(lift(measure, without(arm.total, arm.lots[lot]), without(against.total, against.lots[lot])));
        mean += left_out.back() / static_cast<double>(groups);
    }
    double squares = 0;
    for (const double value : left_out) squares += (value - mean) * (value - mean);
    const auto n = static_cast<double>(groups);
    const double half = student(n - 1) * std::sqrt(squares * (n - 1) / n);
    const double value = lift(measure, arm.total, against.total);
    return {value, value - half, value + half};
}

Spread spread_of(std::vector<double> lifts) {
    std::ranges::sort(lifts);
    const auto n = static_cast<double>(lifts.size());
    Spread spread;
    for (const double value : lifts) {
        spread.mean += value / n;
        spread.share_below_zero += (value < 0 ? 1 : 0) / n;
    }
    double squares = 0;
    for (const double value : lifts) squares += (value - spread.mean) * (value - spread.mean);
    const double half = n > 1 ? student(n - 1) * std::sqrt(squares / (n - 1) / n) : 0;
    spread.low = spread.mean - half;
    spread.high = spread.mean + half;
    spread.median = quantile(lifts, .5);
    spread.quartile_low = quantile(lifts, .25);
    spread.quartile_high = quantile(lifts, .75);
    return spread;
}

}  // namespace vitrina::simulator
