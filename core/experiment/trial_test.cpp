#include "experiment/trial.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vitrina::experiment {
namespace {

constexpr TimeMs day_in_november = 1'795'392'000'000, day_in_january = day_in_november + 60 * day_ms;

Trial trial(std::string id, std::string layer = "answers") {
    return {.plan = {.id = std::move(id), .layer = std::move(layer), .arms = {{"control", 0.5}, {"new", 0.5}}}};
}
std::string visitor(int number) { return "v" + std::to_string(number); }

TEST(HoldOut, is_drawn_anew_every_quarter_and_stays_within_it) {
    const Programme programme{.hold_out = {.share = 0.05}, .trials = {}};
    int now = 0, later = 0, both = 0;
    for (int number = 0; number < 20000; ++number) {
        const auto arms = arms_at(programme, {visitor(number), ""}, day_in_november);
        ASSERT_EQ(arms.size(), 1u);
        EXPECT_EQ(arms.front().experiment, "hold_out-2026Q4");
        EXPECT_EQ(arms, arms_at(programme, {visitor(number), ""}, day_in_november + 20 * day_ms));
        const bool then = held_out(arms_at(programme, {visitor(number), ""}, day_in_january));
        now += held_out(arms) ? 1 : 0;
        later += then ? 1 : 0;
        both += then && held_out(arms) ? 1 : 0;
    }
    EXPECT_NEAR(now, 1000, 150);
    EXPECT_NEAR(later, 1000, 150);
    EXPECT_NEAR(both, 50, 35);
}

TEST(HoldOut, lasts_a_quarter_and_is_known_by_its_name) {
    const HoldOut settings{.share = 0.05};
    const Trial trial = hold_out_of(settings, day_in_november);
    EXPECT_EQ(iso_time(trial.from), "2026-10-01T00:00:00Z");
    EXPECT_EQ(iso_time(trial.until), "2027-01-01T00:00:00Z");
    EXPECT_EQ(trial.guard, 0);
    EXPECT_EQ(hold_out_of(settings, trial.until - 1).plan.id, trial.plan.id);
    EXPECT_EQ(hold_out_of(settings, trial.until).plan.id, "hold_out-2027Q1");
    const auto named = hold_out_named(settings, "hold_out-2026Q4");
    ASSERT_TRUE(named);
    EXPECT_EQ(named->from, trial.from);
    for (const char* name : {"hold_out-2026Q5", "hold_out-", "hold_out", "hold_out-20261", "x"})
        EXPECT_FALSE(hold_out_named(settings, name)) << name;
    EXPECT_FALSE(hold_out_named({.share = 0}, "hold_out-2026Q4"));
}

TEST(HoldOut, keeps_its_people_out_of_every_trial) {
    const Programme programme{.hold_out = {.share = 0.3}, .trials = {trial("a"), trial("b", "other")}};
    for (int number = 0; number < 1000; ++number) {
        const auto arms = arms_at(programme, {visitor(number), ""}, day_in_november);
        EXPECT_EQ(arms.size(), held_out(arms) ? 1u : 3u);
        EXPECT_EQ(variant_of(arms) == "hold_out", held_out(arms));
    }
}

TEST(Trials, have_only_people_with_their_unit_and_only_in_their_time) {
    Trial of_users = trial("users");
    of_users.unit = Unit::user;
    of_users.from = day_in_november;
    of_users.until = day_in_november + day_ms;
    const Programme programme{.hold_out = {}, .trials = {of_users}};
    EXPECT_TRUE(arms_at(programme, {"v", ""}, day_in_november).empty());
    EXPECT_TRUE(arms_at(programme, {"v", "u"}, day_in_november - 1).empty());
    EXPECT_TRUE(arms_at(programme, {"v", "u"}, day_in_november + day_ms).empty());
    const auto arms = arms_at(programme, {"v", "u"}, day_in_november);
    ASSERT_EQ(arms.size(), 1u);
    EXPECT_EQ(arms, arms_at(programme, {"other device", "u"}, day_in_november));
    EXPECT_EQ(variant_of(arms), "users:" + arms.front().arm);
}

TEST(Variants, are_named_by_all_arms_but_the_served_one) {
    EXPECT_EQ(variant_of({}), "default");
    EXPECT_EQ(variant_of({{"hold_out-2026Q4", "vitrina"}}), "default");
    EXPECT_EQ(variant_of({{"hold_out-2026Q4", "hold_out"}}), "hold_out");
    EXPECT_EQ(variant_of({{"hold_out-2026Q4", "vitrina"}, {"a", "new"}, {"b", "control"}}), "a:new+b:control");
}

void expect_refused(const Programme& programme, const std::string& why) {
    const auto good = valid(programme);
    ASSERT_FALSE(good) << why;
    EXPECT_NE(good.error().message.find(why), std::string::npos) << good.error().message;
}

TEST(Trials, that_would_meet_or_never_run_are_refused) {
    expect_refused({.hold_out = {.share = 1}, .trials = {}}, "hold_out: its share");
    expect_refused({.hold_out = {}, .trials = {trial("a"), trial("a", "other")}}, "comes twice");
    expect_refused({.hold_out = {}, .trials = {trial("a"), trial("b")}},
                   "experiments a and b share a part of layer answers");
    expect_refused({.hold_out = {}, .trials = {trial("hold_out-x")}}, "must not begin with hold_out");
    expect_refused({.hold_out = {}, .trials = {trial("hold_out")}}, "must not begin with hold_out");
    expect_refused({.hold_out = {}, .trials = {trial("a:b")}}, "nor hold : or +");
    Trial backwards = trial("a");
    backwards.from = day_in_january;
    backwards.until = day_in_november;
    expect_refused({.hold_out = {}, .trials = {backwards}}, "ends before it begins");

    Trial first = trial("a"), second = trial("b"), after = trial("c");
    first.plan.layer_to = second.plan.layer_from = 0.5;
    first.until = second.until = after.from = day_in_january;
    EXPECT_TRUE(valid({.hold_out = {}, .trials = {first, second, after}}));
}

}  // namespace
}  // namespace vitrina::experiment
