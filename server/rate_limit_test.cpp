#include "server/rate_limit.hpp"

#include <gtest/gtest.h>

namespace vitrina::server {
namespace {

constexpr TimeMs start = 1'767'607'200'000;

TEST(RateLimit, gives_a_second_of_requests_at_once_and_then_as_many_a_second) {
    RateLimit limit(1, 5);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(limit.wait_seconds(0, start), 0u);
    EXPECT_EQ(limit.wait_seconds(0, start), 1u);
    EXPECT_EQ(limit.wait_seconds(0, start + 199), 1u);
    EXPECT_EQ(limit.wait_seconds(0, start + 200), 0u);
    EXPECT_EQ(limit.wait_seconds(0, start + 200), 1u);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(limit.wait_seconds(0, start + hour_ms), 0u);
    EXPECT_EQ(limit.wait_seconds(0, start + hour_ms), 1u) << "an hour of rest saves up no more than a second's worth";
}

TEST(RateLimit, counts_each_key_for_itself) {
    RateLimit limit(2, 1);
    EXPECT_EQ(limit.wait_seconds(0, start), 0u);
    EXPECT_EQ(limit.wait_seconds(1, start), 0u);
    EXPECT_EQ(limit.wait_seconds(0, start), 1u);
}

TEST(RateLimit, bounds_nothing_without_a_rate_and_bears_a_clock_that_goes_back) {
    RateLimit none(1, 0);
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(none.wait_seconds(0, start), 0u);
    RateLimit limit(1, 1);
    EXPECT_EQ(limit.wait_seconds(0, start), 0u);
    EXPECT_EQ(limit.wait_seconds(0, start - hour_ms), 1u);
}

}  // namespace
}  // namespace vitrina::server
