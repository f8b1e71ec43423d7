#include "evaluation/bootstrap.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "base/random.hpp"

namespace vitrina::evaluation {
namespace {

// Runs the blocks backwards: results must not depend on the order.
class BackwardExecutor final : public Executor {
public:
    void for_each_block(std::size_t blocks, const std::function<void(std::size_t)>& work) override {
        for (std::size_t block = blocks; block-- > 0;) work(block);
    }
    std::size_t width() const override { return 1; }
};

std::vector<std::uint32_t> own_units(std::size_t count) {
    std::vector<std::uint32_t> units(count);
    std::iota(units.begin(), units.end(), 0u);
    return units;
}

std::vector<float> coins(std::size_t count, double share, std::uint64_t seed) {
    Random random(seed);
    std::vector<float> values(count);
    for (float& value : values) value = random.unit() < share ? 1.0f : 0.0f;
    return values;
}

TEST(Bootstrap, an_interval_is_as_wide_as_theory_says) {
    SerialExecutor executor;
    const std::vector<float> values = coins(2000, 0.3, 7);
    const Interval found = mean_intervals(values, 1, own_units(2000), {.resamples = 2000}, executor)[0];
    const double half_width = 1.96 * std::sqrt(found.value * (1 - found.value) / 2000);
    EXPECT_NEAR(found.high - found.value, half_width, 0.1 * half_width);
    EXPECT_NEAR(found.value - found.low, half_width, 0.1 * half_width);
}

TEST(Bootstrap, queries_of_one_unit_are_drawn_together) {
    SerialExecutor executor;
    std::vector<float> values;
    std::vector<std::uint32_t> unit;
    for (std::uint32_t u = 0; const float value : coins(200, 0.5, 3)) {
        values.insert(values.end(), 10, value);
        unit.insert(unit.end(), 10, u);
        ++u;
    }
    const Interval together = mean_intervals(values, 1, unit, {}, executor)[0];
    const Interval apart = mean_intervals(values, 1, own_units(2000), {}, executor)[0];
    EXPECT_DOUBLE_EQ(together.value, apart.value);
    EXPECT_GT(together.high - together.low, 2.5 * (apart.high - apart.low));
}

TEST(Bootstrap, the_same_seed_gives_the_same_interval_in_any_order_of_work) {
    SerialExecutor serial;
    BackwardExecutor backward;
    const std::vector<float> values = coins(600, 0.4, 5);
    EXPECT_EQ(mean_intervals(values, 2, own_units(300), {}, serial),
              mean_intervals(values, 2, own_units(300), {}, backward));
}

TEST(Bootstrap, nothing_and_one_unit_are_no_errors) {
    SerialExecutor executor;
    EXPECT_EQ(mean_intervals({}, 2, {}, {}, executor), std::vector<Interval>(2));
    EXPECT_EQ(mean_intervals(std::vector<float>{0.5f}, 1, own_units(1), {}, executor)[0], (Interval{0.5, 0.5, 0.5}));
}

}  // namespace
}  // namespace vitrina::evaluation
