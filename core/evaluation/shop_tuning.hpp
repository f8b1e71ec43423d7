#pragma once
// The recipe of a shop's sources, searched within a budget of trials (evaluation/recipe_search.hpp) on questions of its own past.
//
// `item_item` and `next_basket` are asked what `home` is asked, `session_knn` what `product` is (evaluation/past_questions.hpp), each
// with a share of the trials. Sources that a host may compute in blocks (iALS, co-visitation) keep their recipe.
// Threads: uses the executor; the same choice on any number of threads.
// Not an error: too few questions, or no trials (the start stays).

#include <map>
#include <string>

#include "base/executor.hpp"
#include "evaluation/recipe_choice.hpp"
#include "model/store.hpp"

namespace vitrina::evaluation {

struct TunedRecipe {
    training::Recipe recipe;
    model::Tuning tuning;
};

struct TuningInput {
    const training::History& history;
    const training::Recipe& wanted;  // what the shop says; other settings are free
    const std::map<std::string, recommendation::PlacementSettings>& placements;
    const model::Tuning* before = nullptr;  // what the last search chose: the start
    std::size_t trials = 0;                 // of all sources
    RecipeChoiceSettings settings;
};

TunedRecipe tune_recipe(const TuningInput& input, Executor& executor);

}  // namespace vitrina::evaluation
