// What is decided before an experiment and what may spoil it: sizes, shares, families of questions, and the bounds on orders' values.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "base/random.hpp"
#include "experiment/comparison.hpp"
#include "experiment/multiplicity.hpp"
#include "experiment/power.hpp"
#include "experiment/sample_ratio.hpp"
#include "experiment/selection.hpp"

namespace vitrina::experiment {
namespace {

// scipy.stats.chisquare([5000, 5200]): 3.92157, p .04767.
TEST(SampleRatio, has_the_known_value) {
    constexpr std::array<std::uint64_t, 2> counts{5000, 5200};
    constexpr std::array<double, 2> halves{0.5, 0.5}, parts{3, 3};
    EXPECT_NEAR(sample_ratio(counts, halves).chi_square, 3.9215686275, 1e-9);
    EXPECT_NEAR(sample_ratio(counts, halves).p_value, 0.0476703807, 1e-9);
    EXPECT_EQ(sample_ratio(counts, parts).p_value, sample_ratio(counts, halves).p_value);
}

TEST(SampleRatio, counts_shares_that_are_not_equal_and_no_units_at_all) {
    constexpr std::array<std::uint64_t, 3> counts{5, 95, 900}, none{};
    constexpr std::array<double, 3> shares{0.005, 0.095, 0.9};
    EXPECT_EQ(sample_ratio(counts, shares).chi_square, 0);
    EXPECT_EQ(sample_ratio(none, shares).p_value, 1);
}

// 2.5 % conversion, seven per cent more, 80 % power: 129,194 with each arm's own variance, 124,941 with the baseline's in both.
TEST(Power, has_the_known_sizes) {
    EXPECT_EQ(std::floor(units_an_arm_of_rate(0.025, 0.07)), 129194);
    const double baseline = 0.025 * 0.975;
    EXPECT_EQ(std::floor(units_an_arm(baseline, baseline, 0.025 * 0.07)), 124941);
}

TEST(Power, size_and_detectable_effect_are_inverse) {
    const double effect = detectable_effect(4, 5, 3000, {.alpha = 0.01, .power = 0.9});
    EXPECT_NEAR(units_an_arm(4, 5, effect, {.alpha = 0.01, .power = 0.9}), 3000, 1e-6);
}

// 600 experiments of that size find the effect eight times in ten (standard error .016, four of them).
TEST(Power, is_what_simulated_experiments_have) {
    const auto units = static_cast<std::uint64_t>(std::ceil(units_an_arm(1, 1, 0.2)));
    int found = 0;
    for (std::uint64_t number = 0; number < 600; ++number) {
        Random random(11, number);
        Moments treated, control;
        for (std::uint64_t unit = 0; unit < units; ++unit) {
            control.add(random.normal());
            treated.add(random.normal() + 0.2);
        }
        found += difference(treated, control)->p_value < 0.05 ? 1 : 0;
    }
    EXPECT_NEAR(found / 600.0, 0.8, 0.065);
}

TEST(Multiplicity, adjusts_as_computed_by_hand) {
    const std::vector<double> p{0.01, 0.04, 0.03, 0.005, 0.5};
    const std::vector<double> by_holm{0.04, 0.09, 0.09, 0.025, 0.5};
    const std::vector<double> by_rate{0.025, 0.05, 0.05, 0.025, 0.5};  // scipy.stats.false_discovery_control
    const std::vector<double> found_holm = holm(p), found_rate = benjamini_hochberg(p);
    for (std::size_t place = 0; place < p.size(); ++place) {
        EXPECT_NEAR(found_holm[place], by_holm[place], 1e-12) << place;
        EXPECT_NEAR(found_rate[place], by_rate[place], 1e-12) << place;
    }
    EXPECT_TRUE(holm({}).empty());
}

// Five of ten buy where four of ten do without: a fifth of the five is left out.
TEST(LeeBounds, agree_with_a_miniature_computed_by_hand) {
    const std::vector<double> treated{10, 50, 20, 30, 40}, control{10, 20, 30, 40};
    const LeeBounds found = lee_bounds({.units = 10, .values = treated}, {.units = 10, .values = control}).value();
    EXPECT_NEAR(found.trimmed, 0.2, 1e-12);
    EXPECT_NEAR(found.low, 25 - 25.0, 1e-12);   // 10 20 30 40
    EXPECT_NEAR(found.high, 35 - 25.0, 1e-12);  // 20 30 40 50
    const LeeBounds turned = lee_bounds({.units = 10, .values = control}, {.units = 10, .values = treated}).value();
    EXPECT_NEAR(turned.low, -10, 1e-12);
    EXPECT_NEAR(turned.high, 0, 1e-12);
}

TEST(LeeBounds, trim_a_part_of_a_value_and_meet_where_both_arms_buy_alike) {
    const std::vector<double> three{0, 1, 2}, two{1, 1};
    const LeeBounds found = lee_bounds({.units = 4, .values = three}, {.units = 4, .values = two}).value();
    EXPECT_NEAR(found.trimmed, 1.0 / 3, 1e-12);
    EXPECT_NEAR(found.low, 0.5 - 1, 1e-12);
    const std::vector<double> half{0, 10};
    EXPECT_NEAR(lee_bounds({.units = 2, .values = half}, {.units = 4, .values = three})->low, (0 + 0.5 * 10) / 1.5 - 1,
                1e-12);
    const LeeBounds alike = lee_bounds({.units = 4, .values = two}, {.units = 4, .values = two}).value();
    EXPECT_EQ(alike.low, alike.high);
    EXPECT_FALSE(lee_bounds({.units = 4, .values = {}}, {.units = 4, .values = two}));
}

// Known truth: everybody who buys anyway orders 100 ± 20 and 10 more when treated; the treatment also wins orders of 20.
TEST(LeeBounds, hold_the_effect_on_those_who_buy_anyway) {
    Random random(5);
    std::vector<double> treated, control;
    constexpr std::uint64_t units = 20000;
    for (std::uint64_t unit = 0; unit < units; ++unit) {
        if (random.unit() < 0.1) control.push_back(100 + 20 * random.normal());
        const double kind = random.unit();
        if (kind < 0.1) treated.push_back(110 + 20 * random.normal());
        if (kind > 0.98) treated.push_back(20 + 2 * random.normal());
    }
    const LeeBounds found =
        lee_bounds({.units = units, .values = treated}, {.units = units, .values = control}).value();
    EXPECT_LT(found.low, 10);
    EXPECT_GT(found.high, 10 - 2);
    Moments mean_treated, mean_control;
    for (const double value : treated) mean_treated.add(value);
    for (const double value : control) mean_control.add(value);
    EXPECT_LT(mean_treated.mean, mean_control.mean) << "the mean order falls though everybody orders more";
}

}  // namespace
}  // namespace vitrina::experiment
