#pragma once
// Several questions asked of one experiment: p-values as large as they must be so that the whole family keeps its promise.
//
// Threads: pure functions. Shapes: one adjusted value for each given, in the same places, at most 1.
// Precondition: p-values within [0, 1]. Not an error: none given.

#include <span>
#include <vector>

namespace vitrina::experiment {

// A false alarm anywhere in the family is as rare as alpha (Holm 1979).
std::vector<double> holm(std::span<const double> p_values);

// Of what is called an effect, a share of alpha is none, if the questions are independent or lean the same way
// (Benjamini and Hochberg 1995).
std::vector<double> benjamini_hochberg(std::span<const double> p_values);

}  // namespace vitrina::experiment
