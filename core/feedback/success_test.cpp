#include "feedback/success.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "base/random.hpp"

namespace vitrina::feedback {
namespace {

SuccessDelta delta(std::int32_t day, std::int64_t clicks, std::int32_t position = 0) {
    return {{}, {day, 7, bucket_of(position)}, {clicks, 0, 0}};
}

TEST(SuccessCounts, is_counted_by_buckets_of_positions) {
    const std::pair<std::int32_t, int> expected[] = {{-1, 6}, {0, 0}, {1, 1}, {2, 2},  {3, 3},
                                                     {4, 3},  {5, 4}, {9, 4}, {10, 5}, {900, 5}};
    for (const auto& [position, bucket] : expected) EXPECT_EQ(bucket_of(position), bucket) << position;
}

TEST(SuccessCounts, keeps_days_apart_until_they_are_old) {
    const SuccessDelta days[] = {delta(20'000, 1), delta(20'001, 2), delta(20'028, 4)};
    const auto rows = success_rows(success_step("", days).value()).value();
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[0].place.day, 0);
    EXPECT_EQ(rows[0].counts.clicks, 1);
    EXPECT_EQ(rows[1].place.day, 20'001);
}

TEST(SuccessCounts, that_is_taken_back_leaves_nothing) {
    const SuccessDelta both[] = {delta(20'000, 1), delta(20'000, -1)};
    EXPECT_TRUE(success_rows(success_step("", both).value()).value().empty());
}

TEST(SuccessCounts, adds_up_in_any_order_and_grouping) {
    Random random(9);
    for (int round = 0; round < 100; ++round) {
        std::vector<SuccessDelta> deltas;
        for (int i = 0; i < 30; ++i)
            deltas.push_back(delta(20'000 + static_cast<std::int32_t>(random.below(60)),
                                   static_cast<std::int64_t>(random.below(5)) - 2,
                                   static_cast<std::int32_t>(random.below(12)) - 1));
        const std::string at_once = success_step("", deltas).value();
        for (std::size_t i = deltas.size(); i > 1; --i) std::swap(deltas[i - 1], deltas[random.below(i)]);
        std::string one_by_one;
        for (const SuccessDelta& one : deltas) one_by_one = success_step(one_by_one, {&one, 1}).value();
        ASSERT_EQ(one_by_one, at_once) << round;
    }
}

TEST(SuccessCounts, of_damaged_bytes_is_corrupt) {
    EXPECT_EQ(success_step("\xff", {}).error().code, ErrorCode::corrupt_data);
    EXPECT_EQ(success_rows("\xff").error().code, ErrorCode::corrupt_data);
}

}  // namespace
}  // namespace vitrina::feedback
