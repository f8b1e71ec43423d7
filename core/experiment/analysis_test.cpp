#include "experiment/analysis.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "base/random.hpp"

namespace vitrina::experiment {
namespace {

constexpr TimeMs begin = 1'795'392'000'000;  // a Monday

Trial trial() {
    return {.plan = {.id = "cart", .layer = "answers", .arms = {{"control", 0.5}, {"new", 0.5}}},
            .from = begin,
            .until = begin + 14 * day_ms};
}
AnalysisSettings after_the_end() { return {.now = begin + 60 * day_ms}; }

// Shoppers of whom so many buy, for amounts with a long tail.
std::vector<UnitOutcome> shoppers(std::size_t arm, std::size_t count, double conversion, double worth,
                                  std::uint64_t seed) {
    Random random(seed);
    std::vector<UnitOutcome> units;
    for (std::size_t i = 0; i < count; ++i) {
        UnitOutcome unit{.arm = arm, .first = begin + static_cast<TimeMs>(random.unit() * 14) * day_ms, .orders = {}};
        if (random.unit() < conversion)
            unit.orders.push_back({static_cast<TimeMs>(random.unit() * 14.0 * static_cast<double>(day_ms)),
                                   worth * std::exp(0.8 * random.normal())});
        units.push_back(std::move(unit));
    }
    return units;
}
std::vector<UnitOutcome> both(std::vector<UnitOutcome> one, const std::vector<UnitOutcome>& other) {
    one.insert(one.end(), other.begin(), other.end());
    return one;
}

TEST(Analysis, finds_an_effect_that_is_there) {
    const Analysis analysis =
        analyse(trial(), both(shoppers(0, 20000, 0.1, 40, 1), shoppers(1, 20000, 0.13, 40, 2)), after_the_end());
    EXPECT_FALSE(analysis.preliminary);
    EXPECT_FALSE(analysis.ratio_alarm);
    ASSERT_EQ(analysis.comparisons.size(), 1u);
    const ArmComparison& comparison = analysis.comparisons.front();
    EXPECT_EQ(comparison.arm, "new");
    EXPECT_LT(comparison.conversion_lift->low, 0.3);
    EXPECT_GT(comparison.conversion_lift->high, 0.3);
    EXPECT_GT(comparison.revenue_lift->low, 0);
    EXPECT_EQ(comparison.verdict, "better");
    EXPECT_NEAR(analysis.arms[1].conversion, 0.13, 0.01);
    // Nobody's orders became larger.
    EXPECT_NEAR(comparison.order_value_lift->value, 0, 0.1);
    EXPECT_LT(comparison.order_value_bounds->low, comparison.order_value_bounds->high);
    EXPECT_NEAR(comparison.order_value_bounds->trimmed, 1 - 0.1 / 0.13, 0.05);
    ASSERT_EQ(comparison.by_day.size(), 3u);
    EXPECT_EQ(comparison.by_day[1].from_day, 1);
    EXPECT_EQ(comparison.by_day[1].to_day, 7);
    ASSERT_EQ(comparison.by_week.size(), 2u);
    EXPECT_EQ(comparison.by_week[0].monday, "2026-11-23");
}

TEST(Analysis, has_no_verdict_before_its_horizon) {
    const auto units = both(shoppers(0, 5000, 0.1, 40, 1), shoppers(1, 5000, 0.2, 40, 2));
    const TimeMs horizon = begin + 28 * day_ms;
    const Analysis early = analyse(trial(), units, {.now = horizon - 1});
    EXPECT_EQ(early.horizon, horizon);
    EXPECT_TRUE(early.preliminary);
    EXPECT_EQ(early.comparisons[0].verdict, "");
    EXPECT_TRUE(early.comparisons[0].revenue_lift);
    EXPECT_EQ(analyse(trial(), units, {.now = horizon}).comparisons[0].verdict, "better");
    Trial open = trial();
    open.until = std::numeric_limits<TimeMs>::max();
    EXPECT_TRUE(analyse(open, units, after_the_end()).preliminary);
}

TEST(Analysis, alarms_when_an_arm_lost_its_units_and_says_nothing_then) {
    const Analysis analysis =
        analyse(trial(), both(shoppers(0, 20000, 0.1, 40, 1), shoppers(1, 18500, 0.2, 40, 2)), after_the_end());
    EXPECT_TRUE(analysis.ratio_alarm);
    EXPECT_EQ(analysis.comparisons[0].verdict, "");
}

TEST(Analysis, counts_orders_within_the_window_only) {
    UnitOutcome unit{.arm = 0, .first = begin, .orders = {{-1, 1}, {0, 2}, {14 * day_ms - 1, 4}, {14 * day_ms, 8}}};
    const Analysis analysis = analyse(trial(), {unit, {.arm = 1, .first = begin, .orders = {}}}, after_the_end());
    EXPECT_EQ(analysis.arms[0].orders, 2u);
    EXPECT_EQ(analysis.arms[0].buyers, 1u);
    EXPECT_EQ(analysis.arms[0].revenue, 6);
    EXPECT_FALSE(analysis.comparisons[0].revenue_lift) << "one unit an arm says nothing";
}

TEST(Analysis, bounds_a_units_revenue_where_asked) {
    auto units = both(shoppers(0, 2000, 0.2, 40, 1), shoppers(1, 2000, 0.2, 40, 2));
    const auto width = [&](double most) {
        const Analysis analysis = analyse(trial(), units, {.now = begin + 60 * day_ms, .revenue_most = most});
        return analysis.comparisons[0].revenue_difference->high - analysis.comparisons[0].revenue_difference->low;
    };
    const double before = width(0);
    units[0].orders = {{1, 1e6}};  // a wholesaler
    EXPECT_GT(width(0), 10 * before);
    EXPECT_LT(width(500), 1.1 * before);
}

// The same with the margin that every order leaves.
std::vector<UnitOutcome> leaving(std::vector<UnitOutcome> units, double share) {
    for (UnitOutcome& unit : units)
        for (UnitOrder& order : unit.orders) order.margin = share * order.value;
    return units;
}

TEST(Analysis, of_what_sells_more_at_a_loss_says_so) {
    const auto before = shoppers(0, 20000, 0.1, 40, 1), after = shoppers(1, 20000, 0.13, 40, 2);
    const auto verdict = [](const std::vector<UnitOutcome>& units) {
        return analyse(trial(), units, after_the_end()).comparisons.front().verdict;
    };
    EXPECT_EQ(verdict(both(leaving(before, .3), leaving(after, .3))), "better");
    EXPECT_EQ(verdict(both(leaving(before, .3), leaving(after, .1))), "better, but the margin fell");
}

TEST(Analysis, knows_a_margin_only_where_nine_of_ten_orders_have_one) {
    auto units = both(leaving(shoppers(0, 20000, 0.1, 40, 1), .3), leaving(shoppers(1, 20000, 0.13, 40, 2), .1));
    int every = 0;
    const auto forget = [&](int nth) {
        for (UnitOutcome& unit : units)
            for (UnitOrder& order : unit.orders)
                if (++every % nth == 0) order.margin.reset();
        return analyse(trial(), units, after_the_end());
    };
    const Analysis most = forget(20);
    EXPECT_TRUE(most.comparisons.front().margin_lift);
    EXPECT_GT(most.arms[0].orders_without_margin, 0u);
    EXPECT_FALSE(forget(5).comparisons.front().margin_lift);
}

TEST(Analysis, is_cross_checked_by_resampling_where_asked) {
    const auto units = both(shoppers(0, 8000, 0.1, 40, 1), shoppers(1, 8000, 0.13, 40, 2));
    AnalysisSettings settings = after_the_end();
    EXPECT_FALSE(analyse(trial(), units, settings).comparisons.front().revenue_lift_bootstrap);
    settings.resample = true;
    const ArmComparison comparison = analyse(trial(), units, settings).comparisons.front();
    ASSERT_TRUE(comparison.revenue_lift_bootstrap);
    EXPECT_NEAR(comparison.revenue_lift_bootstrap->low, comparison.revenue_lift->low, 0.03);
    EXPECT_NEAR(comparison.revenue_lift_bootstrap->high, comparison.revenue_lift->high, 0.03);
}

TEST(Analysis, repeats_itself_without_those_seen_on_both_sides) {
    auto units = both(shoppers(0, 3000, 0.2, 40, 1), shoppers(1, 3000, 0.2, 40, 2));
    units[0].mixed = units[1].mixed = units[4000].mixed = true;
    const Analysis analysis = analyse(trial(), units, after_the_end());
    EXPECT_EQ(analysis.arms[0].mixed, 2u);
    EXPECT_EQ(analysis.arms[1].mixed, 1u);
    EXPECT_NE(analysis.comparisons[0].revenue_lift_unmixed->value, analysis.comparisons[0].revenue_lift->value);
}

TEST(Analysis, does_not_depend_on_the_order_of_its_units) {
    auto units = both(shoppers(0, 3000, 0.2, 40, 1), shoppers(1, 3000, 0.2, 40, 2));
    const Analysis before = analyse(trial(), units, after_the_end());
    Random random(3);
    for (int round = 0; round < 5; ++round) {
        for (std::size_t i = units.size(); i > 1; --i) std::swap(units[i - 1], units[random.below(i)]);
        const Analysis again = analyse(trial(), units, after_the_end());
        EXPECT_EQ(again.comparisons[0].revenue_lift->value, before.comparisons[0].revenue_lift->value);
        EXPECT_EQ(again.comparisons[0].order_value_lift->low, before.comparisons[0].order_value_lift->low);
    }
}

TEST(Analysis, of_many_arms_asks_for_more_before_it_believes) {
    Trial many = trial();
    many.plan.arms = {{"control", 0.25}, {"a", 0.25}, {"b", 0.25}, {"c", 0.25}};
    std::vector<UnitOutcome> units;
    for (std::size_t arm = 0; arm < 4; ++arm) units = both(units, shoppers(arm, 4000, 0.1, 40, 10 + arm));
    const Analysis analysis = analyse(many, units, after_the_end());
    ASSERT_EQ(analysis.comparisons.size(), 3u);
    for (const ArmComparison& comparison : analysis.comparisons) {
        EXPECT_GE(comparison.conversion_p_adjusted, comparison.conversion_difference->p_value);
        EXPECT_EQ(comparison.verdict, "no difference shown");
    }
}

TEST(Analysis, of_nobody_is_empty) {
    const Analysis analysis = analyse(trial(), {}, after_the_end());
    EXPECT_EQ(analysis.arms[0].units, 0u);
    EXPECT_FALSE(analysis.comparisons[0].conversion_lift);
    EXPECT_EQ(analysis.comparisons[0].verdict, "no difference shown");
}

// A trial without an effect cries wolf in one of twenty, at its horizon, with either question; Holm keeps both together below that.
TEST(Analysis, of_the_same_in_both_arms_rarely_finds_a_difference) {
    auto units = both(shoppers(0, 1500, 0.15, 40, 1), shoppers(1, 1500, 0.15, 40, 2));
    Random random(11);
    int single = 0, verdicts = 0;
    constexpr int rounds = 400;
    for (int round = 0; round < rounds; ++round) {
        for (UnitOutcome& unit : units) unit.arm = random.below(2);
        const Analysis analysis = analyse(trial(), units, after_the_end());
        single += analysis.comparisons[0].revenue_difference->p_value < 0.05 ? 1 : 0;
        verdicts += analysis.comparisons[0].verdict == "no difference shown" || analysis.ratio_alarm ? 0 : 1;
    }
    EXPECT_NEAR(single, 0.05 * rounds, 3 * std::sqrt(0.05 * 0.95 * rounds));
    EXPECT_LE(verdicts, 0.05 * rounds + 3 * std::sqrt(0.05 * 0.95 * rounds));
}

}  // namespace
}  // namespace vitrina::experiment
