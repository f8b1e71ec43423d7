#pragma once
// Long-term taste: items that the same people like, by normalised co-occurrence over everything known of a person.
//
// score(j) = Σ_i w_i S_ij over the distinct items i of the context (a product page, a cart) where there is one, else of the
// person's history, with w_i the strength of the strongest action on i times 2^(−age / half-life); the lines of a context
// count 1.
// Model: table "item_item" (model/sparse_table.hpp) and "item_item.query", five doubles: the weights of view, wish, cart and
// buy, and the half-life in days (0: no decay).
// Source: the formula of S and its letters are in training/item_item.hpp.

#include <memory>

#include "candidates/source.hpp"

namespace vitrina::candidates {

std::unique_ptr<Source> make_item_item(std::shared_ptr<const model::Model> model);

}  // namespace vitrina::candidates
