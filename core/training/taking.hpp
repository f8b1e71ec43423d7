#pragma once
// What was learned about what people take once they look at it, on its way into a model (candidates/taking.hpp says what each
// array is). The learning itself is evaluation/taking_learning.hpp.
//
// Model: the facts "taken.*" of candidates/taking.hpp, the trees "taken" (model/forest.hpp), "taken.calibration" (double, 2: slope and
// offset of the logit).
// Threads: values. Precondition of `add_taking`: every array has an element an item of the builder.

#include <cstdint>
#include <vector>

#include "candidates/taking.hpp"
#include "model/forest.hpp"
#include "model/model.hpp"

namespace vitrina::training {

struct TakingArrays {
    std::vector<float> rate, orders, looks, price, level;
    std::vector<std::uint32_t> kind, brand;
    candidates::TakingFacts view() const { return {rate, orders, looks, price, level, kind, brand}; }
};

struct LearnedTaking {
    TakingArrays facts;
    model::ForestArrays forest;
    double slope = 1, offset = 0;
};

void add_taking(model::ModelBuilder& builder, const LearnedTaking& learned);

}  // namespace vitrina::training
