#pragma once
// Learns what is bought and looked at by everybody: over all time (`popular`) and lately (`recent`).
//
// An item counts once for each person, basket and action, with the weight of the action (a purchase 1). `recent` multiplies by
// 2^(−age / half-life), age before the newest entry of the history; it is left out where the data has no times.
// Writes what candidates/popular.hpp reads. Threads: none of its own. Cost: one pass.
// What sells at this minute is features/trends.hpp; this is what a model knows by itself.

#include "model/model.hpp"
#include "training/history.hpp"
#include "training/recipe.hpp"

namespace vitrina::training {

void train_popular(const History& history, const PopularRecipe& recipe, model::ModelBuilder& builder);

}  // namespace vitrina::training
