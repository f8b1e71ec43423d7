#include "evaluation/taking_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace vitrina::evaluation {
namespace {

using state::Action;
using training::HistoryEntry;

const ItemKey mug = ItemKey{1}, lamp = ItemKey{2}, vase = ItemKey{3};
constexpr TimeMs horizon = 7 * day_ms;

HistoryEntry did(Action action, ItemKey item, TimeMs time, std::uint32_t basket = 0) {
    return {.item = item, .time = time, .action = action, .basket = basket};
}
// Somebody who makes all before him mature.
const std::vector<HistoryEntry> later{did(Action::view, vase, 100 * day_ms)};

std::string text_of(std::uint32_t row) { return row == 2 ? "no kind" : "thing\n=category kitchen\n=brand Acme"; }

TEST(TakingRows, a_look_is_taken_by_what_the_same_person_does_within_the_horizon) {
    const auto history = training::history_of(std::vector<std::vector<HistoryEntry>>{
        {did(Action::view, mug, 10), did(Action::view, lamp, 20), did(Action::cart, mug, 30), did(Action::buy, mug, 40),
         did(Action::buy, lamp, 20 + horizon + 1, 1)},
        {did(Action::view, mug, 15)},
        {did(Action::view, lamp, 25), did(Action::buy, lamp, 25 + horizon, 1)},
        later});
    const auto looks = looks_of(history, horizon);
    ASSERT_EQ(looks.size(), 4u) << "the last one is not mature";
    const auto is = [&](std::size_t look, std::uint32_t person, std::uint32_t item, bool taken, bool ordered) {
        EXPECT_EQ(looks[look].person, person);
        EXPECT_EQ(looks[look].item, item);
        EXPECT_EQ(looks[look].taken, taken) << look;
        EXPECT_EQ(looks[look].ordered, ordered) << look;
    };
    is(0, 0, 0, true, true);
    is(1, 1, 0, false, false);
    is(2, 0, 1, false, false);  // a millisecond too late
    is(3, 2, 1, true, true);
}

TEST(TakingRows, only_the_first_view_of_a_basket_is_a_look_and_none_after_the_item_was_taken) {
    const auto history = training::history_of(std::vector<std::vector<HistoryEntry>>{
        {did(Action::view, mug, 10), did(Action::view, mug, 20), did(Action::cart, lamp, 30),
         did(Action::view, lamp, 40), did(Action::view, mug, 2 * hour_ms, 1)},
        later});
    const auto looks = looks_of(history, horizon);
    ASSERT_EQ(looks.size(), 2u);
    EXPECT_EQ(looks[0].time, 10);
    EXPECT_EQ(looks[1].time, 2 * hour_ms);
}

TEST(TakingRows, know_nothing_of_the_look_itself_or_of_what_came_later) {
    const std::vector<HistoryEntry> before{did(Action::view, lamp, 5), did(Action::view, mug, 10)};
    std::vector<HistoryEntry> more = before;
    more.push_back(did(Action::cart, mug, 30));
    more.push_back(did(Action::buy, vase, 40));
    for (const auto& person : {before, more}) {
        const auto history = training::history_of(std::vector<std::vector<HistoryEntry>>{person, later});
        const auto looks = looks_of(history, horizon);
        const features::Query query = query_of(history, looks[1]);
        ASSERT_EQ(query.history.size(), 1u);
        EXPECT_EQ(query.history[0].row, 1u);
        EXPECT_EQ(query.history[0].age_ms, 5);
    }
}

TEST(TakingRows, rates_leave_out_the_people_of_the_fold_with_everything_that_they_did) {
    std::vector<std::vector<HistoryEntry>> people;
    for (int person = 0; person < 40; ++person) {
        people.push_back({did(Action::view, mug, 10 + person), did(Action::view, lamp, 100 + person)});
        if (person % 2 == 0) people.back().push_back(did(Action::cart, person % 4 == 0 ? mug : lamp, 200));
    }
    people.push_back(later);
    const auto history = training::history_of(people);
    auto looks = looks_of(history, horizon);
    const auto items = named_items(3, text_of, {});
    const auto without = with_rates(items, history, looks, {4, 0});
    auto other = looks;
    for (Look& look : other)
        if (look.person % 4 == 0) look.taken = !look.taken;
    EXPECT_EQ(with_rates(items, history, other, {4, 0}).rate, without.rate) << "what they did is not known";
    EXPECT_NE(with_rates(items, history, other).rate, with_rates(items, history, looks).rate);
    EXPECT_EQ(without.looks[0], 30);
    std::ranges::reverse(looks);
    EXPECT_EQ(with_rates(items, history, looks, {4, 0}).rate, without.rate) << "counts know no order";
}

TEST(TakingRows, prices_stand_beside_those_of_the_kind_and_of_the_shop) {
    const auto price = [](std::uint32_t row) { return row == 0 ? 10.0 : row == 1 ? 20.0 : 0.0; };
    const auto items = named_items(3, text_of, price);
    EXPECT_EQ(items.kind, (std::vector<std::uint32_t>{0, 0, candidates::no_name}));
    EXPECT_EQ(items.brand, (std::vector<std::uint32_t>{0, 0, candidates::no_name}));
    EXPECT_FLOAT_EQ(items.price[0], -std::log(2.0f));
    EXPECT_FLOAT_EQ(items.price[1], 0);
    EXPECT_EQ(items.price[2], 0) << "nobody knows what it costs";
    EXPECT_EQ(items.level, items.price) << "there is one kind";
}

}  // namespace
}  // namespace vitrina::evaluation
