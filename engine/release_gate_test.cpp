// A training that the release gate refuses leaves everything as it was, says why, and is forgotten once another is released.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "engine/temporary_shop.hpp"

namespace vitrina::engine {
namespace {

// 120 people who buy their own five things in turn; the last days come in `last_days` of ten.
std::vector<event::Event> regulars(TimeMs now, std::uint64_t first_day, std::uint64_t last_day) {
    std::vector<event::Event> events;
    for (std::uint64_t day = first_day; day < last_day; ++day)
        for (std::uint64_t person = day % 3; person < 120; person += 3)
            events.push_back(happened(event::EventKind::purchase, fmt::format("v{}", person),
                                      {fmt::format("i{}", (person * 7 + day / 3 % 5 * 11) % 60)},
                                      now - (61 - static_cast<TimeMs>(day)) * day_ms + static_cast<TimeMs>(person),
                                      fmt::format("{}-{}", day, person)));
    return events;
}

class ReleaseGate : public testing::Test {
protected:
    ReleaseGate() {
        shop.configuration.learning.recipe = {"ials.on=false", "ranker.on=false"};
        shop.restart();
        EXPECT_TRUE(shop.engine->accept(regulars(shop.time, 0, 60)));
        const auto manifest = shop.engine->train();
        EXPECT_TRUE(manifest) << manifest.error().message;
        if (manifest) first = *manifest;
    }
    void sabotage() {
        shop.configuration.learning.recipe = {"ials.on=false",        "ranker.on=false",        "next_basket.on=false",
                                              "item_item.on=false",   "covisit.on=false",       "same_order.on=false",
                                              "session_knn.on=false", "kinds_together.on=false"};
        shop.restart();
        shop.time += hour_ms;
    }

    TemporaryShop shop;
    model::Manifest first;
};

TEST_F(ReleaseGate, lets_the_first_release_pass_and_says_that_it_was_the_first) {
    EXPECT_EQ(first.release.verdict, "first");
    EXPECT_FALSE(shop.engine->refused_release());
    shop.time += hour_ms;
    const auto second = shop.engine->train();
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_EQ(second->release.verdict, "released");
    EXPECT_EQ(second->release.compared_with, first.version);
}

TEST_F(ReleaseGate, refuses_a_sabotaged_recipe_and_keeps_the_model_in_use_over_a_restart) {
    sabotage();
    const auto refused = shop.engine->train();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
    EXPECT_NE(refused.error().message.find("--force"), std::string::npos) << refused.error().message;
    EXPECT_EQ(shop.engine->training().state, TrainingStatus::State::failed);
    EXPECT_EQ(shop.engine->counters().releases_refused, 1u);
    for (int start = 0; start < 2; ++start) {
        EXPECT_EQ(shop.engine->current_model(), first.version);
        EXPECT_EQ(shop.engine->models()->size(), 1u);
        ASSERT_TRUE(shop.engine->refused_release());
        EXPECT_EQ(shop.engine->refused_release()->release.compared_with, first.version);
        EXPECT_EQ(shop.engine->refused_release()->at, shop.time.load());
        shop.restart();
    }
    const auto forced = shop.engine->train({}, {.force = true});
    ASSERT_TRUE(forced) << forced.error().message;
    EXPECT_EQ(forced->release.verdict, "forced");
    EXPECT_EQ(shop.engine->current_model(), forced->version);
    EXPECT_FALSE(shop.engine->refused_release());
    shop.restart();
    EXPECT_EQ(shop.engine->models()->front().release, forced->release);
}

TEST_F(ReleaseGate, refuses_where_half_of_what_was_sent_is_missing) {
    shop.time += 40 * day_ms;
    ASSERT_TRUE(shop.engine->accept({happened(event::EventKind::purchase, "v1", {"i1"}, shop.time - 12 * day_ms)}));
    const auto refused = shop.engine->train();
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("is everything sent?"), std::string::npos) << refused.error().message;
    EXPECT_EQ(shop.engine->current_model(), first.version);
    shop.configuration.learning.release.input.volume_share = 0;
    shop.restart();
    EXPECT_TRUE(shop.engine->train());
}

TEST_F(ReleaseGate, refuses_events_about_items_that_a_catalogue_does_not_have) {
    for (int item = 0; item < 60; ++item)
        ASSERT_TRUE(shop.engine->put_items({on_sale(fmt::format("i{}", item))}).at(0));
    std::vector<event::Event> renamed = regulars(shop.time + 28 * day_ms, 33, 60);
    for (event::Event& event : renamed) {
        event.items.front().item_id = "new-" + event.items.front().item_id;
        event.event_id += "-later";
        event.transaction_id += "-later";
    }
    shop.time += 28 * day_ms;
    ASSERT_TRUE(shop.engine->accept(renamed));
    const auto refused = shop.engine->train();
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("release.unknown_share"), std::string::npos) << refused.error().message;
}

}  // namespace
}  // namespace vitrina::engine
