#pragma once
// What an arm does against another: the same people with the same draws, so differences are paired – by lots of people within a shop,
// by shops over shops.
//
// Threads: pure functions. Not an effect on a fixed set of people: the value of an order (docs/experiments.md).

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "simulator/population.hpp"

namespace vitrina::simulator {

enum class Measure { orders_a_visitor, revenue_a_visitor, order_value, margin_a_visitor, lines_an_order };
inline constexpr Measure measures[] = {Measure::orders_a_visitor, Measure::revenue_a_visitor, Measure::order_value,
                                       Measure::margin_a_visitor, Measure::lines_an_order};
const char* name_of(Measure measure);

double value_of(Measure measure, const Figures& figures);

struct Lift {
    double value = 0;  // share: .07 is +7 %
    double low = 0, high = 0;
};

// Within one shop: delete-one jackknife over the lots, 95 %.
Lift lift_within(Measure measure, const Ledger& arm, const Ledger& against);
double lift(Measure measure, const Figures& arm, const Figures& against);

struct Spread {
    double median = 0, mean = 0;
    double low = 0, high = 0;  // 95 % interval of the mean over shops (Student)
    double quartile_low = 0, quartile_high = 0;
    double share_below_zero = 0;
};

// Precondition: not empty.
Spread spread_of(std::vector<double> lifts);

}  // namespace vitrina::simulator
