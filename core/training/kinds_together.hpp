#pragma once
// Learns which kinds of things people turn to once they have taken something: what goes with it where single items are bought too
// seldom to tell. A kind is an item's first category, the whole path, as its learning text says it (catalog/learning_text.hpp).
//
// In a basket (a session or an order) with a thing of kind a taken, carted or bought, a kind b is turned to where another item of b
// is taken then or later: that counts 1; where one is first looked at later and not taken, `view_weight`. Each (a, b) counts once
// a basket, b = a too: whether people take a second thing of the same kind is learned like everything else. With n_a baskets,
//   P(b | a) = (n_ab + s·p_b) / (n_a + s),   p_b = Σ_a n_ab / Σ_a n_a,   s = `shrink`,
// and the `kinds` likeliest of each a are kept. Of each kind the `items` most sought are kept: a purchase counts 1, a cart .3, a
// view .05, with a half-life of `half_life_days` before the newest entry.
// Writes what candidates/kinds_together.hpp reads; nothing where no item has a category, or nothing was taken.
// Threads: the caller's; `text` is called in row order. Cost: a person's baskets squared, `basket_items` items of each at most.

#include "model/model.hpp"
#include "training/history.hpp"
#include "training/recipe.hpp"
#include "training/trainer.hpp"

namespace vitrina::training {

void train_kinds_together(const History& history, const KindsTogetherRecipe& recipe, const ItemText& text,
                          model::ModelBuilder& builder);

}  // namespace vitrina::training
