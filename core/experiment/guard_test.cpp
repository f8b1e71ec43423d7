#include "experiment/guard.hpp"

#include <gtest/gtest.h>

namespace vitrina::experiment {
namespace {

Trial trial_of(double guard) {
    Trial trial;
    trial.plan = {.id = "t", .layer = "answers", .arms = {{"control", .5}, {"new", .5}}};
    trial.until = 30 * day_ms;
    trial.guard = guard;
    return trial;
}

// 2,000 units an arm; of the control one in ten orders, of the other so many of a thousand.
Analysis analysed(const Trial& trial, int ordering_of_1000, std::size_t control = 2000, std::size_t treated = 2000) {
    std::vector<UnitOutcome> outcomes;
    for (std::size_t arm = 0; arm < 2; ++arm)
        for (std::size_t i = 0; i < (arm == 0 ? control : treated); ++i) {
            UnitOutcome unit{.arm = arm, .first = day_ms, .mixed = false, .orders = {}};
            if (i % 1000 < static_cast<std::size_t>(arm == 0 ? 100 : ordering_of_1000))
                unit.orders.push_back({.after_ms = hour_ms, .value = 20 + static_cast<double>(i % 7)});
            outcomes.push_back(unit);
        }
    return analyse(trial, outcomes, {.now = 5 * day_ms, .confidence = guard_confidence});
}

TEST(Guard, ends_what_surely_harms_by_more_than_it_allows) {
    const Trial trial = trial_of(0.1);
    const auto harm = breach(trial, analysed(trial, 40));
    ASSERT_TRUE(harm);
    EXPECT_EQ(harm->arm, "new");
    EXPECT_EQ(harm->what, "conversion");
    EXPECT_NEAR(harm->lift.value, -0.6, 0.01);
    EXPECT_FALSE(breach(trial, analysed(trial, 90))) << "a tenth less is not surely more than a tenth";
    EXPECT_FALSE(breach(trial, analysed(trial, 180)));
    EXPECT_FALSE(breach(trial_of(0.5), analysed(trial, 40))) << "not surely below half";
    EXPECT_FALSE(breach(trial_of(0), analysed(trial, 0))) << "off";
}

TEST(Guard, says_nothing_of_few_buyers_or_of_arms_that_did_not_get_their_shares) {
    const Trial trial = trial_of(0.1);
    EXPECT_FALSE(breach(trial, analysed(trial, 0, 40, 40)));
    Trial lopsided = trial;
    lopsided.plan.arms = {{"control", .9}, {"new", .1}};
    EXPECT_FALSE(breach(lopsided, analysed(lopsided, 0, 2000, 220))) << "22 buyers are missing, by chance or not";
    EXPECT_TRUE(breach(lopsided, analysed(lopsided, 0, 9000, 1000)));
    Analysis uneven = analysed(trial, 40);
    uneven.ratio_alarm = true;
    EXPECT_FALSE(breach(trial, uneven));
}

}  // namespace
}  // namespace vitrina::experiment
