#include "base/time_format.hpp"

#include <gtest/gtest.h>

namespace vitrina {
namespace {

constexpr TimeMs opening = 1'291'191'960'000;  // 2010-12-01T08:26:00Z

TEST(TimeFormat, reads_times_the_files_way) {
    EXPECT_EQ(parse_time_as("01.12.2010 8:26", "%d.%m.%Y %H:%M"), opening);
    EXPECT_EQ(parse_time_as("12/1/10 08:26:00", "%m/%d/%y %H:%M:%S"), opening);
    EXPECT_EQ(parse_time_as("20101201", "%Y%m%d"), opening - 8 * hour_ms - 26 * minute_ms);
    EXPECT_EQ(parse_time_as("100% 2010-12-01", "100%% %Y-%m-%d"), opening - 8 * hour_ms - 26 * minute_ms);
    EXPECT_EQ(parse_time_as("2010-12-01 08:26:00", ""), opening);
}

TEST(TimeFormat, takes_off_what_the_files_clock_is_ahead) {
    EXPECT_EQ(parse_time_as("01.12.2010 10:26", "%d.%m.%Y %H:%M", 2 * hour_ms), opening);
    EXPECT_EQ(parse_time_as("2010-12-01 10:26:00", "", 2 * hour_ms), opening);
    EXPECT_EQ(parse_time_as("2010-12-01T08:26:00Z", "", 2 * hour_ms), opening);
    EXPECT_EQ(parse_time_as("2010-12-01T09:26:00+01:00", "", 2 * hour_ms), opening);
    EXPECT_EQ(parse_time_as("1291191960", "", 2 * hour_ms), opening);
}

TEST(TimeFormat, refuses_what_does_not_fit) {
    for (const char* text : {"", "2010-12-01", "32.12.2010 8:26", "01.13.2010 8:26", "01.12.2010 24:00",
                             "01.12.2010 8:26 PM", "01.12.1889 8:26"})
        EXPECT_FALSE(parse_time_as(text, "%d.%m.%Y %H:%M")) << text;
}

TEST(TimeFormat, checks_formats_and_offsets) {
    EXPECT_TRUE(check_time_format("%d.%m.%Y"));
    EXPECT_TRUE(check_time_format(""));
    for (const char* format : {"%d.%m", "%d.%m.%Y %p", "%", "today"}) EXPECT_FALSE(check_time_format(format)) << format;
    EXPECT_EQ(parse_offset("Z"), 0);
    EXPECT_EQ(parse_offset("+02:00"), 2 * hour_ms);
    EXPECT_EQ(parse_offset("-0530"), -(5 * hour_ms + 30 * minute_ms));
    EXPECT_EQ(parse_offset("+3"), 3 * hour_ms);
    for (const char* text : {"2", "+", "+15:00", "+02:60", "+02:0", "Moscow"}) EXPECT_FALSE(parse_offset(text)) << text;
}

}  // namespace
}  // namespace vitrina
