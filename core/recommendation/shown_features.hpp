#pragma once
// What a ranker can read of the items of a placement: of candidates that are put into order, and of items that are shown, written down with
// them so that it can learn from what becomes of them. One code makes both.
//
// Threads: belongs to one answer. Not an error: a placement without features; an item that no learned source of the placement named
// among its first hundred (its features are empty).
// Changes nothing of the answer but its features. Surprising cost: as much as the trees' features of all candidates, and sources that
// the blend left out are asked; so for a share of answers only.

#include "recommendation/pool.hpp"
#include "recommendation/selection.hpp"

namespace vitrina::recommendation {

struct FeaturesAsked {
    const Inquiry& inquiry;
    const Rules& rules;
    const PlacementFeatures& placement;
};

// Of those of `rows` that have features.
candidates::RankingCandidates features_in(const Pool& pool, const FeaturesAsked& asked,
                                          std::span<const std::uint32_t> rows, candidates::Scratch& scratch);

struct ShownPicks {
    const Inquiry& inquiry;
    const Rules& rules;
    const Pool& pool;
    const std::vector<Pick>& picks;  // those of the recommendation's items, in order
};

void add_features(const ShownPicks& shown, candidates::Scratch& scratch, Recommendation& to);

}  // namespace vitrina::recommendation
