#pragma once
// Two recipes on a slice of the past that neither was trained on: one part of the release gate (evaluation/release.hpp).
//
// The history is cut as evaluation/recipe_choice.hpp cuts it. With each recipe everything is done as a training does it, on
// what lies before the cut alone: weights and trees chosen on a slice of that, sources learned again from all of it. Then both
// answer the questions of every placement, and what came after the cut says who was right, in (recall + ndcg) / 2.
// The change is (candidate − current) / current of the means over questions, with a 95 % interval by paired bootstrap over
// persons; `all` is that of the mean over placements.
// Threads: uses the executor; the same figures on any number of threads.
// Cost: twice a training on a part of the history.
// Not an error: no placement with enough questions (`changes` is empty).

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "evaluation/bootstrap.hpp"
#include "evaluation/recipe_choice.hpp"

namespace vitrina::evaluation {

struct PlacementChange {
    std::string task;
    std::size_t questions = 0;
    double current = 0, candidate = 0;  // objectives
    Interval change;                    // relative
};

struct RecipeComparison {
    std::vector<PlacementChange> changes;  // by placement
    PlacementChange all;
};

struct ComparedRecipes {
    const TrainingInput& input;  // its recipe is the candidate
    const training::Recipe& current;
    const std::map<std::string, recommendation::PlacementSettings>& placements;
};

struct ComparisonSettings {
    RecipeChoiceSettings choice;
    std::size_t questions = 2000;  // a placement; a seeded sample where there are more
    BootstrapSettings bootstrap{.resamples = 1000};
};

Result<RecipeComparison> compare_recipes(const ComparedRecipes& recipes, const ComparisonSettings& settings,
                                         Executor& executor);

// What two columns of one value a question are worth: the candidate's and the current one's, and who was asked.
struct PairedValues {
    std::string task;
    std::vector<float> current, candidate;
    std::vector<std::uint32_t> unit;
};
RecipeComparison compare_values(const std::vector<PairedValues>& placements, const BootstrapSettings& settings,
                                Executor& executor);

}  // namespace vitrina::evaluation
