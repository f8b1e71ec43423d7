#pragma once
// Why each item is shown, truthfully: a reason names an item only where the source goes from that item to the shown one.
//
// Threads: pure function. Cost: a look into the source's table for each shown item and each of at most 32 items it may refer to.

#include <vector>

#include "recommendation/pool.hpp"
#include "recommendation/selection.hpp"

namespace vitrina::recommendation {

// One a pick, in order.
std::vector<Reason> reasons_of(const Inquiry& inquiry, const Pool& pool, const std::vector<Pick>& picks);

}  // namespace vitrina::recommendation
