#include "cluster/pending_events.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "engine/temporary_shop.hpp"

namespace vitrina::cluster {
namespace {

using engine::State;
using engine::StatePointer;

const PersonHasher hasher{ShopKey{}};

// What the feed would hold after some of the events.
struct Folded {
    std::map<PersonKey, StatePointer> visitors, users;

    void fold(const event::Event& event) {
        StatePointer& visitor = visitors[hasher(event.visitor_id)];
        const auto step = state::visitor_step(visitor ? *visitor : State{}, event, hasher).value();
        visitor = std::make_shared<const State>(step.state);
        for (const state::Fact& fact : step.facts) {
            StatePointer& user = users[fact.user];
            user = std::make_shared<const State>(State{state::user_step(user ? user->hot : "", fact).value(), {}});
        }
    }
    StatePointer visitor(const PersonKey& key) const { return visitors.contains(key) ? visitors.at(key) : nullptr; }
    StatePointer user(const PersonKey& key) const { return users.contains(key) ? users.at(key) : nullptr; }
};

State bytes_of(const StatePointer& state) { return state ? *state : State{}; }

// In the feed's view the first events of a random length have come back, those of users perhaps fewer.
TEST(PendingEvents, an_answer_sees_what_a_direct_fold_would_have) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        SCOPED_TRACE(seed);
        const auto events = engine::traffic(seed, 300, 8);
        Random random(seed);
        PendingEvents pending(hasher, {}, {});
        Folded all, back, users_back;
        std::size_t returned = 0, users_returned = 0;
        for (std::size_t i = 0; i < events.size(); ++i) {
            const PersonKey visitor = hasher(events[i].visitor_id);
            static_cast<void>(pending.add(events[i], back.visitor(visitor), engine::test_start));
            all.fold(events[i]);
            while (returned <= i && random.below(3) > 0) back.fold(events[returned++]);
            while (users_returned < returned && random.below(3) > 0) users_back.fold(events[users_returned++]);
            for (const auto& [key, state] : all.visitors)
                EXPECT_EQ(bytes_of(pending.visitor(key, back.visitor(key))), bytes_of(state)) << i;
            for (const auto& [key, state] : all.users)
                EXPECT_EQ(bytes_of(pending.user(key, users_back.user(key))), bytes_of(state)) << i;
        }
        while (returned < events.size()) back.fold(events[returned++]);
        for (const auto& [key, state] : back.visitors) pending.fed(key, state);
        EXPECT_EQ(pending.size(), 0u);
    }
}

TEST(PendingEvents, an_event_that_the_feed_holds_is_a_duplicate) {
    const auto view = engine::happened(event::EventKind::view_item, "v", {"a"}, engine::test_start, "e1");
    Folded feed;
    feed.fold(view);
    PendingEvents pending(hasher, {}, {});
    EXPECT_EQ(pending.add(view, feed.visitor(hasher("v")), 0), state::Verdict::duplicate);
    EXPECT_EQ(pending.add(view, nullptr, 0), state::Verdict::folded);
    EXPECT_EQ(pending.add(view, nullptr, 0), state::Verdict::duplicate);
    EXPECT_EQ(pending.size(), 1u);
}

TEST(PendingEvents, are_bounded_in_number_and_age) {
    PendingEvents pending(hasher, {}, {.events = 2, .keep_ms = 100});
    for (int i = 0; i < 3; ++i)
        static_cast<void>(pending.add(
            engine::happened(event::EventKind::view_item, "v", {"a"}, engine::test_start + i, "e" + std::to_string(i)),
            nullptr, i));
    EXPECT_EQ(pending.size(), 2u);
    EXPECT_EQ(pending.dropped(), 1u);
    EXPECT_EQ(pending.oldest(50), 1);
    pending.forget_old(101);
    EXPECT_EQ(pending.size(), 1u);
    pending.forget_old(102);
    EXPECT_EQ(pending.size(), 0u);
    EXPECT_EQ(pending.oldest(500), 500);
    EXPECT_EQ(pending.visitor(hasher("v"), nullptr), nullptr);
}

}  // namespace
}  // namespace vitrina::cluster
