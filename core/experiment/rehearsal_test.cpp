#include "experiment/rehearsal.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"

namespace vitrina::experiment {
namespace {

std::vector<FrozenUnit> shoppers(std::size_t count, double tail) {
    Random random(3);
    std::vector<FrozenUnit> units;
    for (std::size_t i = 0; i < count; ++i) {
        FrozenUnit unit{.id = "v" + std::to_string(i), .orders = {}};
        while (random.unit() < 0.25)
            unit.orders.push_back({static_cast<TimeMs>(random.unit() * 20 * static_cast<double>(day_ms)),
                                   30 * std::exp(tail * random.normal())});
        units.push_back(std::move(unit));
    }
    return units;
}

TEST(Rehearsal, keeps_every_promise_with_shoppers_of_a_long_tail) {
    SerialExecutor alone;
    const auto units = shoppers(600, 1.0);
    const Rehearsal rehearsal = rehearse(units, {.rounds = 300}, alone);
    EXPECT_EQ(rehearsal.units, 600u);
    EXPECT_NEAR(rehearsal.conversion, 0.19, 0.05);  // a fifth of the orders came after the window
    EXPECT_NEAR(rehearsal.true_conversion_lift, 0.07, 0.05);
    ASSERT_EQ(rehearsal.frequencies.size(), 8u);
    for (const Frequency& frequency : rehearsal.frequencies)
        EXPECT_TRUE(frequency.kept()) << frequency.what << ": " << frequency.times;
}

TEST(Rehearsal, finds_a_large_effect_nearly_always_and_knows_its_size) {
    SerialExecutor alone;
    const Rehearsal rehearsal =
        rehearse(shoppers(2000, 0.5),
                 {.rounds = 60, .conversion_lift = 0.5, .value_lift = 0.5, .window_ms = 30 * day_ms}, alone);
    EXPECT_GT(rehearsal.conversion_power, 0.9);
    EXPECT_GT(rehearsal.revenue_power, 0.9);
    EXPECT_NEAR(rehearsal.true_conversion_lift, 0.5, 0.1);
    EXPECT_NEAR(rehearsal.true_revenue_lift, 1.5 * 1.5 - 1, 0.25);
}

// One wholesaler who buys for more than all others together decides in which arm the money is: an interval by Welch misses then.
TEST(Rehearsal, shows_where_a_promise_is_broken_and_that_a_bound_mends_it) {
    SerialExecutor alone;
    auto units = shoppers(150, 0.5);
    for (FrozenUnit& unit : units)
        if (&unit == &units.front()) unit.orders = {{0, 1e6}};
    const auto revenue = [&](double most) {
        return rehearse(units, {.rounds = 200, .revenue_most = most}, alone).frequencies[1];
    };
    EXPECT_FALSE(revenue(0).kept()) << revenue(0).times;
    EXPECT_TRUE(revenue(100).kept()) << revenue(100).times;
}

TEST(Rehearsal, of_nobody_or_of_nobody_who_orders_counts_nothing) {
    SerialExecutor alone;
    EXPECT_TRUE(rehearse({}, {}, alone).frequencies.empty());
    EXPECT_TRUE(rehearse({{"ann", {}}, {"bob", {}}}, {}, alone).frequencies.empty());
}

TEST(Rehearsal, is_the_same_twice) {
    SerialExecutor alone;
    const auto units = shoppers(200, 1.0);
    const Rehearsal one = rehearse(units, {.rounds = 20}, alone), other = rehearse(units, {.rounds = 20}, alone);
    for (std::size_t i = 0; i < one.frequencies.size(); ++i)
        EXPECT_EQ(one.frequencies[i].times, other.frequencies[i].times);
}

}  // namespace
}  // namespace vitrina::experiment
