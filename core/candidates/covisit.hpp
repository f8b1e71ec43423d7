#pragma once
// What people turned to after the items at hand: co-visitation, one source for each relation.
//
// score(j) = Σ_a decay^a · S_{i_a, j}, where i_0, i_1, … are the items at hand, newest first: the context (all of it at age 0), then
// the history's entries that fit the relation – any action for views, carts for cart→buy, purchases for buy→buy.
// Model: table "<name>" (model/sparse_table.hpp) and "<name>.query", two doubles: decay and how many items count.
// Threads, lifetime and shapes: as candidates/source.hpp. Source: training/covisit.hpp.

#include <memory>

#include "candidates/source.hpp"

namespace vitrina::candidates {

std::unique_ptr<Source> make_covisit_view_view(std::shared_ptr<const model::Model> model);
std::unique_ptr<Source> make_covisit_view_buy(std::shared_ptr<const model::Model> model);
std::unique_ptr<Source> make_covisit_cart_buy(std::shared_ptr<const model::Model> model);
std::unique_ptr<Source> make_covisit_buy_buy(std::shared_ptr<const model::Model> model);

}  // namespace vitrina::candidates
