#pragma once
// The slots of an answer that explore: in each in turn, given what stands in the others by then, an item of an eligible set takes
// the place that the answer's order gave to another, so that more becomes known of items which that order would rarely show.
//
// Eligible (at most `eligible_most`) are the item that stands there; candidates of the pool that do not stand in the answer, break no
// rule, and whose score is at least `relevance` of that item's; and the first cold items by the person's taste (the newest items where
// nothing of it is known), which have no score to compare.
// Nothing explores without a counter (Situation::exploring), in listings, lists of candidates and strict answers, nor a slot in which
// nothing but its own item is eligible.
// Threads: pure; `selection` is changed. Cost: about 0.4 ms a slot.

#include <vector>

#include "recommendation/exploration.hpp"
#include "recommendation/pool.hpp"
#include "recommendation/selection.hpp"

namespace vitrina::recommendation {

std::vector<ExploredSlot> explore_slots(const Inquiry& inquiry, const Pool& pool, Selection& selection);

}  // namespace vitrina::recommendation
