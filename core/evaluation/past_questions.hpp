#pragma once
// Questions to sources from a history: what each placement would have asked at a cut, and what came after it.
//
// Threads: pure functions. Rows are those of the history's items, before and after the cut alike.
// Not an error: no question at all (nobody came back, nothing was viewed).

#include <string>
#include <vector>

#include "evaluation/question.hpp"
#include "evaluation/recipe_choice.hpp"
#include "model/model.hpp"
#include "recommendation/placement.hpp"
#include "training/history.hpp"

namespace vitrina::evaluation {

// The same people and items, without what happened after `through`.
training::History history_through(const training::History& history, TimeMs through);

struct PastQuestions {
    const training::History& history;  // all of it
    TimeMs through = 0;                // the cut
    const model::Model& model;         // learned from what lies before
    const recommendation::PlacementSettings& placement;
    const RecipeChoiceSettings& settings;
};

// Empty for placements that are not measured this way. As many as there are.
std::vector<Question> questions_of(const std::string& placement, const PastQuestions& past);

// A sample of the people who did anything until the cut, asked as `home` would ask them at that time; nothing is relevant.
std::vector<Question> questions_now(const PastQuestions& past, std::size_t most);

// A seeded sample in the old order.
std::vector<Question> sample(std::vector<Question> questions, std::size_t most, std::uint64_t seed);

}  // namespace vitrina::evaluation
