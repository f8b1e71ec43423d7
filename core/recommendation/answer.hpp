#pragma once
// What we answer: placement → recommendation with reasons. `answer` is the pure function at the end of the data's way.
//
// Order of work: query → sources of the placement → blend → rules (availability, dates, hidden, cart, exclude, candidates,
// filter, `already_shown` and one variant a group are never relaxed; then recently bought unless replenishable, and at most n a
// category or brand) → fallbacks (popular, then any sellable item) → slots that explore (explored_slots.hpp) → reasons.
// Relaxed in this order: diversity (when the answer is short), recently bought (when it would be empty), placement context
// (short where the placement fills up, else empty).
// Threads: pure; `Snapshot` is shared and immutable, `scratch` belongs to the caller's thread.
// Errors: invalid_input for an unknown placement, a missing item_id where the placement needs one, size 0 or above the limit.
// Not an error: nothing to show: `items` is empty and `empty_reason` says why.
// Cost: well under a millisecond for a catalogue of 100,000 items; the deadline is asked between sources. Only a filter that
// nearly nothing passes makes it look at more: at most `fallback_checks` items to fill up, all of them before it says "empty".

#include <cstdint>
#include <functional>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "candidates/source.hpp"
#include "catalog/catalog.hpp"
#include "features/profile.hpp"
#include "recommendation/request.hpp"
#include "recommendation/snapshot.hpp"

namespace vitrina::recommendation {

// What the answer is computed from, besides the request.
struct Situation {
    const features::Profile& profile;
    const catalog::Catalog& catalog;
    const Snapshot& snapshot;
    TimeMs now = 0;
    // True when time is up; asked between steps. Never called after it said true once.
    std::function<bool()> deadline_passed;
    // Keys of items already shown in other placements of the same request (`distinct`).
    const std::set<ItemKey>* already_shown = nullptr;
    const Arrangement* arrangement = nullptr;  // of the snapshot: the person's variant; null: the shop's own
    // The counter of this answer's random numbers where it may explore; nothing: it does not, whatever the placement says.
    std::optional<std::uint64_t> exploring = std::nullopt;
};

inline constexpr std::size_t fallback_checks = 20'000;

// Precondition: `scratch` has as many rows as the snapshot's model, or any number where there is none.
Result<Recommendation> answer(const Request& request, const Situation& situation, candidates::Scratch& scratch);

}  // namespace vitrina::recommendation
