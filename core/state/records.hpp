#pragma once
// What the folds pass to each other: the outputs of the visitor step, which are the inputs of the user and the item step.
//
// All are fixed-size values; `event_hash` is the 64-bit hash of the event id. Records of many visitors reach the user and the
// item step in an order that nobody controls, so everything in them adds up or is a set (DESIGN.md, "Three folds").

#include <cstdint>
#include <vector>

#include "base/keys.hpp"
#include "base/money.hpp"
#include "base/time.hpp"

namespace vitrina::state {

// What a person did with an item, in rising strength.
enum class Action : std::uint8_t { view = 1, wish = 2, cart = 3, buy = 4, refund = 5 };

// For the user step: one action of a logged-in person (or of the run-up before the log-in) on one item.
struct Fact {
    PersonKey user;
    TimeMs time = 0;
    std::uint64_t event_hash = 0;
    std::uint64_t transaction_hash = 0;  // 0 where there is no order
    ItemKey item{};
    MoneyMicros price = 0;  // per unit; 0 where unknown
    std::uint32_t quantity = 1;
    std::uint16_t line = 0;
    Action action = Action::view;
    bool withdrawn = false;  // takes back the fact of the same (time, event, line): the lines of an order were replaced
    bool operator==(const Fact&) const = default;
};

// For the item step: integer counts of one item in one hour. May be negative where something is taken back.
struct ItemDelta {
    ItemKey item{};
    std::int32_t hour = 0;  // since the epoch
    std::int32_t views = 0;
    std::int32_t carts = 0;
    std::int32_t orders = 0;
    std::int64_t units = 0;
    MoneyMicros revenue = 0;
    // Items of the same visitor's window seen just before this one (at most three), for the online neighbours.
    std::vector<ItemKey> neighbours;
    bool operator==(const ItemDelta&) const = default;
};

// What became of an event in the visitor step.
enum class Verdict : std::uint8_t {
    folded,
    duplicate,  // this id was folded before
    late,       // at or below the floor: for the batch side only, never folded online
    silent,     // folded into the visitor's own state, but a bot or a suspect: no facts, no deltas
    unchanged,  // a second purchase of an order from a sender who may not replace it
};

}  // namespace vitrina::state
