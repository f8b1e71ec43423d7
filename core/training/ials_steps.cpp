#include "training/ials_steps.hpp"

#include <algorithm>
#include <cmath>

#include "base/dense.hpp"
#include "base/random.hpp"
#include "base/ridge.hpp"
#include "base/ridge_batch.hpp"

namespace vitrina::training {
namespace {

// Within a block floats are summed over so many rows before they enter a double.
constexpr std::size_t rows_a_float_sum = 256;

// Rows of one half-step, alone or side by side: the bytes are the same.
class RowSolver {
public:
    RowSolver(const RowPairs& pairs, const StillSide& still, const MutableRows& to)
        : pairs_(pairs),
          still_(still),
          to_(to),
          alone_(still.gram.size()),
          together_(still.gram.size()),
          diagonals_(RidgeBatch::systems_max, still.gram.size()) {}

    bool is_small(std::uint32_t r) const { return together_.takes(count_of(r)); }

    void solve(std::uint32_t r) {
        const RidgeBatch::System system = system_of(r, 0);
        alone_.solve(system.problem, system.x);
    }
    void solve_together(std::span<const std::uint32_t> rows) {
        systems_.clear();
        for (std::size_t s = 0; s < rows.size(); ++s) systems_.push_back(system_of(rows[s], s));
        together_.solve(systems_);
    }

private:
    std::size_t count_of(std::uint32_t r) const { return pairs_.offsets[r + 1] - pairs_.offsets[r]; }
    RidgeBatch::System system_of(std::uint32_t r, std::size_t place) {
        const std::size_t begin = pairs_.offsets[r] - pairs_.offsets[0], count = count_of(r);
        const std::span<float> diagonal(diagonals_[place], still_.gram.size());
        candidates::regularised_diagonal(still_.gram, still_.penalty, count, diagonal);
        return {{still_.factors, pairs_.others.subspan(begin, count), pairs_.weights.subspan(begin, count), diagonal},
                {to_[r], to_.stride}};
    }

    const RowPairs& pairs_;
    const StillSide& still_;
    const MutableRows& to_;
    RidgeSolver alone_;
    RidgeBatch together_;
    Matrix diagonals_;
    std::vector<RidgeBatch::System> systems_;
};

}  // namespace

Matrix first_factors(std::span<const ItemKey> keys, const IalsRecipe& recipe, std::uint64_t seed) {
    Matrix factors(keys.size(), recipe.dimensions);
    const double deviation = 0.1 / std::sqrt(static_cast<double>(recipe.dimensions));
    for (std::size_t r = 0; r < keys.size(); ++r) {
        Random random(seed, static_cast<std::uint64_t>(keys[r]));
        for (std::size_t k = 0; k < recipe.dimensions; ++k)
            factors[r][k] = static_cast<float>(deviation * random.normal());
    }
    return factors;
}

std::vector<double> gram_of_rows(const Rows& factors, std::size_t d, std::size_t begin, std::size_t end) {
    std::vector<double> gram(d * d, 0.0);
    Matrix sum(d, d);
    for (std::size_t first = begin; first < end; first += rows_a_float_sum) {
        symmetric_sum(factors, first, std::min(end, first + rows_a_float_sum), sum);
        for (std::size_t i = 0; i < d; ++i)
            for (std::size_t j = i; j < d; ++j) gram[i * d + j] += static_cast<double>(sum[i][j]);
    }
    return gram;
}

Eigenbasis basis_of(std::span<const std::vector<double>> grams, std::size_t d) {
    std::vector<double> sum(d * d, 0.0);
    for (const auto& gram : grams)
        for (std::size_t g = 0; g < sum.size(); ++g) sum[g] += gram[g];
    Eigenbasis eigen = eigenbasis_of(sum, d);
    for (double& number : eigen.values) number = std::max(number, 0.0);
    return eigen;
}

void turn_rows(const Rows& from, const Matrix& basis, Matrix& to, std::size_t begin, std::size_t end) {
    multiply_rows({from, basis, to}, begin, end);
}

RowPairs rows_of(const RowPairs& pairs, std::size_t begin, std::size_t count) {
    const std::uint64_t first = pairs.offsets[begin] - pairs.offsets[0];
    const std::uint64_t places = pairs.offsets[begin + count] - pairs.offsets[begin];
    return {pairs.offsets.subspan(begin, count + 1), pairs.others.subspan(first, places),
            pairs.weights.subspan(first, places)};
}

double rows_with_pairs(std::span<const std::uint64_t> offsets) {
    double active = 0;
    for (std::size_t r = 1; r < offsets.size(); ++r) active += offsets[r] > offsets[r - 1] ? 1 : 0;
    return active;
}

void clear_without_pairs(std::span<const std::uint64_t> offsets, Matrix& factors) {
    for (std::size_t r = 0; r < factors.rows(); ++r)
        if (offsets[r] == offsets[r + 1]) std::fill_n(factors[r], factors.stride(), 0.0f);
}

void solve_rows(const RowPairs& pairs, const StillSide& still, const MutableRows& to) {
    RowSolver solver(pairs, still, to);
    std::vector<std::uint32_t> small;
    for (std::uint32_t r = 0; r < pairs.rows(); ++r) {
        if (solver.is_small(r))
            small.push_back(r);
        else
            solver.solve(r);
    }
    // Side by side stand rows with about as many pairs.
    std::ranges::stable_sort(small, {}, [&](std::uint32_t r) { return pairs.offsets[r + 1] - pairs.offsets[r]; });
    for (std::size_t begin = 0; begin < small.size(); begin += RidgeBatch::systems_max)
        solver.solve_together(std::span(small).subspan(begin, std::min(small.size() - begin, RidgeBatch::systems_max)));
}

}  // namespace vitrina::training
