#include "experiment/comparison.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "base/random.hpp"

namespace vitrina::experiment {
namespace {

Moments of(std::initializer_list<double> values) {
    Moments moments;
    for (const double value : values) moments.add(value);
    return moments;
}

// Units, sum and sum of squares of what was spent, counted from the file of Kevin Hillstrom's e-mail experiment (MineThatData, 2008).
Moments of_sums(std::uint64_t units, double sum, double squares) {
    const double mean = sum / static_cast<double>(units);
    return {.units = units, .mean = mean, .squares = squares - mean * sum};
}
const Moments men = of_sums(21307, 30311.69, 6759024.4973);
const Moments nobody = of_sums(21306, 13908.33, 2870050.3621);

// Reference: scipy 1.x, ttest_ind_from_stats(equal_var=False).
TEST(Comparison, of_hillstroms_arms_has_the_known_values) {
    EXPECT_NEAR(men.mean, 1.4226, 5e-5);
    EXPECT_NEAR(nobody.mean, 0.6528, 5e-5);
    const Estimate spent = difference(men, nobody).value();
    EXPECT_NEAR(spent.value, 0.7698271559, 1e-9);
    EXPECT_NEAR(spent.low, 0.4851397326, 1e-9);
    EXPECT_NEAR(spent.high, 1.0545145792, 1e-9);
    EXPECT_NEAR(spent.p_value, 1.1638149682e-07, 1e-15);
    const Estimate more = lift(men, nobody).value();
    EXPECT_NEAR(more.value, 1.1792887704, 1e-9);
    EXPECT_NEAR(more.low, 0.5443057196, 1e-9);
    EXPECT_NEAR(more.high, 1.8142718211, 1e-9);
    const Estimate bought = difference(moments_of_rate(267, 21307), moments_of_rate(122, 21306)).value();
    EXPECT_NEAR(bought.value, 0.0068050065, 1e-10);
}

// Reference: scipy, ttest_ind([1, 2, 3, 4, 10], [2, 2, 5], equal_var=False).
TEST(Comparison, of_a_few_units_uses_welchs_degrees_of_freedom) {
    const Estimate found = difference(of({1, 2, 3, 4, 10}), of({2, 2, 5})).value();
    EXPECT_NEAR(found.value, 1.0, 1e-12);
    EXPECT_NEAR(found.low, -3.5890998328, 1e-9);
    EXPECT_NEAR(found.high, 5.5890998328, 1e-9);
    EXPECT_NEAR(found.p_value, 0.6123866070, 1e-9);
}

TEST(Comparison, says_nothing_where_units_cannot) {
    EXPECT_FALSE(difference(of({1}), of({1, 2})));
    EXPECT_FALSE(difference(of({1, 1}), of({1, 1})));
    EXPECT_FALSE(lift(of({1, 2}), of({0, 0})));
    EXPECT_FALSE(lift(of({1, 2}), of({-1, -2})));
    EXPECT_FALSE(rate_lift({}, {}));
}

// Revenue 0, 3, 5, 0, 12, 7 in 1, 2, 2, 1, 4, 3 sessions; reference: numpy.
TEST(Comparison, of_rates_is_clustered_on_the_unit) {
    PairMoments arm;
    constexpr std::array<std::array<double, 2>, 6> units{{{0, 1}, {3, 2}, {5, 2}, {0, 1}, {12, 4}, {7, 3}}};
    for (const auto& [revenue, sessions] : units) arm.add(revenue, sessions);
    EXPECT_NEAR(arm.ratio(), 2.0769230769, 1e-10);
    EXPECT_NEAR(arm.ratio_variance(), 0.1768005322, 1e-10);
    EXPECT_NEAR(rate_difference(arm, arm)->high, 1.9599639845 * std::sqrt(2 * 0.1768005321942509), 1e-9);
    EXPECT_NEAR(rate_lift(arm, arm)->value, 0, 1e-12);
}

// Whoever has one session a unit has the same interval by both ways, but for Student's distribution and n − 1.
TEST(Comparison, of_rates_agrees_with_that_of_means_where_every_unit_has_one) {
    PairMoments treated, control;
    Random random(3);
    for (int unit = 0; unit < 5000; ++unit) {
        treated.add(random.normal() + 1.2, 1);
        control.add(random.normal() + 1, 1);
    }
    const Estimate by_rate = rate_difference(treated, control).value(),
                   by_mean = difference(treated.above, control.above).value();
    EXPECT_NEAR(by_rate.value, by_mean.value, 1e-12);
    EXPECT_NEAR(by_rate.low, by_mean.low, 1e-4);
    EXPECT_NEAR(rate_lift(treated, control)->high, lift(treated.above, control.above)->high, 1e-9);
}

// A shop where everything costs the same: revenue an order has no spread but that of rounding, which no interval may rest on.
TEST(Comparison, of_a_rate_that_never_differs_says_nothing) {
    Random random(4);
    for (int round = 0; round < 200; ++round) {
        PairMoments treated, control;
        for (int unit = 0; unit < 50; ++unit)
            for (PairMoments* arm : {&treated, &control}) {
                const double orders = static_cast<double>(random.below(4));
                arm->add(3.3 * orders, orders);
            }
        EXPECT_FALSE(rate_lift(treated, control));
        EXPECT_FALSE(rate_difference(treated, control));
    }
}

// Orders of a heavy tail, no effect and a known one: alarms and misses of the interval within the binomial error of 5 %
// (2,000 experiments: standard error .0049, so four of them).
TEST(Comparison, keeps_its_promise_of_five_per_cent_with_heavy_tails) {
    constexpr int experiments = 2000, units = 1500;
    constexpr double effect = 0.1;
    int alarms = 0, missed = 0, missed_lift = 0;
    for (int number = 0; number < experiments; ++number) {
        Random random(7, static_cast<std::uint64_t>(number));
        Moments control, same, better;
        for (int unit = 0; unit < units; ++unit) {
            const auto order = [&] { return random.unit() < 0.3 ? std::exp(random.normal() * 0.8) : 0.0; };
            control.add(order());
            same.add(order());
            better.add(order() + effect);
        }
        const double truth = 0.3 * std::exp(0.32);
        alarms += difference(same, control)->p_value < 0.05 ? 1 : 0;
        const Estimate found = difference(better, control).value(), relative = lift(better, control).value();
        missed += effect < found.low || effect > found.high ? 1 : 0;
        missed_lift += effect / truth < relative.low || effect / truth > relative.high ? 1 : 0;
    }
    EXPECT_NEAR(alarms / double{experiments}, 0.05, 0.02);
    EXPECT_NEAR(missed / double{experiments}, 0.05, 0.02);
    EXPECT_NEAR(missed_lift / double{experiments}, 0.05, 0.02);
}

}  // namespace
}  // namespace vitrina::experiment
