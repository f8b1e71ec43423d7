#include "feedback/credit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"

namespace vitrina::feedback {
namespace {

constexpr TimeMs day = 24LL * 60 * 60 * 1000;

Touch click(const char* id, const char* item, TimeMs time) { return {id, item, "", Stage::clicked, time, 0}; }

OrderLine bought(const char* item, TimeMs time, std::uint32_t number = 0) {
    OrderLine line;
    line.transaction_id = "T1";
    line.line = number;
    line.event_id = "e1";
    line.item_id = item;
    line.time = time;
    line.quantity = 2;
    line.money = 10;
    return line;
}

template <class T>
void repeat_some(std::vector<T>& records) {
    for (std::size_t i = 0, n = records.size(); i < n; i += 2) records.push_back(T(records[i]));
}

TimeMs draw(Random& random, std::uint64_t bound) { return static_cast<TimeMs>(random.below(bound)); }

template <class T>
void shuffle(std::vector<T>& records, Random& random) {
    for (std::size_t i = records.size(); i > 1; --i) std::swap(records[i - 1], records[random.below(i)]);
}

TEST(Credit, goes_to_the_last_click_of_seven_days) {
    const std::vector<Touch> touches{click("r1", "mug", 0), click("r2", "mug", day), click("r3", "mug", 9 * day)};
    EXPECT_EQ(outcomes({}, touches, {bought("mug", 8 * day)}, {})[0].recommendation_id, "r2");
    EXPECT_EQ(outcomes({}, touches, {bought("mug", 8 * day + 1)}, {})[0].credit, Credit::none);
}

TEST(Credit, is_given_to_views_only_where_the_shop_says_so_and_after_clicks) {
    std::vector<Touch> touches{{"r1", "mug", "", Stage::viewed, 5, 0}};
    EXPECT_EQ(outcomes({}, touches, {bought("mug", 9)}, {})[0].credit, Credit::none);
    Rules rules;
    rules.view_through = true;
    EXPECT_EQ(outcomes(rules, touches, {bought("mug", 9)}, {})[0].credit, Credit::view);
    touches.push_back(click("r2", "mug", 1));
    EXPECT_EQ(outcomes(rules, touches, {bought("mug", 9)}, {})[0].recommendation_id, "r2");
}

TEST(Credit, takes_back_refunds_once_and_never_more_than_the_line) {
    OrderLine line = bought("mug", 9);
    line.cost = 6;
    const Refund one{"f1", "T1", 0, 1, 5, false};
    const Outcome half = outcomes({}, {}, {line}, {one, one})[0];
    EXPECT_EQ(half.quantity, 1);
    EXPECT_EQ(half.money, 5);
    EXPECT_EQ(half.margin, 2);
    const Outcome none = outcomes({}, {}, {line}, {one, {"f2", "T1", 0, 9, 99, false}})[0];
    EXPECT_EQ(none.quantity, 0);
    EXPECT_EQ(none.money, 0);
    EXPECT_EQ(none.margin, 0);
}

TEST(Credit, keeps_the_halo_apart_and_the_order_whole) {
    std::vector<OrderLine> lines{bought("mug", 9), bought("tea", 9, 1), bought("cup", 9, 2)};
    lines[0].session = lines[1].session = 7;
    Touch touch = click("r1", "mug", 5);
    touch.session = 7;
    const auto all = outcomes({}, {touch}, lines, {});
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].credit, Credit::click);
    EXPECT_EQ(all[1].credit, Credit::halo);
    EXPECT_EQ(all[2].credit, Credit::none);
    EXPECT_EQ(all[0].money + all[1].money + all[2].money, 30);
}

TEST(Credit, counts_nothing_before_it_is_confirmed) {
    OrderLine line = bought("mug", 9);
    line.provisional = true;
    EXPECT_TRUE(outcomes({}, {}, {line}, {}).empty());
    EXPECT_EQ(outcomes({}, {}, {line, bought("mug", 8)}, {}).size(), 1U);
}

TEST(Credit, is_the_same_for_records_repeated_and_in_any_order) {
    Random random(1);
    const char* const items[] = {"a", "b", "c"};
    const char* const ids[] = {"r1", "r2", "r3"};
    for (int shop = 0; shop < 300; ++shop) {
        std::vector<Touch> touches;
        std::vector<OrderLine> lines;
        std::vector<Refund> refunds;
        for (int i = 0; i < 12; ++i) {
            touches.push_back(click(ids[random.below(3)], items[random.below(3)], draw(random, 8)));
            touches.back().stage = random.below(2) == 0 ? Stage::clicked : Stage::viewed;
            touches.back().session = random.below(3);
            lines.push_back(
                bought(items[random.below(3)], draw(random, 10), static_cast<std::uint32_t>(random.below(4))));
            lines.back().trusted = random.below(2) == 0;
            if (random.below(2) == 0) lines.back().cost = draw(random, 10);
            lines.back().session = random.below(3);
            refunds.push_back({ids[random.below(3)], "T1", static_cast<std::uint32_t>(random.below(4)), 1, 3, false});
        }
        Rules rules;
        rules.view_through = random.below(2) == 0;
        const auto expected = outcomes(rules, touches, lines, refunds);
        repeat_some(touches);
        repeat_some(lines);
        repeat_some(refunds);
        shuffle(touches, random);
        shuffle(lines, random);
        shuffle(refunds, random);
        ASSERT_EQ(outcomes(rules, touches, lines, refunds), expected) << "shop " << shop;
    }
}

// The naive version: every touch sorted by time, walked backwards.
TEST(Credit, is_what_walking_back_from_each_order_finds) {
    Random random(2);
    const char* const items[] = {"a", "b", "c"};
    for (int shop = 0; shop < 300; ++shop) {
        std::vector<Touch> touches;
        for (TimeMs time = 0; time < 10; ++time) {
            touches.push_back(click("r", items[random.below(3)], time));
            touches.back().recommendation_id += std::to_string(time);
            touches.back().stage = random.below(2) == 0 ? Stage::clicked : Stage::viewed;
        }
        Rules rules;
        rules.click_horizon = 4;
        const OrderLine line = bought(items[random.below(3)], draw(random, 14));
        std::string expected;
        for (TimeMs time = 9; time >= 0 && expected.empty(); --time) {
            const Touch& touch = touches[static_cast<std::size_t>(time)];
            const bool counts = time <= line.time && time >= line.time - 4 && touch.stage == Stage::clicked;
            if (counts && touch.item_id == line.item_id) expected = touch.recommendation_id;
        }
        shuffle(touches, random);
        ASSERT_EQ(outcomes(rules, touches, {line}, {})[0].recommendation_id, expected) << "shop " << shop;
    }
}

}  // namespace
}  // namespace vitrina::feedback
