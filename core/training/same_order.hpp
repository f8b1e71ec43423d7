#pragma once
// Learns what goes with what: items of the same order.
//
// Orders of 2 … `lines_an_order` distinct items count; one of L items counts L^(−p), scaled so that the orders add up to their
// number N. With n_ij the weighted orders that hold i and j, n_i those that hold i, a pair is kept when it is together more often
// than by chance (n_ij > n_i n_j / N) and its log-likelihood ratio (Dunning 1993) is at least `least_evidence`. Then
//   S_ij = n_ij · (1 − e/n_ij) · n_j^(−c),  e = n_i n_j / N: what is beyond chance, things bought with everything held down;
// the K largest of a row are kept and divided by their sum.
// Writes the table "same_order". Threads: uses the executor only; same bytes on any number of threads.
// Cost: Σ over orders of L².

#include "base/executor.hpp"
#include "model/model.hpp"
#include "training/history.hpp"
#include "training/recipe.hpp"

namespace vitrina::training {

void train_same_order(const History& history, const SameOrderRecipe& recipe, model::ModelBuilder& builder,
                      Executor& executor);

// Dunning's G² for a pair that is together in `both` of `all` orders, while `first` and `second` hold one or the other.
double likelihood_ratio(double both, double first, double second, double all);

}  // namespace vitrina::training
