#pragma once
// What the next order will hold: the person's own repeats, and what people with the same repeats buy.
//
// With x (order counts) and r (share of the last orders) of the query's purchases as in training/next_basket.hpp:
//   similarity(v) = ⟨x, x_v⟩ / (‖x‖^{2α} ‖x_v‖^{2(1−α)})        the k most alike are the neighbours N
//   score(i) = own_weight · r_i + Σ_{v ∈ N} similarity(v)^q · r_v,i / |N|
// People whose counts equal the query's are left out: as a rule that is the same person, who is counted as himself.
// Rows of the person's own history come back. Without a purchase in the history the answer is empty.
// Model: "next_basket." offsets, items, lately, squares (people), posting_offsets, postings, posting_counts (by item), query.
// Cost: the buyers of the person's items; some hundred microseconds for a regular of a big shop.
// Threads, lifetime and shapes: as candidates/source.hpp. Source: UP-CF, see training/next_basket.hpp.

#include <memory>

#include "candidates/source.hpp"

namespace vitrina::candidates {

std::unique_ptr<Source> make_next_basket(std::shared_ptr<const model::Model> model);

}  // namespace vitrina::candidates
