#pragma once
// One group of events of the log folded into the states: state by state, on several threads.
//
// First every event into its visitor, then all facts of a user and all deltas of an item at once, so that a state is read,
// changed and stored once a group however many events of the group concern it. Blocks hold the keys that they hold whatever the
// number of threads, and the records of a key are folded in the order of the log: states, verdicts and dead letters are those of
// folding one event after the other.
// Threads: one group at a time; it spreads over `executor` where it has at least `parallel_lines` lines.
// Errors: io when a state cannot be read; then some of the group is folded and some is not, and no checkpoint may be made of it.
// Not an error: a record or a state that cannot be folded is a dead letter, and the rest goes on.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "base/executor.hpp"
#include "engine/dead_letters.hpp"
#include "engine/position.hpp"
#include "engine/state_cache.hpp"
#include "event/event.hpp"
#include "feedback/attribution.hpp"
#include "state/folds.hpp"

namespace vitrina::engine {

struct StateCaches {
    StateCache visitors;
    StateCache users;
    StateCache items;
    StateCache shoppers{nullptr, {Family::shoppers, Family::shoppers, 16}, 1u << 20};  // of visitors and of users
    StateCache successes{nullptr, {Family::item_success, Family::item_success, 8}, 1u << 20};  // of items
    std::size_t dirty_bytes() const {
        return visitors.dirty_bytes() + users.dirty_bytes() + items.dirty_bytes() + shoppers.dirty_bytes() +
               successes.dirty_bytes();
    }
};

// A user beside the visitors: the same text may name one of each.
inline PersonKey shopper_key(PersonKey user) { return {user.high ^ 0x7573'6572'7573'6572, user.low}; }

// The key under which the cache of items knows one.
inline PersonKey cache_key(ItemKey item) { return {0, static_cast<std::uint64_t>(item)}; }

// What is counted while folding.
enum class Figure : std::size_t {
    events,
    duplicates,
    late,
    dead_letters,
    suspects,
    unmatched_refunds,
    visitors,
    users,
    items,
    successes_forgotten,  // records of shoppers that a limit of [feedback] took
    shoppers,
    items_with_success
};
inline constexpr std::size_t figure_count = 12;

struct Figures {
    std::array<std::uint64_t, figure_count> counts{};
    std::uint64_t& operator[](Figure figure) { return counts[static_cast<std::size_t>(figure)]; }
};

struct GroupFolded {
    std::vector<state::Verdict> verdicts;  // one an event
    std::vector<DeadLetter> dead_letters;  // by position
    std::vector<Position> late;
    std::vector<feedback::Change> outcomes;  // in the order in which they are to be applied
    Figures figures;
};

struct GroupParts {
    StateCaches& caches;
    const PersonHasher& hasher;
    const state::FoldLimits& limits;
    Executor& executor;
    std::size_t parallel_lines = 0;
    const feedback::Attribution* attribution = nullptr;  // none: success is not folded
};

// The events stand in the log at `first` and behind it. Precondition: nothing later was folded.
Result<GroupFolded> fold_group(const GroupParts& parts, std::span<const event::Event* const> events, Position first);

}  // namespace vitrina::engine
