// From a live answer and a click to a row that a ranker can learn from.

#include "engine/training_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/exposures.hpp"
#include "engine/temporary_shop.hpp"
#include "proto/exposure.pb.h"

namespace vitrina::engine {
namespace {

using event::Event;
using event::EventKind;

// Everybody buys five things in turn, one every third day: enough for trees, and so for features.
void train(TemporaryShop& shop) {
    constexpr std::uint64_t people = 250;
    std::vector<catalog::Item> items;
    for (int i = 0; i < 60; ++i) items.push_back(on_sale("i" + std::to_string(i)));
    for (const auto& put : shop.engine->put_items(std::move(items))) ASSERT_TRUE(put);
    std::vector<Event> events;
    for (std::uint64_t e = 0; e < people * 12; ++e) {
        const std::uint64_t person = e % people, turn = e / people;
        const TimeMs time = test_start - 40 * day_ms + static_cast<TimeMs>(e / 10) * 140 * minute_ms;
        events.push_back(happened(EventKind::purchase, "v" + std::to_string(person),
                                  {"i" + std::to_string((person * 7 + turn % 5 * 11) % 60)}, time, std::to_string(e)));
    }
    ASSERT_TRUE(shop.engine->accept(events));
    const auto trained = shop.engine->train();
    ASSERT_TRUE(trained) << trained.error().message;
    ASSERT_TRUE(std::ranges::any_of(trained->rankers, &model::RankerChoice::stack));
}

void open_with(TemporaryShop& shop, double share) {
    shop.configuration.learning.recipe = {"ials.on=false"};
    shop.configuration.exposures.features_share = share;
    shop.restart();
}

recommendation::Recommendation answered(TemporaryShop& shop, const std::string& visitor) {
    RecommendationRequest request = ask("home", visitor);
    request.live = true;
    return shop.engine->recommend(request)->front();
}

Event of_answer(EventKind kind, const std::string& visitor, const std::string& item, const std::string& id,
                TimeMs time) {
    Event event = happened(kind, visitor, {item}, time);
    event.items[0].recommendation_id = id;
    return event;
}

TEST(Rows, hold_what_was_shown_what_could_be_read_of_it_and_what_became_of_it) {
    TemporaryShop shop;
    open_with(shop, 1);
    train(shop);
    const TimeMs at = shop.time = test_start + 2 * day_ms;
    const auto answer = answered(shop, "v1");
    ASSERT_GE(answer.items.size(), 3u);
    const auto of_place = [&](std::size_t place, EventKind kind, TimeMs later) {
        return of_answer(kind, "v1", answer.items[place].item_id, answer.recommendation_id, at + later);
    };
    ASSERT_TRUE(shop.engine->accept({of_place(1, EventKind::select_item, minute_ms),
                                     of_place(2, EventKind::add_to_cart, 2 * minute_ms),
                                     of_place(2, EventKind::purchase, 3 * minute_ms)}));
    EXPECT_TRUE(training_rows(*shop.engine)->rows.mature(at + hour_ms).empty()) << "too early";
    shop.restart();
    const auto made = training_rows(*shop.engine);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->now, at + 3 * minute_ms);
    std::string became;
    for (const auto& row : made->rows.mature(at + 7 * day_ms)) {
        became += std::to_string(row.item->position) + (row.success.clicked ? "c" : "") +
                  (row.success.carted ? "a" : "") + (row.success.bought ? "b" : "") + " ";
        EXPECT_EQ(features_of(row).size(), shop.engine->feature_names(row.answer->layout).size());
        EXPECT_GT(features_of(row).size(), 20u);
    }
    EXPECT_EQ(became.substr(0, 11), "0 1c 2cab 3") << became;
    proto::Exposure stored;
    ASSERT_TRUE(stored.ParseFromString(shop.engine->exposures("v1", 1).at(0)));
    EXPECT_EQ(stored.feature_layout(), 0u) << "the exposure of the visitor stays small";
}

TEST(Rows, are_of_the_share_that_was_asked_for_and_forgotten_after_their_time) {
    TemporaryShop shop;
    open_with(shop, 0);
    train(shop);
    answered(shop, "v1");
    EXPECT_EQ(training_rows(*shop.engine)->rows.answers(), 0u);
    open_with(shop, 0.5);
    std::size_t expected = 0;
    for (int i = 0; i < 200; ++i)
        expected += keeps_features(answered(shop, "v" + std::to_string(i)).recommendation_id, 0.5) ? 1 : 0;
    EXPECT_GT(expected, 70u);
    EXPECT_LT(expected, 130u);
    EXPECT_EQ(training_rows(*shop.engine)->rows.answers(), expected);
    open_with(shop, 1);
    shop.time = shop.time + 29 * day_ms;
    answered(shop, "v1");
    EXPECT_EQ(training_rows(*shop.engine)->rows.answers(), 1u);
}

}  // namespace
}  // namespace vitrina::engine
