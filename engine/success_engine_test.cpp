// From a click to an outcome in the engine: live answers, signed ids, log-in, refunds, restarts and replays.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/killed_copy.hpp"
#include "engine/temporary_shop.hpp"

namespace vitrina::engine {
namespace {

using event::Event;
using event::EventKind;
using feedback::Credit;
using feedback::Outcome;

std::string answered(TemporaryShop& shop, const std::string& visitor) {
    RecommendationRequest request = ask("home", visitor);
    request.live = true;
    const auto answer = shop.engine->recommend(request);
    EXPECT_TRUE(answer);
    return answer->front().recommendation_id;
}

Event with_id(Event event, const std::string& id) {
    for (auto& item : event.items) item.recommendation_id = id;
    return event;
}

Event of_order(EventKind kind, const std::string& visitor, const std::string& order,
               const std::vector<std::string>& items, TimeMs time) {
    Event event = happened(kind, visitor, items, time);
    event.transaction_id = order;
    return event;
}

Event of_user(Event event, const std::string& user) {
    event.user_id = user;
    return event;
}

std::vector<Outcome> outcomes(Engine& engine) {
    std::vector<Outcome> all;
    EXPECT_TRUE(engine.each_outcome([&](const Outcome& outcome) { all.push_back(outcome); }));
    return all;
}

TEST(Success, of_a_click_that_is_bought_is_an_outcome) {
    TemporaryShop shop;
    const std::string id = answered(shop, "ann");
    ASSERT_TRUE(shop.engine->accept({with_id(happened(EventKind::select_item, "ann", {"mug"}, test_start), id),
                                     of_order(EventKind::purchase, "ann", "o1", {"mug", "cup"}, test_start + day_ms)}));
    const auto all = outcomes(*shop.engine);
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].transaction_id, "o1");
    EXPECT_EQ(all[0].item_id, "mug");
    EXPECT_EQ(all[0].recommendation_id, id);
    EXPECT_EQ(all[0].credit, Credit::click);
    EXPECT_EQ(all[0].money, 2 * money_unit);
    EXPECT_EQ(all[0].visitor_id, "ann");
    EXPECT_EQ(all[0].touched, test_start);
    EXPECT_EQ(*shop.engine->state_digest(), *shop.engine->replayed_digest());
    shop.restart();
    EXPECT_EQ(outcomes(*shop.engine), all);
}

TEST(Success, is_credited_to_no_id_that_the_shop_did_not_sign) {
    TemporaryShop shop;
    std::string id = answered(shop, "ann");
    id[10] = id[10] == 'a' ? 'b' : 'a';
    ASSERT_TRUE(shop.engine->accept({with_id(happened(EventKind::select_item, "ann", {"mug"}, test_start), id),
                                     of_order(EventKind::purchase, "ann", "o1", {"mug"}, test_start + 1)}));
    EXPECT_TRUE(outcomes(*shop.engine).empty());
}

TEST(Success, travels_to_the_user_who_logs_in_and_orders_on_another_device) {
    TemporaryShop shop;
    const std::string id = answered(shop, "phone");
    ASSERT_TRUE(shop.engine->accept(
        {with_id(happened(EventKind::select_item, "phone", {"mug"}, test_start), id),
         of_user(happened(EventKind::view_item, "phone", {"cup"}, test_start + day_ms), "ann"),
         of_user(of_order(EventKind::purchase, "desk", "o1", {"mug"}, test_start + 2 * day_ms), "ann")}));
    const auto all = outcomes(*shop.engine);
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].recommendation_id, id);
    EXPECT_EQ(all[0].user_id, "ann");
    ASSERT_TRUE(shop.engine->accept(
        {of_user(of_order(EventKind::refund, "server", "o1", {"mug"}, test_start + 3 * day_ms), "ann")}));
    EXPECT_EQ(outcomes(*shop.engine)[0].money, 0);
}

TEST(Success, of_a_provisional_order_counts_when_it_is_confirmed) {
    TemporaryShop shop;
    const std::string id = answered(shop, "ann");
    Event order = of_order(EventKind::purchase, "ann", "o1", {"mug"}, test_start + 1);
    order.provisional = true;
    ASSERT_TRUE(
        shop.engine->accept({with_id(happened(EventKind::select_item, "ann", {"mug"}, test_start), id), order}));
    EXPECT_TRUE(outcomes(*shop.engine).empty());
    ASSERT_TRUE(shop.engine->accept({of_order(EventKind::purchase, "ann", "o1", {"mug"}, test_start + 2)}));
    EXPECT_EQ(outcomes(*shop.engine).size(), 1u);
}

// Clicks, carts and orders in a seeded mess: sent twice, late, from devices that share users.
std::vector<Event> messy(TemporaryShop& shop, std::uint64_t seed, std::size_t count) {
    Random random(seed);
    std::vector<std::string> ids;
    for (int i = 0; i < 5; ++i) ids.push_back(answered(shop, "v" + std::to_string(i)));
    std::vector<Event> events = traffic(seed, count);
    for (Event& event : events)
        if (!event.items.empty() && random.below(2) == 0) event = with_id(event, ids[random.below(ids.size())]);
    return events;
}

TEST(Success, is_the_same_after_a_kill_and_when_the_log_is_folded_again) {
    TemporaryShop shop;
    const auto events = messy(shop, 3, 600);
    for (std::size_t i = 0; i < events.size(); i += 50) {
        const auto end = events.begin() + static_cast<std::ptrdiff_t>(std::min(i + 50, events.size()));
        ASSERT_TRUE(shop.engine->accept({events.begin() + static_cast<std::ptrdiff_t>(i), end}));
        if (i == 300) {
            ASSERT_TRUE(shop.engine->checkpoint());
        }
    }
    const std::string killed = shop.folder() + "-killed";
    copy_as_killed(shop.folder(), killed);
    const auto all = outcomes(*shop.engine);
    EXPECT_GT(all.size(), 10u);
    const std::string digest = *shop.engine->state_digest();
    EXPECT_EQ(digest, *shop.engine->replayed_digest());
    {
        const auto again = Engine::open(killed, shop.configuration);
        ASSERT_TRUE(again) << again.error().message;
        EXPECT_EQ(*(*again)->state_digest(), digest);
        EXPECT_EQ(outcomes(**again), all);
    }
    std::filesystem::remove_all(killed);
    shop.engine.reset();
    std::ofstream(shop.folder() + "/rebuild-states").close();
    shop.open();
    EXPECT_EQ(outcomes(*shop.engine), all);
    EXPECT_EQ(*shop.engine->state_digest(), digest);
}

}  // namespace
}  // namespace vitrina::engine
