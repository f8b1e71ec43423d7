#pragma once
// Learns which items say nearly the same about themselves: the source that can show an item before anybody touched it.
//
// Words of what `text` says (catalog/learning_text.hpp, cut by features/words.hpp) weigh (1 + log tf) · log((1 + N) / (1 + df)); items are compared by the cosine of their weights, and the
// K nearest are kept. Words of one item alone, and of more than `recipe.word_items` items, tell no neighbours and are left out.
// Writes table "content" (values are cosines) and "content.query" as candidates/item_item.hpp describes it.
// Threads: uses the executor; `text` is called on the caller's thread, in row order. Equal bytes on any number of threads.
// Cost: Σ_words df² updates, df ≤ `recipe.word_items`.
// Source: Salton and Buckley: Term-weighting approaches in automatic text retrieval, 1988 (the scheme "ltc").

#include "base/executor.hpp"
#include "model/model.hpp"
#include "training/recipe.hpp"
#include "training/trainer.hpp"

namespace vitrina::training {

void train_content(const ContentRecipe& recipe, const ItemText& text, model::ModelBuilder& builder, Executor& executor);

}  // namespace vitrina::training
