#include "feedback/credit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"

namespace vitrina::feedback {
namespace {

Touch click(const char* id, const char* item, TimeMs time) { return {id, item, "", Stage::clicked, time}; }

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

Refund returned(const char* event, const char* item, std::int64_t quantity) {
    return {event, "T1", 0, item, quantity, 100};
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
    const std::vector<Touch> touches{click("r1", "mug", 0), click("r2", "mug", day_ms), click("r3", "mug", 9 * day_ms)};
    EXPECT_EQ(outcomes({}, {touches, {bought("mug", 8 * day_ms)}, {}})[0].recommendation_id, "r2");
    EXPECT_EQ(outcomes({}, {touches, {bought("mug", 8 * day_ms + 1)}, {}})[0].credit, Credit::none);
}

TEST(Credit, is_given_to_views_only_where_the_shop_says_so_and_after_clicks) {
    std::vector<Touch> touches{{"r1", "mug", "", Stage::viewed, 5}};
    EXPECT_EQ(outcomes({}, {touches, {bought("mug", 9)}, {}})[0].credit, Credit::none);
    Rules rules;
    rules.view_through = true;
    EXPECT_EQ(outcomes(rules, {touches, {bought("mug", 9)}, {}})[0].credit, Credit::view);
    touches.push_back(click("r2", "mug", 1));
    EXPECT_EQ(outcomes(rules, {touches, {bought("mug", 9)}, {}})[0].recommendation_id, "r2");
}

TEST(Credit, goes_to_another_variant_where_the_group_is_known) {
    Touch touch = click("r1", "mug-red", 1);
    touch.group_id = "mug";
    OrderLine line = bought("mug-blue", 2 * hour_ms);
    EXPECT_EQ(outcomes({}, {{touch}, {line}, {}})[0].credit, Credit::none);
    line.group_id = "mug";
    EXPECT_EQ(outcomes({}, {{touch}, {line}, {}})[0].credit, Credit::click);
}

TEST(Credit, takes_back_refunds_once_and_never_more_than_the_lines_of_the_item) {
    const OrderLine line = bought("mug", 9), more = bought("mug", 9, 1);
    const Refund one = returned("f1", "mug", 1);
    const auto half = outcomes({}, {{}, {line, more}, {one, one}});
    EXPECT_EQ(half[0].quantity, 1);
    EXPECT_EQ(half[0].money, 5);
    EXPECT_EQ(half[1].money, 10);
    const auto three = outcomes({}, {{}, {line, more}, {one, returned("f2", "mug", 2)}});
    EXPECT_EQ(three[0].money, 0);
    EXPECT_EQ(three[1].money, 5);
    EXPECT_EQ(outcomes({}, {{}, {line}, {one, returned("f2", "mug", 99)}})[0].money, 0);
    EXPECT_EQ(outcomes({}, {{}, {line}, {returned("f3", "", 0)}})[0].quantity, 0);
    EXPECT_EQ(outcomes({}, {{}, {line}, {returned("f3", "tea", 1)}})[0].quantity, 2);
}

TEST(Credit, keeps_the_halo_apart_and_the_order_whole) {
    const std::vector<OrderLine> lines{bought("mug", hour_ms), bought("tea", hour_ms, 1)};
    const auto all = outcomes({}, {{click("r1", "mug", 5)}, lines, {}});
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].credit, Credit::click);
    EXPECT_EQ(all[1].credit, Credit::halo);
    EXPECT_EQ(all[0].money + all[1].money, 20);
    EXPECT_EQ(outcomes({}, {{click("r1", "cup", 5)}, {bought("mug", hour_ms + 6)}, {}})[0].credit, Credit::none);
}

TEST(Credit, is_about_the_first_word_on_an_order_unless_a_trusted_sender_replaces_it) {
    OrderLine second = bought("tea", 20), trusted = bought("cup", 30);
    second.event_id = "e2";
    trusted.event_id = "e3";
    trusted.trusted = true;
    const std::vector<OrderLine> first{bought("mug", 9), bought("mug", 9, 1)};
    auto all = first;
    all.push_back(second);
    EXPECT_EQ(outcomes({}, {{}, all, {}}), outcomes({}, {{}, first, {}}));
    all.push_back(trusted);
    const auto replaced = outcomes({}, {{click("r1", "cup", 10), click("r0", "cup", 8)}, all, {}});
    ASSERT_EQ(replaced.size(), 1u);
    EXPECT_EQ(replaced[0].item_id, "cup");
    EXPECT_EQ(replaced[0].time, 9) << "a correction is not bought again";
    EXPECT_EQ(replaced[0].recommendation_id, "r0");
}

TEST(Credit, sees_orders_in_chunks_as_one) {
    OrderLine a = bought("mug", 9), b = bought("tea", 9, lines_a_chunk);
    a.chunks = b.chunks = 2;
    EXPECT_EQ(outcomes({}, {{}, {b, a}, {}}).size(), 2u);
    OrderLine whole = bought("mug", 10);
    whole.event_id = "e2";
    whole.trusted = true;
    EXPECT_EQ(outcomes({}, {{}, {b, a, whole}, {}}).size(), 1u);
}

TEST(Credit, is_the_same_for_records_repeated_and_in_any_order) {
    Random random(1);
    const char* const items[] = {"a", "b", "c"};
    const char* const ids[] = {"r1", "r2", "r3"};
    for (int shop = 0; shop < 300; ++shop) {
        Records all;
        for (int i = 0; i < 12; ++i) {
            all.touches.push_back(click(ids[random.below(3)], items[random.below(3)], draw(random, 8)));
            all.touches.back().stage = random.below(2) == 0 ? Stage::clicked : Stage::viewed;
            all.lines.push_back(
                bought(items[random.below(3)], draw(random, 10), static_cast<std::uint32_t>(random.below(4))));
            all.lines.back().trusted = random.below(2) == 0;
            all.lines.back().event_id = ids[random.below(3)];
            all.refunds.push_back(returned(ids[random.below(3)], items[random.below(3)], 1));
        }
        Rules rules;
        rules.view_through = random.below(2) == 0;
        rules.halo_horizon = draw(random, 3);
        const auto expected = outcomes(rules, all);
        repeat_some(all.touches);
        repeat_some(all.lines);
        repeat_some(all.refunds);
        shuffle(all.touches, random);
        shuffle(all.lines, random);
        shuffle(all.refunds, random);
        ASSERT_EQ(outcomes(rules, all), expected) << "shop " << shop;
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
        rules.halo_horizon = -1;
        const OrderLine line = bought(items[random.below(3)], draw(random, 14));
        std::string expected;
        for (TimeMs time = 9; time >= 0 && expected.empty(); --time) {
            const Touch& touch = touches[static_cast<std::size_t>(time)];
            const bool counts = time <= line.time && time >= line.time - 4 && touch.stage == Stage::clicked;
            if (counts && touch.item_id == line.item_id) expected = touch.recommendation_id;
        }
        shuffle(touches, random);
        ASSERT_EQ(outcomes(rules, {touches, {line}, {}})[0].recommendation_id, expected) << "shop " << shop;
    }
}

}  // namespace
}  // namespace vitrina::feedback
