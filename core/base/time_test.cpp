#include "base/time.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace vitrina {
namespace {

TEST(Time, reads_iso_with_and_without_seconds_fraction_and_offset) {
    EXPECT_EQ(parse_time("1990-01-01"), 631'152'000'000);
    EXPECT_EQ(parse_time("2010-12-01 08:26:00"), 1'291'191'960'000);
    EXPECT_EQ(parse_time("2010-12-01T08:26"), 1'291'191'960'000);
    EXPECT_EQ(parse_time("2010-12-01T08:26:00Z"), 1'291'191'960'000);
    EXPECT_EQ(parse_time("2010-12-01T08:26:00.25Z"), 1'291'191'960'250);
    EXPECT_EQ(parse_time("2010-12-01T08:26:00.123456789"), 1'291'191'960'123);
    EXPECT_EQ(parse_time("2010-12-01T10:26:00+02:00"), 1'291'191'960'000);
    EXPECT_EQ(parse_time("2010-12-01T10:26:00+0200"), 1'291'191'960'000);
    EXPECT_EQ(parse_time("2010-12-01T10:26:00+02"), 1'291'191'960'000);
    EXPECT_EQ(parse_time("2010-12-01T03:26:00-05:00"), 1'291'191'960'000);
}

TEST(Time, tells_seconds_milliseconds_and_microseconds_apart) {
    EXPECT_EQ(parse_time("1291191960"), 1'291'191'960'000);
    EXPECT_EQ(parse_time("1291191960.5"), 1'291'191'960'500);
    EXPECT_EQ(parse_time("1291191960000"), 1'291'191'960'000);
    EXPECT_EQ(parse_time("1291191960000000"), 1'291'191'960'000);
    EXPECT_EQ(time_from_number(1291191960e6), 1'291'191'960'000);
}

TEST(Time, refuses_what_is_none_and_names_it) {
    for (const char* text : {"",
                             "yesterday",
                             "2010-13-01",
                             "2010-02-30",
                             "2010-12-01T",
                             "2010-12-01T25:00",
                             "2010-12-01T10:60",
                             "2010-12-01T10:00:00+25:00",
                             "2010-12-01T10:00:00Zx",
                             "01.12.2010",
                             "12/1/2010 8:26",
                             "1989-12-31",
                             "2100-01-01",
                             "0",
                             "-5",
                             "20101201",
                             "1e9",
                             "nan",
                             "inf",
                             "2010-12-01T10:00:00.",
                             "9e99"}) {
        const auto time = parse_time(text);
        ASSERT_FALSE(time.has_value()) << text;
        EXPECT_NE(time.error().message.find(std::string("\"") + text + "\""), std::string::npos)
            << time.error().message;
    }
    EXPECT_FALSE(time_from_number(0));
    EXPECT_FALSE(time_from_number(1e300));
    EXPECT_FALSE(time_from_number(-1291191960.0));
}

TEST(Time, is_written_as_it_is_read) {
    EXPECT_EQ(iso_time(1'291'191'960'000), "2010-12-01T08:26:00Z");
    EXPECT_EQ(iso_time(1'291'191'960'007), "2010-12-01T08:26:00.007Z");
    EXPECT_EQ(iso_time(-1), "1969-12-31T23:59:59.999Z");
    Random random(7);
    for (int i = 0; i < 10'000; ++i) {
        const TimeMs time = 631'152'000'000 + static_cast<TimeMs>(random.below(3'471'292'800'000));
        EXPECT_EQ(parse_time(iso_time(time)), time);
    }
}

TEST(Time, reads_durations) {
    EXPECT_EQ(parse_duration("30d"), 30 * day_ms);
    EXPECT_EQ(parse_duration("12h"), 12 * hour_ms);
    EXPECT_EQ(parse_duration("45m"), 45 * minute_ms);
    EXPECT_EQ(parse_duration("10s"), 10 * second_ms);
    EXPECT_EQ(parse_duration("500ms"), 500);
    EXPECT_EQ(parse_duration("0d"), 0);
    for (const char* text : {"", "d", "30", "-1d", "1.5h", "30 d", "1w", "99999999999999999999d", "99999999d"})
        EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Time, rounds_days_and_hours_towards_the_past) {
    EXPECT_EQ(day_of(0), 0);
    EXPECT_EQ(day_of(-1), -1);
    EXPECT_EQ(day_of(day_ms - 1), 0);
    EXPECT_EQ(hour_of(-hour_ms), -1);
    EXPECT_EQ(hour_of(-hour_ms - 1), -2);
}

}  // namespace
}  // namespace vitrina
