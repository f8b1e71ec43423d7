#pragma once
// Chooses the recipe of one source on validation questions, within a number of trials.
//
// A trial trains that source alone and asks it the questions; the objective is tuning.hpp's. From the default recipe the search
// moves one knob a step at a time (knobs in the order of what they usually matter) and keeps a step that gains more than half
// its standard error (more than that of the objective where the questions are sampled, see tuning.hpp); it ends when no step helps or the trials are spent. No wall time enters.
// Threads: uses the executor; the same choice on any number of threads.
// Not an error: a source that the history cannot train (the default recipe stays, one trial is used).

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/executor.hpp"
#include "evaluation/question.hpp"
#include "evaluation/tuning.hpp"
#include "training/history.hpp"
#include "training/recipe.hpp"

namespace vitrina::evaluation {

// The recipe with everything switched off but what the named source needs.
training::Recipe only(std::string_view source, training::Recipe recipe);

// How many knobs the source has; trials are shared out by it.
std::size_t knob_count(std::string_view source);

struct RecipeSearch {
    std::string_view source;
    const training::History* history = nullptr;
    std::span<const Question> questions;
    std::size_t trials = 0;
    TuningSettings settings;
};

struct RecipeChoice {
    training::Recipe recipe;
    std::size_t trials = 0;  // used
    double objective = 0;
    double start = 0;  // objective of the recipe given
};

// The same by successive halving (Jamieson and Talwalkar 2016): many recipes near the start, drawn by seed, on a quarter of the
// questions; the best third of them on half, the best third of these on all. A trial is one recipe on one rung; the start is asked
// everything. It gives way to the finalist with the fewest changes within a standard error of the best, where that gains more
// than its standard error.
struct TriedRecipe {
    training::Recipe recipe;
    double objective = 0;
    std::size_t questions = 0;
    bool chosen = false;
};
struct HalvingSearch {
    RecipeSearch search;
    std::uint64_t seed = 1;
    training::Recipe wanted;  // a knob that is not at its default here is the shop's, and is left alone
};
std::vector<TriedRecipe> search_by_halving(const HalvingSearch& halving, const training::Recipe& start,
                                           Executor& executor);

RecipeChoice search_recipe(const RecipeSearch& search, const training::Recipe& start, Executor& executor);

}  // namespace vitrina::evaluation
