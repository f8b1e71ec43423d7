#pragma once
// Learns a forest that puts what was chosen before what was not: gradient-boosted trees by XGBoost (`hist`).
//
// The loss of a group (the candidates of one question, of which R were relevant) is the cross-entropy of a softmax:
//   p = softmax(values of the group), gradient of a row = p − relevant / R, its second derivative = p (1 − p).
// With Loss::logistic rows stand for themselves: p = 1 / (1 + exp(−value)), gradient p − relevant, second derivative p (1 − p); the first
// tree is then a single leaf, the logit of the share of relevant rows, from which the others start.
// Gradients are rounded to multiples of 2^-20, so that the sums of a histogram are exact in double and know no order: the same
// forest on any number of threads.
// Threads: XGBoost's own (OpenMP), as many as `threads` says, while the call lasts.
// Errors: exhausted where XGBoost cannot get what it needs; its own message otherwise.
// Preconditions: features are finite; every group has a row; group offsets ascend from 0 to rows.
// Not an error: nothing to learn (no group with both kinds of rows; with Loss::logistic, only one kind) – a forest without trees.
// Cost: rounds · rows · features; memory about 12 bytes a value, beside the rows.
// Source: XGBoost (Chen and Guestrin 2016), listwise softmax (Cao et al. 2007; Bruch et al. 2019).

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/forest.hpp"

namespace vitrina::training {

struct RankingRows {
    std::vector<std::string> features;     // names
    std::vector<float> values;             // rows × features
    std::vector<std::uint8_t> relevant;    // a row
    std::vector<std::uint32_t> groups{0};  // groups + 1, into rows
    std::size_t rows() const { return relevant.size(); }
};

enum class Loss : std::uint8_t { softmax, logistic };

struct BoostingRecipe {
    std::uint32_t rounds = 150;
    std::uint32_t depth = 4;
    double learning_rate = 0.05;  // eta
    double leaf_penalty = 1;      // lambda
    double least_weight = 5;      // min_child_weight: sum of second derivatives in a leaf
    std::uint32_t bins = 256;     // max_bin
    Loss loss = Loss::softmax;
    bool operator==(const BoostingRecipe&) const = default;
};

Result<model::ForestArrays> boost(const RankingRows& rows, const BoostingRecipe& recipe, std::size_t threads);

// What `boost` learned, as XGBoost itself values the rows: for tests and for whoever doubts the forest.
struct Boosted {
    model::ForestArrays forest;
    std::vector<float> values;
};
Result<Boosted> boost_with_values(const RankingRows& rows, const BoostingRecipe& recipe, std::size_t threads);

}  // namespace vitrina::training
