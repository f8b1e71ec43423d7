#include "evaluation/cuts.hpp"

#include <gtest/gtest.h>

namespace vitrina::evaluation {
namespace {

TimeMs at(const char* text) { return *parse_time(text); }

// One event a day from the first of January to the end of April.
std::vector<TimeMs> days() {
    std::vector<TimeMs> times;
    for (TimeMs time = at("2026-01-01T12:00:00Z"); time < at("2026-05-01"); time += day_ms) times.push_back(time);
    return times;
}

TEST(Cuts, stand_before_the_days_that_are_named) {
    const auto cuts = *parse_split("cuts:2026-03-01,2026-02-01", 30 * day_ms, days());
    ASSERT_EQ(cuts.size(), 2u);
    EXPECT_EQ(cuts[0].through, at("2026-02-01") - 1);
    EXPECT_EQ(cuts[0].until, at("2026-02-01") - 1 + 30 * day_ms);
    EXPECT_EQ(cuts[1].through, at("2026-03-01") - 1);
    EXPECT_EQ(parse_split("time:2026-02-01", 30 * day_ms, days())->at(0), cuts[0]);
}

TEST(Cuts, leave_a_share_of_the_events_for_the_future) {
    const auto cut = parse_split("time:0.25", day_ms, days())->at(0);
    EXPECT_EQ(cut.through, at("2026-04-01T12:00:00Z") - 1);
}

TEST(Cuts, roll_towards_the_end_of_the_data) {
    const auto cuts = *parse_split("rolling:3x20d", 7 * day_ms, days());
    const TimeMs last = days().back();
    ASSERT_EQ(cuts.size(), 3u);
    EXPECT_EQ(cuts[0], (Cut{last - 60 * day_ms, last - 40 * day_ms, false}));
    EXPECT_EQ(cuts[2].until, last);
}

TEST(Cuts, take_the_last_order_of_everybody) {
    EXPECT_TRUE(parse_split("last-order", day_ms, days())->at(0).last_order);
}

TEST(Cuts, outside_of_the_data_or_misspelt_are_refused_with_what_would_be_right) {
    for (const char* split : {"", "time", "time:", "time:1.5", "time:0", "time:yesterday", "cuts:", "cuts:2026-02-01,x",
                              "rolling:4", "rolling:0x30d", "rolling:101x1d", "rolling:2x-3d", "last-order:2", "random",
                              "time:2027-01-01", "rolling:9x30d"}) {
        const auto cuts = parse_split(split, day_ms, days());
        ASSERT_FALSE(cuts) << split;
        EXPECT_NE(cuts.error().message.find("use time:2011-10-01"), std::string::npos);
    }
}

}  // namespace
}  // namespace vitrina::evaluation
