#pragma once
// What a model knows of its items by themselves and in pairs, beside what its sources say: for the features of candidates.
//
// Model: "facts.people", "facts.count", "facts.lately", "facts.repeat" (float, one an item) and the table "facts.next".
//   people   how many people touched the item             count   how often, once a basket
//   lately   share of the count in the newest eighth of the time that the history spans; 0 where there are no times
//   repeat   share of its people who came back to it in another basket, shrunk towards the mean of all items
//   next     T_ij: of the steps at most three after a step to i, the share that went to j, nearer steps weighing more
// Lifetime: borrows the model. Threads: immutable.

#include <optional>
#include <span>

#include "model/model.hpp"
#include "model/sparse_table.hpp"

namespace vitrina::candidates {

struct ItemFacts {
    std::span<const float> people, count, lately, repeat;
    model::SparseTable next;
};

// Nothing where the model has no facts.
std::optional<ItemFacts> item_facts(const model::Model& model);

}  // namespace vitrina::candidates
