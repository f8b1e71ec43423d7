#pragma once
// Why each item is shown, truthfully: a reason names an item only where the source gives the shown item for that item alone.
//
// Threads: uses the caller's scratch. Cost: a few queries of one item each, only for sources that speak of other items and only
// where the person or the cart offers more than one item to refer to.

#include <vector>

#include "recommendation/pool.hpp"
#include "recommendation/selection.hpp"

namespace vitrina::recommendation {

// One a pick, in order.
std::vector<Reason> reasons_of(const Inquiry& inquiry, const Pool& pool, const std::vector<Pick>& picks,
                               candidates::Scratch& scratch, const TimeIsUp& time_is_up);

}  // namespace vitrina::recommendation
