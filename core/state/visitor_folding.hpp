#pragma once
// The visitor step in the making: one event being folded, and the parts of the step, each in a file of its own.
//
// Not for callers outside of this folder; they use `visitor_step` (state/folds.hpp).
// Threads: a `Folding` belongs to one call.

#include <cstdint>
#include <vector>

#include "event/event.hpp"
#include "state/folds.hpp"
#include "state/visitor_layout.hpp"

namespace vitrina::state {

struct Folding {
    const event::Event& event;
    const FoldLimits& limits;
    const PersonHasher& hasher;
    std::uint64_t event_hash = 0;
    HotState hot;
    ColdState cold;
    bool cold_changed = false;
    bool silent = false;  // nothing of this event leaves the visitor
    PersonKey user;       // whose facts this event makes; zero for nobody
    Verdict verdict = Verdict::folded;
    std::vector<Fact> facts;
    std::vector<ItemDelta> deltas;
    std::uint32_t unmatched_refunds = 0;
};

inline TimeMs time_of(const HotState& hot, std::uint32_t age) {
    return hot.fixed.last_event - static_cast<TimeMs>(age);
}
// Precondition: `time` is at most `last_event` and at least `last_event - age_max`.
inline std::uint32_t age_of(const HotState& hot, TimeMs time) {
    return static_cast<std::uint32_t>(hot.fixed.last_event - time);
}

// visitor_session.cpp: duplicates and lateness, the passing of time, the session, the rate.
bool is_duplicate(const HotState& hot, std::uint64_t event_hash);
bool is_late(const HotState& hot, TimeMs time, std::uint64_t event_hash);
void remember(Folding& folding);
void pass_time(Folding& folding);   // moves what gets too old, starts a new session after a pause
void count_rate(Folding& folding);  // sets suspect

// visitor_history.cpp: actions that leave the hot record or an order.
void keep_in_history(Folding& folding, std::vector<PastAction> actions);
void keep_recent_in_history(Folding& folding, std::size_t first);  // recent[first …] move to the cold record

// visitor_identity.cpp: who is logged in; emits the run-up of a log-in.
void bind_user(Folding& folding);

// visitor_actions.cpp: what the event says about items that are not orders.
void fold_actions(Folding& folding);
ItemDelta& delta_of(Folding& folding, ItemKey item, std::int32_t hour);
// The last three distinct items of the session, newest first; `slide` makes `item` the newest of them.
std::vector<ItemKey> session_window(const HotState& hot);
void slide(std::vector<ItemKey>& window, ItemKey item);
void add_neighbours(ItemDelta& delta, const std::vector<ItemKey>& window);
std::uint64_t fingerprint(ItemKey item, Action action);

// visitor_orders.cpp
void fold_purchase(Folding& folding);
void fold_refund(Folding& folding);
void emit_buys(Folding& folding, const OrderPart& part, std::size_t first_line, bool withdrawn);
std::vector<std::size_t> first_lines(const ColdState& cold);  // of each part, and one past the last

}  // namespace vitrina::state
