#pragma once
// What was learned about what becomes of items that a placement shows, on its way into a model (candidates/shown.hpp says what its parts
// are). The learning itself is evaluation/shown_learning.hpp.
//
// Threads: values. Preconditions of `add_shown`: `rates` has shown_rates elements an item of the builder; the placement's name has at most
// shown_placement_bytes_most.

#include <string>
#include <vector>

#include "model/forest.hpp"
#include "model/model.hpp"

namespace vitrina::training {

struct LearnedGoal {
    std::string goal;
    model::ForestArrays forest;
    double slope = 1, offset = 0;
};

// Of one placement.
struct LearnedShown {
    std::string placement;
    std::vector<float> rates;
    std::vector<LearnedGoal> goals;
};

void add_shown(model::ModelBuilder& builder, const LearnedShown& learned);

}  // namespace vitrina::training
