#pragma once
// The three folds: (state, record) → (state', outputs). Everything that is learned from single records happens here, in the
// embedded engine and inside Kafka Streams alike.
//
// State goes in and out as bytes in the flat layouts of docs/state-layouts.md; empty bytes are the state of somebody new.
// Threads: pure functions; call them side by side for different keys.
// Preconditions: `event` went through event::validated; the records given belong to the key of the state.
// Errors: corrupt_data when the state's bytes are not ours. BrokenInvariant on our own mistake: the host sends record and
// state to the dead letters and goes on.
// Not errors: duplicates, late events, a refund that matches no order (an outcome, see Verdict and `unmatched_refunds`).
// Cost: about a microsecond; the state is copied once.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/keys.hpp"
#include "event/event.hpp"
#include "state/records.hpp"

namespace vitrina::state {

// More of anything is more memory a visitor, a user or an item; the defaults hold the hot record within 1.5 KB.
struct FoldLimits {
    std::size_t remembered_ids = 40;  // newest event ids a visitor keeps to recognise duplicates
    std::size_t recent_actions = 32;  // newest actions in the hot record
    std::size_t cart_items = 24;
    std::size_t searches = 6;
    std::size_t counted_a_day = 32;  // views and carts of a visitor that count on one day
    std::size_t orders = 32;         // newest orders (of long ones: chunks) in the cold record
    std::size_t order_lines = 512;   // lines kept over all orders of the cold record
    std::size_t long_history = 256;  // newest distinct (item, action) in the cold record
    std::size_t facts = 512;         // newest facts of a user
    std::size_t hour_days = 3;       // days of an item in hour buckets, the newest included; older ones are day buckets
    std::size_t day_buckets = 400;   // days before those; what is older only counts in the totals
    std::size_t neighbours = 32;     // learned online for an item
    std::uint32_t suspect_events_an_hour = 1000;
    TimeMs session_idle_ms = 30 * minute_ms;
};

struct VisitorRecords {
    std::string hot;   // rewritten an event
    std::string cold;  // orders and long history; rewritten on purchase, session end and log-in
    bool operator==(const VisitorRecords&) const = default;
};

struct VisitorStep {
    VisitorRecords state;
    Verdict verdict = Verdict::folded;
    bool cold_changed = false;
    std::vector<Fact> facts;
    std::vector<ItemDelta> deltas;
    std::uint32_t unmatched_refunds = 0;
};

Result<VisitorStep> visitor_step(VisitorRecords state, const event::Event& event, const PersonHasher& hasher,
                                 const FoldLimits& limits = {});

// Commutative and idempotent: a user is the newest `limits.facts` of the set of his facts by (time, event, line).
// Several facts at once give the same bytes as one after the other.
Result<std::string> user_step(std::string_view state, std::span<const Fact> facts, const FoldLimits& limits = {});
Result<std::string> user_step(std::string_view state, const Fact& fact, const FoldLimits& limits = {});

// Commutative in all counts; the neighbours learned online have a stated error bound (docs/state-layouts.md).
// Several deltas at once give the same bytes as one after the other, for the cost of little more than one.
Result<std::string> item_step(std::string_view state, std::span<const ItemDelta> deltas, const FoldLimits& limits = {});
Result<std::string> item_step(std::string_view state, const ItemDelta& delta, const FoldLimits& limits = {});

}  // namespace vitrina::state
