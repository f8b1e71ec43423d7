#pragma once
// The order of what was learned from what became of a placement's own answers (PlacementSettings::from_shown, candidates/shown.hpp).
//
// Of the first `from_shown` candidates of the pool those that have features are put, among the places that they hold, into the order of
// their expected value in the first place: the probability of a click, or that of a purchase, times price or margin, by the objective.
// What has no features (new items, best sellers that no learned source names) keeps its place, and so do scores of places.
// The features are the shop's own placement's also in arms of experiments, as those that it was learned from.
// Threads: pure functions. Not an error: nothing learned for the objective, or features that are not those that it was learned with: the
// order stays. Cost: the features and trees of those candidates (vitrina_ranking_benchmark), and every source of the placement is asked.

#include "recommendation/pool.hpp"

namespace vitrina::recommendation {

// What orders this answer; null: nothing.
const ranking::Shown* shown_of(const Inquiry& inquiry);

// Precondition: the pool is in its order otherwise, and time did not cut it short.
void order_by_shown(Pool& pool, const Inquiry& inquiry, const Rules& rules, candidates::Scratch& scratch);

}  // namespace vitrina::recommendation
