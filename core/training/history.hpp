#pragma once
// What the trainer learns from: everything that happened, by person and time, as columns.
//
// Shapes: rows of people are 0 … people()−1, rows of items index `items` (sorted keys). The entries of person p are
// [offsets[p], offsets[p+1]), oldest first; ties of time in the order of order and item key where times are real, in the order
// given where the file only has an order. `basket` counts a person's orders or sessions from 0 upwards.
// Threads: immutable once built.
// Source of shape: DESIGN.md ("three folds"), QUALITY.md.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/keys.hpp"
#include "base/time.hpp"
#include "event/event.hpp"
#include "state/records.hpp"

namespace vitrina::training {

struct History {
    std::vector<ItemKey> items;             // row → learning key, sorted
    std::vector<std::uint64_t> offsets{0};  // people + 1
    std::vector<std::uint32_t> item;
    std::vector<TimeMs> time;  // 0 where the data has no times
    std::vector<state::Action> action;
    std::vector<std::uint32_t> basket;
    std::vector<std::uint32_t> quantity;

    std::size_t people() const { return offsets.size() - 1; }
    std::size_t entries() const { return item.size(); }
};

struct HistoryLimits {
    TimeMs session_idle_ms = 30 * minute_ms;
    std::size_t person_entries = 20'000;  // newest kept
};

// One entry of a file that is a history already (published data, tests).
struct HistoryEntry {
    ItemKey item{};
    TimeMs time = 0;
    state::Action action = state::Action::buy;
    std::uint32_t basket = 0;
    std::uint32_t quantity = 1;
};

// People and entries in the order given (oldest first); `more_items` get a row though nobody touched them. Repeats of items
// are no error.
History history_of(std::span<const std::vector<HistoryEntry>> people, std::span<const ItemKey> more_items = {});

// Of several events of one visitor and id the first by (time, received_at, content_hash) is the one that happened, in every host.
std::uint64_t content_hash(const event::Event& event);

// Collects events in any order, without duplicates (by visitor and event id), and turns them into a history.
//
// People are users where known, else visitors: what a visitor did unnamed in the session before he signed in, and until he
// signs out, counts for the user. A guest's order is a person of its own. Bots are left out.
// An order is its transaction id: sent again it counts once, a later one from a trusted sender replaces its lines. A refund
// takes units back from its order, or without one from the person's latest order that holds enough of the item; one that
// matches nothing changes nothing.
// A basket ends after `session_idle_ms` without an event, and before the lines of a second order.
// Cost: 72 bytes an event, 16 a line and 96 a person, in columns that double as they grow, until `build`, which sorts them.
class HistoryBuilder {
public:
    // `learning_key` maps an item id to the key that learning uses (its group's where there is one).
    explicit HistoryBuilder(std::function<ItemKey(const std::string&)> learning_key, HistoryLimits limits = {});
    ~HistoryBuilder();
    HistoryBuilder(HistoryBuilder&&) noexcept;

    void add(const event::Event& event);
    // Gives an item of the catalogue a row, so that sources which need no interactions (content) can show it. Such rows are in
    // every history that is built, whatever its `through`.
    void add_item(ItemKey learning_key);
    // Everything at or before `through`; later events are left out. Leaves the builder as it was.
    History build(TimeMs through) const;
    // What the builder and `build` take at their peak with all that was added, at most; a third less where no column has just
    // doubled.
    std::uint64_t peak_bytes() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vitrina::training
