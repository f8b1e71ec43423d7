#include "engine/engine.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "engine/temporary_shop.hpp"

namespace vitrina::engine {
namespace {

using event::EventKind;

event::Event view(const std::string& visitor, const std::string& item, TimeMs time) {
    return happened(EventKind::view_item, visitor, {item}, time);
}

TEST(Engine, counts_an_event_in_the_very_next_request) {
    TemporaryShop shop;
    const auto report = shop.engine->accept({view("ann", "mug", test_start), view("ann", "lamp", test_start + 1)});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->accepted, 2u);
    const auto known = shop.engine->visitor("ann");
    ASSERT_TRUE(known);
    EXPECT_TRUE(known->known);
    ASSERT_EQ(known->actions.size(), 2u);
    EXPECT_EQ(known->actions[0].item, item_key("lamp"));
}

TEST(Engine, keeps_everything_over_a_restart) {
    TemporaryShop shop;
    shop.engine->put_items({on_sale("mug"), on_sale("lamp")});
    ASSERT_TRUE(shop.engine->accept({view("ann", "mug", test_start)}));
    const auto digest = shop.engine->state_digest();
    ASSERT_TRUE(digest);
    shop.restart();
    EXPECT_EQ(*shop.engine->state_digest(), *digest);
    EXPECT_EQ(shop.engine->visitor("ann")->actions.size(), 1u);
    EXPECT_TRUE(shop.engine->item("mug"));
    EXPECT_EQ(shop.engine->counters().events, 1u);
    EXPECT_EQ(shop.engine->counters().visitors, 1u);
}

TEST(Engine, knows_an_event_sent_again_also_after_a_restart) {
    TemporaryShop shop;
    const auto event = view("ann", "mug", test_start);
    ASSERT_TRUE(shop.engine->accept({event}));
    EXPECT_EQ(shop.engine->accept({event})->duplicates, 1u);
    shop.restart();
    const auto again = shop.engine->accept({event});
    EXPECT_EQ(again->duplicates, 1u);
    EXPECT_EQ(again->accepted, 0u);
    EXPECT_EQ(again->verdicts.at(0), state::Verdict::duplicate);
}

TEST(Engine, is_owned_by_one_process_and_names_it) {
    TemporaryShop shop;
    const auto second = shop.try_open();
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::conflict);
    EXPECT_NE(second.error().message.find(std::to_string(::getpid())), std::string::npos) << second.error().message;
}

}  // namespace
}  // namespace vitrina::engine
