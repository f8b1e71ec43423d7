#include "experiment/assignment.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "experiment/sample_ratio.hpp"

namespace vitrina::experiment {
namespace {

Plan plan(std::string id, std::string layer = "ranking") {
    return {.id = std::move(id), .layer = std::move(layer), .arms = {{"control", 0.5}, {"new", 0.3}, {"newer", 0.2}}};
}
std::string visitor(int number) { return "v" + std::to_string(number); }

TEST(Assignment, gives_each_arm_its_share) {
    std::array<std::uint64_t, 3> counts{};
    for (int number = 0; number < 100000; ++number) ++counts[arm_of(plan("a"), visitor(number)).value()];
    EXPECT_GT(sample_ratio(counts, std::array{0.5, 0.3, 0.2}).p_value, 0.001)
        << counts[0] << ' ' << counts[1] << ' ' << counts[2];
}

TEST(Assignment, of_two_layers_is_independent) {
    std::array<std::uint64_t, 9> counts{};
    for (int number = 0; number < 100000; ++number) {
        ++counts[3 * arm_of(plan("a", "one"), visitor(number)).value() +
                 arm_of(plan("b", "two"), visitor(number)).value()];
    }
    const std::array shares{0.25, 0.15, 0.1, 0.15, 0.09, 0.06, 0.1, 0.06, 0.04};
    EXPECT_GT(sample_ratio(counts, shares).p_value, 0.001);
}

TEST(Assignment, of_one_layer_never_meets) {
    Plan first = plan("a"), second = plan("b");
    first.layer_to = second.layer_from = 0.4;
    for (int number = 0; number < 10000; ++number) {
        EXPECT_NE(arm_of(first, visitor(number)).has_value(), arm_of(second, visitor(number)).has_value())
            << visitor(number);
    }
}

TEST(Assignment, ramps_up_without_moving_anybody) {
    Plan small = plan("a"), large = plan("a");
    small.ramp = 0.1;
    large.ramp = 0.6;
    std::size_t in_small = 0, in_large = 0;
    for (int number = 0; number < 10000; ++number) {
        const auto before = arm_of(small, visitor(number)), after = arm_of(large, visitor(number));
        in_small += before ? 1 : 0;
        in_large += after ? 1 : 0;
        EXPECT_TRUE(!before || before == after) << visitor(number);
    }
    EXPECT_NEAR(static_cast<double>(in_small), 1000, 150);
    EXPECT_NEAR(static_cast<double>(in_large), 6000, 250);
    small.ramp = 0;
    EXPECT_FALSE(arm_of(small, "v1"));
}

// Written down so that no change of the code moves people who are in an experiment.
TEST(Assignment, stays_what_it_was) {
    std::string arms;
    for (int number = 0; number < 12; ++number) arms += std::to_string(arm_of(plan("a"), visitor(number)).value());
    EXPECT_EQ(arms, "020000211100");
}

TEST(Assignment, refuses_plans_that_cannot_be_meant) {
    const auto why = [](auto change) {
        Plan wrong = plan("a");
        change(wrong);
        const auto answer = valid(wrong);
        return answer ? std::string() : answer.error().message;
    };
    EXPECT_EQ(why([](Plan&) {}), "");
    EXPECT_NE(why([](Plan& p) { p.id.clear(); }), "");
    EXPECT_NE(why([](Plan& p) { p.layer.clear(); }), "");
    EXPECT_NE(why([](Plan& p) { p.layer_from = 1; }).find("within 0 and 1"), std::string::npos);
    EXPECT_NE(why([](Plan& p) { p.ramp = 1.5; }).find("1.5"), std::string::npos);
    EXPECT_NE(why([](Plan& p) { p.arms[0].share = 0.6; }).find("1.1"), std::string::npos);
    EXPECT_NE(why([](Plan& p) { p.arms[1].share = -0.3; }).find("-0.3"), std::string::npos);
    EXPECT_NE(why([](Plan& p) { p.arms[1].name = "control"; }).find("control"), std::string::npos);
    EXPECT_NE(why([](Plan& p) { p.arms.clear(); }).find("at least two"), std::string::npos);
}

}  // namespace
}  // namespace vitrina::experiment
