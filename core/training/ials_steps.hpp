#pragma once
// One half-step of iALS in pieces that may run anywhere: in one process, or each block of 4,096 rows in a task of its own.
//
//   gram_of_rows    of each block of the side that stands still
//   basis_of        of their sum, in block order
//   turn_rows       each block of that side into the basis
//   solve_rows      each block of the side that moves, against the whole turned side
//
// The same pieces in the same blocks give the same bytes, whoever runs them; training/ials.hpp says what is solved.
// Threads: pure functions, one thread each. Shapes: rows padded as in base/matrix.hpp; `end − begin` ≤ 4,096 where a Gram matrix
// is made.
// Cost: training/ials.hpp.

#include <cstdint>
#include <span>
#include <vector>

#include "base/eigenbasis.hpp"
#include "base/keys.hpp"
#include "base/matrix.hpp"
#include "candidates/ials.hpp"
#include "training/recipe.hpp"

namespace vitrina::training {

// Drawn by (seed, key): an item begins at the same place whichever block it stands in.
Matrix first_factors(std::span<const ItemKey> keys, const IalsRecipe& recipe, std::uint64_t seed);

// The upper triangle of Σ f fᵀ over the rows begin … end − 1: d · d numbers, row by row.
std::vector<double> gram_of_rows(const Rows& factors, std::size_t d, std::size_t begin, std::size_t end);

// The basis in which the sum of the blocks' Gram matrices is diagonal; no value is negative.
Eigenbasis basis_of(std::span<const std::vector<double>> grams, std::size_t d);

void turn_rows(const Rows& from, const Matrix& basis, Matrix& to, std::size_t begin, std::size_t end);

// The pairs of some rows: those of row r stand at [offsets[r] − offsets[0], offsets[r + 1] − offsets[0]) of `others` and `weights`.
struct RowPairs {
    std::span<const std::uint64_t> offsets;  // rows + 1
    std::span<const std::uint32_t> others;   // rows of the side that stands still
    std::span<const float> weights;
    std::size_t rows() const { return offsets.size() - 1; }
};

RowPairs rows_of(const RowPairs& pairs, std::size_t begin, std::size_t count);

// How many rows have pairs: |I| and |U|.
double rows_with_pairs(std::span<const std::uint64_t> offsets);
// A row without pairs must not enter the first Gram matrix either.
void clear_without_pairs(std::span<const std::uint64_t> offsets, Matrix& factors);

struct StillSide {
    Rows factors;                  // turned
    std::span<const double> gram;  // the diagonal
    candidates::IalsPenalty penalty;
};

// Preconditions: `to` has pairs.rows() rows and the stride of the still side; `others` are rows of it.
void solve_rows(const RowPairs& pairs, const StillSide& still, const MutableRows& to);

}  // namespace vitrina::training
