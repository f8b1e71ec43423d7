#pragma once
// What went on in sessions like this one, and the session's own items again (the reminder).
//
// With the session's distinct items at ages a = 0, 1, … (newest first; where no session runs, the newest of the history):
//   similarity(s) = Σ_{items in s} exp(−a/spw) / √|s| · weight of s        the k best sessions vote:
//   score(j) += similarity(s) · exp(−|places between j and the newest match|/inh) · exp(−age of that match/ipw) · rarity(j)
//   score(own item at age a) += wr · highest score · rd^a        and the newest item keeps `newest_weight` of its score
// The context (a product page) counts as the newest item. Rows of the session itself come back.
// Model: "session_knn." offsets, items, weights (past sessions), posting_offsets, postings (by item), rarity, query.
// Cost: postings of the session's items (some thousand), the k best sessions' items; tens of microseconds.
// Threads, lifetime and shapes: as candidates/source.hpp. Source: training/session_knn.hpp.

#include <memory>

#include "candidates/source.hpp"

namespace vitrina::candidates {

std::unique_ptr<Source> make_session_knn(std::shared_ptr<const model::Model> model);

}  // namespace vitrina::candidates
