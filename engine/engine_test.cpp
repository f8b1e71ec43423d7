#include "engine/engine.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

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

TEST(Engine, makes_the_same_states_again_from_the_log) {
    for (const std::uint64_t seed : {1, 2}) {
        TemporaryShop shop;
        shop.configuration.log.checkpoint_events = 37 * seed;
        shop.restart();
        const auto events = traffic(seed, 500, 6);
        std::size_t sent = 0;
        for (Random random(seed, 1); sent < events.size();) {
            const std::size_t size = std::min(events.size() - sent, 1 + random.below(40));
            ASSERT_TRUE(shop.engine->accept({events.begin() + sent, events.begin() + sent + size}));
            sent += size;
            if (random.below(10) == 0) shop.restart();
            if (random.below(10) == 0) shop.restart_as_killed();
        }
        const auto counters = shop.engine->counters();
        EXPECT_EQ(counters.log_position, events.size());
        EXPECT_EQ(counters.events + counters.duplicates, events.size());
        EXPECT_GT(counters.duplicates, 0u);
        EXPECT_GT(counters.late, 0u);
        EXPECT_EQ(counters.dead_letters, 0u);
        EXPECT_EQ(*shop.engine->state_digest(), *shop.engine->replayed_digest()) << "seed " << seed;
    }
}

TEST(Engine, counts_figures_once_over_kills) {
    TemporaryShop shop;
    const auto events = traffic(7, 300);
    ASSERT_TRUE(shop.engine->accept(events));
    const auto before = shop.engine->counters();
    shop.restart_as_killed();
    const auto after = shop.engine->counters();
    EXPECT_EQ(after.events, before.events);
    EXPECT_EQ(after.duplicates, before.duplicates);
    EXPECT_EQ(after.late, before.late);
    EXPECT_EQ(after.visitors, before.visitors);
    EXPECT_EQ(after.users, before.users);
    EXPECT_EQ(after.items_with_state, before.items_with_state);
    EXPECT_EQ(after.unmatched_refunds, before.unmatched_refunds);
}

TEST(Engine, answers_the_same_with_small_caches_as_with_large_ones) {
    TemporaryShop large, small;
    small.configuration.cache = {.visitors_bytes = 4096, .users_bytes = 4096, .items_bytes = 4096};
    small.configuration.log.checkpoint_events = 10;
    small.restart();
    const auto events = traffic(5, 800, 300);
    for (std::size_t i = 0; i < events.size(); i += 20) {
        const std::vector<event::Event> some(events.begin() + i, events.begin() + std::min(events.size(), i + 20));
        const auto expected = large.engine->accept(some), found = small.engine->accept(some);
        ASSERT_TRUE(expected && found);
        EXPECT_EQ(expected->verdicts, found->verdicts);
    }
    // The shops have keys of their own, so their visitors differ in name; their counts do not.
    EXPECT_EQ(large.engine->counters().visitors, small.engine->counters().visitors);
    EXPECT_EQ(large.engine->counters().users, small.engine->counters().users);
    EXPECT_EQ(*small.engine->state_digest(), *small.engine->replayed_digest());
    EXPECT_EQ(small.engine->visitor("v1")->actions.size(), large.engine->visitor("v1")->actions.size());
}

TEST(Engine, takes_batches_of_many_threads_each_exactly_once) {
    TemporaryShop shop;
    shop.configuration.log.checkpoint_events = 100;
    shop.restart();
    constexpr std::size_t threads = 8, batches = 20, batch = 10;
    std::atomic<std::size_t> accepted = 0;
    {
        std::vector<std::jthread> senders;
        for (std::size_t thread = 0; thread < threads; ++thread)
            senders.emplace_back([&, thread] {
                for (std::size_t i = 0; i < batches; ++i) {
                    std::vector<event::Event> events;
                    for (std::size_t j = 0; j < batch; ++j)
                        events.push_back(view("v" + std::to_string((thread + j) % 5), "i" + std::to_string(j),
                                              test_start + static_cast<TimeMs>(thread * 10'000 + i * 100 + j)));
                    const auto report = shop.engine->accept(events);
                    ASSERT_TRUE(report);
                    accepted += report->accepted + report->duplicates;
                    EXPECT_TRUE(shop.engine->visitor("v" + std::to_string(thread % 5))->known);
                }
            });
    }
    EXPECT_EQ(accepted, threads * batches * batch);
    EXPECT_EQ(shop.engine->counters().log_position, threads * batches * batch);
    EXPECT_EQ(*shop.engine->state_digest(), *shop.engine->replayed_digest());
    std::size_t logged = 0;
    ASSERT_TRUE(shop.engine->each_event([&](const event::Event&) { ++logged; }));
    EXPECT_EQ(logged, threads * batches * batch);
}

TEST(Engine, gives_every_event_back_in_the_order_of_acceptance) {
    TemporaryShop shop;
    const auto events = traffic(9, 100);
    ASSERT_TRUE(shop.engine->accept({events.begin(), events.begin() + 40}));
    ASSERT_TRUE(shop.engine->accept({events.begin() + 40, events.end()}));
    std::vector<event::Event> found;
    ASSERT_TRUE(shop.engine->each_event([&](const event::Event& event) { found.push_back(event); }));
    EXPECT_EQ(found, events);
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
