#include "training/ials_steps.hpp"

#include <algorithm>
#include <cmath>

#include "base/dense.hpp"
#include "base/random.hpp"
#include "base/ridge.hpp"

namespace vitrina::training {
namespace {

// Within a block floats are summed over so many rows before they enter a double.
constexpr std::size_t rows_a_float_sum = 256;

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
    const std::size_t d = still.gram.size();
    RidgeSolver solver(d);
    std::vector<float> diagonal(d);
    for (std::size_t r = 0; r < pairs.rows(); ++r) {
        const std::size_t begin = pairs.offsets[r] - pairs.offsets[0], count = pairs.offsets[r + 1] - pairs.offsets[r];
        candidates::regularised_diagonal(still.gram, still.penalty, count, diagonal);
        solver.solve({still.factors, pairs.others.subspan(begin, count), pairs.weights.subspan(begin, count), diagonal},
                     {to[r], to.stride});
    }
}

}  // namespace vitrina::training
