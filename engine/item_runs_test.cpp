#include "engine/item_runs.hpp"

#include <gtest/gtest.h>

namespace vitrina::engine {
namespace {

constexpr TimeMs night = 1'767'571'200'123;
const ShopKey ours{std::byte{1}}, theirs{std::byte{2}};

TEST(ItemRuns, are_read_by_everybody_who_has_the_key_of_the_shop) {
    const catalog::Run run = ItemRuns(ours, {}).begin(night);
    EXPECT_EQ(run.begun_at, night);
    EXPECT_EQ(ItemRuns(ours, {}).read(run.id, night + hour_ms), run);
    EXPECT_NE(ItemRuns(ours, {}).begin(night).id, run.id);
    EXPECT_EQ(ItemRuns(theirs, {}).read(run.id, night).error().code, ErrorCode::not_found);
}

TEST(ItemRuns, what_is_none_is_not_found) {
    const ItemRuns runs(ours, {});
    std::string id = runs.begin(night).id;
    for (const std::string none : {"", "i-", "r-", "monday", "i-AAAA", "i-\xff", "i-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
        EXPECT_EQ(runs.read(none, night).error().code, ErrorCode::not_found) << none;
    id[10] = id[10] == 'A' ? 'B' : 'A';
    EXPECT_EQ(runs.read(id, night).error().code, ErrorCode::not_found);
}

TEST(ItemRuns, are_open_for_a_while_and_not_before_they_begin) {
    const ItemRuns runs(ours, {.open_ms = hour_ms});
    const catalog::Run run = runs.begin(night);
    EXPECT_TRUE(runs.read(run.id, night + hour_ms));
    EXPECT_TRUE(runs.read(run.id, night - minute_ms)) << "the clock of another node";
    const auto old = runs.read(run.id, night + hour_ms + 1);
    ASSERT_FALSE(old);
    EXPECT_EQ(old.error().code, ErrorCode::conflict);
    EXPECT_NE(old.error().message.find("item_runs.open_ms"), std::string::npos) << old.error().message;
    EXPECT_EQ(runs.read(run.id, night - hour_ms).error().code, ErrorCode::conflict);
}

}  // namespace
}  // namespace vitrina::engine
