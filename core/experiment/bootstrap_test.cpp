#include "experiment/bootstrap.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.hpp"
#include "experiment/comparison.hpp"

namespace vitrina::experiment {
namespace {

// What units spent, of whom one in ten buys, with a long tail.
std::vector<double> spent(std::size_t count, double worth, std::uint64_t seed) {
    Random random(seed);
    std::vector<double> units;
    for (std::size_t i = 0; i < count; ++i)
        units.push_back(random.unit() < 0.1 ? worth * std::exp(0.6 * random.normal()) : 0.0);
    return units;
}
Moments moments_of(const std::vector<double>& units) {
    Moments moments;
    for (const double unit : units) moments.add(unit);
    return moments;
}

TEST(Bootstrap, agrees_with_the_delta_method_where_means_are_normal) {
    const auto treated = spent(20'000, 44, 1), control = spent(20'000, 40, 2);
    const auto drawn = bootstrap_lift(treated, control);
    const auto computed = lift(moments_of(treated), moments_of(control));
    ASSERT_TRUE(drawn && computed);
    const double width = computed->high - computed->low;
    EXPECT_NEAR(drawn->low, computed->low, 0.1 * width);
    EXPECT_NEAR(drawn->high, computed->high, 0.1 * width);
}

TEST(Bootstrap, covers_the_truth_nineteen_times_in_twenty) {
    int missed = 0;
    constexpr int rounds = 300;
    for (std::uint64_t round = 0; round < rounds; ++round) {
        const auto drawn = bootstrap_lift(spent(1500, 44, 100 + 2 * round), spent(1500, 40, 101 + 2 * round));
        missed += drawn && drawn->low <= 0.1 && drawn->high >= 0.1 ? 0 : 1;
    }
    EXPECT_LE(missed, 30);  // 15 expected; 3.8 standard errors
    EXPECT_GE(missed, 3);
}

TEST(Bootstrap, says_nothing_of_a_few_units_or_of_a_control_that_buys_nothing) {
    const std::vector<double> few(19, 1.0), many(100, 1.0), nothing(100, 0.0);
    EXPECT_FALSE(bootstrap_lift(few, many));
    EXPECT_FALSE(bootstrap_lift(many, nothing));
    const auto same = bootstrap_lift(many, many);
    ASSERT_TRUE(same);
    EXPECT_EQ(same->low, 0);
    EXPECT_EQ(same->high, 0);
}

TEST(Bootstrap, is_the_same_twice) {
    const auto treated = spent(3000, 44, 1), control = spent(3000, 40, 2);
    EXPECT_EQ(bootstrap_lift(treated, control)->low, bootstrap_lift(treated, control)->low);
}

}  // namespace
}  // namespace vitrina::experiment
