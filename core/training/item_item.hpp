#pragma once
// Learns item–item neighbours by normalised co-occurrence.
//
// With d_u, d_i the degrees in the person–item matrix and w its weights:
//   S_ij = d_j^(−c) · Σ_{u ∋ i,j} d_u^(−b) w_ui w_uj;  the K largest of each row are kept and divided by their sum.
// Writes what candidates/item_item.hpp reads.
// Threads: uses the executor only; the bytes are the same on any number of threads (each row is one ordered sum).
// Cost: Σ_u d_u² updates, d_u capped by `recipe.items_a_person`; memory 8 · items · K bytes for the table, 8 · items a thread.

#include "base/executor.hpp"
#include "model/model.hpp"
#include "training/history.hpp"
#include "training/recipe.hpp"

namespace vitrina::training {

void train_item_item(const History& history, const ItemItemRecipe& recipe, model::ModelBuilder& builder,
                     Executor& executor);

}  // namespace vitrina::training
