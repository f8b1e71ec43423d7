#pragma once
// The overlay of people: events that this node took and that have not come back from the state topics. An answer folds them over
// what the feed holds with the very step that will fold them for everybody, so the visitor sees his last click at once; what the
// feed holds already comes out as a duplicate and is forgotten here.
//
// A user's facts arrive later than the visitor's state, so they are kept for `keep_ms` whatever the visitor's state says; adding a
// fact twice changes nothing.
// Threads: any; the folds run under one lock (microseconds, and only for people with something pending).
// Lifetime: the states answered live as long as their pointers are held.
// Not an error: a state of the feed that cannot be read is answered as it is; whoever opens it says so.

#include <cstdint>
#include <deque>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/keys.hpp"
#include "base/time.hpp"
#include "engine/state_cache.hpp"
#include "event/event.hpp"
#include "state/folds.hpp"

namespace vitrina::cluster {

struct PendingLimits {
    std::size_t events = 200'000;  // more: the oldest are forgotten
    TimeMs keep_ms = minute_ms;
};

class PendingEvents {
public:
    PendingEvents(const PersonHasher& hasher, const state::FoldLimits& fold, const PendingLimits& limits)
        : hasher_(hasher), fold_(fold), limits_(limits) {}

    // A durable event that was taken at `now`; `fed` is what the feed holds of its visitor. What became of it as far as is known here.
    state::Verdict add(const event::Event& event, const engine::StatePointer& fed, TimeMs now);

    // The same for an event that is not durable yet, and without taking it.
    state::Verdict judge(const event::Event& event, const engine::StatePointer& fed);

    // What the feed holds with what is pending on top.
    engine::StatePointer visitor(const PersonKey& key, const engine::StatePointer& fed);
    engine::StatePointer user(const PersonKey& key, const engine::StatePointer& fed);

    // The feed has a newer state of this visitor.
    void fed(const PersonKey& visitor, const engine::StatePointer& state) {
        static_cast<void>(this->visitor(visitor, state));
    }
    void forget_old(TimeMs now);

    std::size_t size() const;
    std::uint64_t dropped() const;
    // When the oldest that has not come back was taken; `now` where there is none.
    TimeMs oldest(TimeMs now);

private:
    struct Taken {
        event::Event event;
        std::uint64_t number = 0;
    };
    struct Visitor {
        std::deque<Taken> events;
        engine::StatePointer fed, folded;
    };
    struct User {
        std::deque<state::Fact> facts;
        engine::StatePointer fed, folded;
    };
    struct Turn {  // in the order of taking
        PersonKey person;
        TimeMs at = 0;
        std::uint64_t number = 0;
    };
    const engine::StatePointer& refold(Visitor& visitor, const engine::StatePointer& fed);
    state::Verdict fold(engine::StatePointer& state, const event::Event& event, std::vector<state::Fact>* facts) const;
    void keep_facts(const std::vector<state::Fact>& facts, TimeMs now);
    std::size_t forget_first_event();  // 0 where it had come back

    const PersonHasher& hasher_;
    state::FoldLimits fold_;
    PendingLimits limits_;
    mutable std::mutex mutex_;
    std::unordered_map<PersonKey, Visitor> visitors_;
    std::unordered_map<PersonKey, User> users_;
    std::deque<Turn> events_in_order_, facts_in_order_;
    std::size_t pending_ = 0;
    std::uint64_t number_ = 0, dropped_ = 0;
};

}  // namespace vitrina::cluster
