#pragma once
// Learns what next-basket recommendation looks up: who bought what how often, and how much of it lately.
//
// For person u with B baskets (orders): x_u,i = baskets that hold item i; r_u,i = share of the last min(B, `baskets`) that do.
// Writes the sections that candidates/next_basket.hpp reads; nothing where nobody bought.
// Threads: none of its own. Cost: one pass; memory 20 bytes a person–item pair.
// Source: UP-CF (Faggioli, Polato, Aiolli 2020, "Recency Aware Collaborative Filtering for Next Basket Recommendation").

#include "model/model.hpp"
#include "training/history.hpp"
#include "training/recipe.hpp"

namespace vitrina::training {

void train_next_basket(const History& history, const NextBasketRecipe& recipe, model::ModelBuilder& builder);

}  // namespace vitrina::training
