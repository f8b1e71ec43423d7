#pragma once
// Matrix factorisation of what people did, with implicit feedback, by alternating least squares (iALS).
//
// Loss over the pairs S of the person–item matrix with weights w:
//   Σ_{(u,i)∈S} w_ui (1 − ⟨u,i⟩)² + α0 Σ_all ⟨u,i⟩² + λ Σ_u (|S_u| + α0 |I|)^ν ‖u‖² + λ Σ_i (|S_i| + α0 |U|)^ν ‖i‖²
// |I| and |U| count the items and people that have pairs, so a cold item of the catalogue changes nothing and gets the factor 0.
// A half-step turns the side that stands still into the basis where its Gram matrix is diagonal; the loss knows no basis, and
// every row of the other side becomes one small ridge system (base/ridge.hpp). The items of a finished model stand in such a
// basis, so that a visitor is folded in by the same solver (candidates/ials.hpp).
//
// Writes "ials.factors" (float, items × padded d), "ials.gram" (double, the d diagonal numbers of Σ i iᵀ), "ials.settings"
// (double: d, α0, λ, ν, |I|) and "ials.query" (the weights of actions, as in candidates/item_item.hpp).
// Weights are divided by the largest that occurs: a shop that only records views learns as one that only records purchases.
// Threads: uses the executor only; equal bytes on any number of threads: rows are results of their own, Gram matrices are
// summed in blocks of 4,096 rows, in block order, in double. First factors are drawn by (seed, item key).
// Cost an epoch: Σ_rows min(n, d)² · max(n, d) / 2 multiplications, n the pairs of a row, and 4 (|U| + |I|) d² for both turns.
// Source: Rendle, Krichene, Zhang, Koren: Revisiting the performance of iALS on item recommendation benchmarks, RecSys 2022.

#include <cstdint>
#include <span>
#include <vector>

#include "base/executor.hpp"
#include "base/matrix.hpp"
#include "model/model.hpp"
#include "training/history.hpp"
#include "training/interactions.hpp"
#include "training/recipe.hpp"

namespace vitrina::training {

struct Factors {
    Matrix people;
    Matrix items;
    std::vector<double> gram;  // Σ i iᵀ is diagonal, with these numbers
};

// `item_weight` and `person_weight` of the pairs are taken as they are. `keys` name the items; of the
// recipe `ials` and `seed` count.
Factors factorised(const Interactions& pairs, std::span<const ItemKey> keys, const Recipe& recipe, Executor& executor);

// The matrix that `train_ials` factorises: weights by action, divided by the largest that occurs.
struct IalsPairs {
    Interactions pairs;
    float scale = 1;  // what they were multiplied by
};
IalsPairs ials_pairs(const History& history, const IalsRecipe& recipe);

// Writes the sections of a factorisation that ran elsewhere.
struct FinishedIals {
    const Matrix& items;
    const std::vector<double>& gram;
    float scale = 1;
    double items_active = 0;  // |I|
};
void add_ials(const FinishedIals& finished, const IalsRecipe& recipe, model::ModelBuilder& builder);

// Answers the factors of the items, as written.
Matrix train_ials(const History& history, const Recipe& recipe, model::ModelBuilder& builder, Executor& executor);

}  // namespace vitrina::training
