#include "recommendation/exploration.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.hpp"

namespace vitrina::recommendation {
namespace {

using ranking::Worth;

Worth worth(double exposures, double click_rate, double order_rate) {
    const auto clicks = static_cast<float>(exposures * click_rate), orders = clicks * static_cast<float>(order_rate);
    return {{clicks + 1, static_cast<float>(exposures) - clicks + 1}, {orders + 1, clicks - orders + 1}};
}

// Items of which more and more is known, with rates that are near each other.
std::vector<Worth> some(std::size_t items) {
    std::vector<Worth> all;
    for (std::size_t i = 0; i < items; ++i)
        all.push_back(worth(50.0 * static_cast<double>(i), 0.1 + 0.005 * static_cast<double>(i % 4), 0.2));
    return all;
}

std::uint64_t sum(const std::vector<std::uint32_t>& chances) {
    return std::accumulate(chances.begin(), chances.end(), std::uint64_t{0});
}

TEST(Exploration, gives_chances_that_add_up_and_leave_nobody_below_the_uniform_share) {
    for (std::size_t items = 1; items <= eligible_most; ++items)
        for (const double epsilon : {0.0, 0.01, 0.1, 0.333333, 1.0})
            for (std::uint64_t counter = 0; counter < 5; ++counter) {
                const auto chances = chances_of(some(items), epsilon, {counter, 3});
                ASSERT_EQ(chances.size(), items);
                EXPECT_EQ(sum(chances), whole_chance) << items << " " << epsilon;
                const auto least = static_cast<std::uint32_t>(epsilon * whole_chance) / items;
                EXPECT_GE(*std::ranges::min_element(chances), least) << items << " " << epsilon;
            }
}

TEST(Exploration, is_uniform_where_epsilon_is_one) {
    const auto chances = chances_of(some(8), 1, {7, 0});
    EXPECT_TRUE(std::ranges::all_of(chances, [](std::uint32_t chance) { return chance == whole_chance / 8; }));
}

TEST(Exploration, is_the_same_for_the_same_counter_and_slot_and_another_for_others) {
    const auto eligible = some(12);
    const auto chances = chances_of(eligible, 0.1, {99, 3});
    EXPECT_EQ(chances_of(eligible, 0.1, {99, 3}), chances);
    EXPECT_NE(chances_of(eligible, 0.1, {100, 3}), chances);
    EXPECT_NE(chances_of(eligible, 0.1, {99, 4}), chances);
    EXPECT_EQ(draw(chances, {99, 3}), draw(chances, {99, 3}));
}

TEST(Exploration, prefers_what_is_better_and_what_is_less_known_to_what_is_surely_worse) {
    const std::vector<Worth> eligible = {worth(10'000, 0.10, 0.2), worth(10'000, 0.05, 0.2), worth(200, 0.05, 0.2)};
    std::uint64_t good = 0, bad = 0, unknown = 0;
    for (std::uint64_t counter = 0; counter < 100; ++counter) {
        const auto chances = chances_of(eligible, 0.03, {counter, 0});
        good += chances[0];
        bad += chances[1];
        unknown += chances[2];
    }
    EXPECT_GT(good, unknown);
    EXPECT_GT(unknown, 2 * bad);
    EXPECT_LT(bad, 100u * 10'010u);  // its uniform share alone, and what rounding leaves: no draw puts it first
}

// Pearson's statistic of draws against q. The 99.9 % point of χ² with 11 degrees of freedom is 31.26.
TEST(Exploration, shows_items_as_often_as_their_chances_say) {
    const auto chances = chances_of(some(12), 0.2, {5, 1});
    constexpr std::uint64_t draws = 200'000;
    std::vector<double> found(chances.size());
    for (std::uint64_t counter = 0; counter < draws; ++counter) ++found[draw(chances, {counter, 1})];
    double statistic = 0;
    for (std::size_t i = 0; i < chances.size(); ++i) {
        const double expected = static_cast<double>(draws) * chances[i] / whole_chance;
        statistic += (found[i] - expected) * (found[i] - expected) / expected;
    }
    EXPECT_LT(statistic, 31.26);
}

// What q is for: clicks of a logged policy, weighted by 1 / q, say what another policy would have won (inverse propensity scores, as
// of the Open Bandit data: Saito et al. 2021). Here every item's true rate is known, and a new q is drawn at every turn.
TEST(Exploration, lets_the_log_say_what_other_choices_would_have_won) {
    const auto eligible = some(6);
    const double truth[] = {0.02, 0.05, 0.10, 0.15, 0.20, 0.30};
    constexpr std::uint64_t turns = 15'000;
    Random clicks(17);
    double won[6] = {}, squares[6] = {};
    for (std::uint64_t counter = 0; counter < turns; ++counter) {
        const Chance chance{counter, 2};
        const auto chances = chances_of(eligible, 0.3, chance);
        const std::size_t shown = draw(chances, chance);
        if (clicks.unit() >= truth[shown]) continue;
        const double weighted = static_cast<double>(whole_chance) / chances[shown];
        won[shown] += weighted;
        squares[shown] += weighted * weighted;
    }
    for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(won[i] / turns, truth[i], 4 * std::sqrt(squares[i]) / turns) << i;
}

}  // namespace
}  // namespace vitrina::recommendation
