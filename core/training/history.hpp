#pragma once
// What the trainer learns from: everything that happened, by person and time, as columns.
//
// Shapes: rows of people are 0 … people()−1, rows of items index `items` (sorted keys). The entries of person p are
// [offsets[p], offsets[p+1]), oldest first; ties of time in the order of item key where times are real, in the order given
// where the file only has an order. `basket` counts a person's orders or sessions from 0 upwards.
// Threads: immutable once built.
// Source of shape: DESIGN.md ("three folds"), QUALITY.md.

#include <cstdint>
#include <functional>
#include <memory>
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

// Collects events in any order, without duplicates (by visitor and event id), and turns them into a history: people are users
// where known, else visitors; guests' orders become people of their own; bots are left out; refunds take their units back; an
// order sent twice counts once (a later trusted one replaces it).
class HistoryBuilder {
public:
    // `learning_key` maps an item id to the key that learning uses (its group's where there is one).
    explicit HistoryBuilder(std::function<ItemKey(const std::string&)> learning_key, HistoryLimits limits = {});
    ~HistoryBuilder();
    HistoryBuilder(HistoryBuilder&&) noexcept;

    void add(const event::Event& event);
    // Everything at or before `through`; later events are left out. Leaves the builder as it was.
    History build(TimeMs through) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vitrina::training
