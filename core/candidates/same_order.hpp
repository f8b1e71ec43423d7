#pragma once
// What goes with it: items that stand in the same orders as the context (the product shown, the lines of the cart).
//
// score(j) = Σ over the context's rows i of S_ij; rows of the context and of its group are left out. Without a context: nothing.
// Model: table "same_order" (model/sparse_table.hpp). Source: training/same_order.hpp.
// Threads, lifetime and shapes: as candidates/source.hpp.

#include <memory>

#include "candidates/source.hpp"

namespace vitrina::candidates {

std::unique_ptr<Source> make_same_order(std::shared_ptr<const model::Model> model);

}  // namespace vitrina::candidates
