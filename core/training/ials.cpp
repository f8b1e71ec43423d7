#include "training/ials.hpp"

#include <algorithm>
#include <cmath>

#include "base/dense.hpp"
#include "base/eigenbasis.hpp"
#include "base/pool.hpp"
#include "base/random.hpp"
#include "base/ridge.hpp"
#include "candidates/ials.hpp"

namespace vitrina::training {
namespace {

// Within a block floats are summed over so many rows before they enter a double.
constexpr std::size_t rows_a_float_sum = 256;
// Systems differ much in cost; each is a result of its own, so this number changes no bytes.
constexpr std::size_t systems_a_block = 128;

std::vector<double> gram_of_block(const Matrix& factors, std::size_t begin, std::size_t end) {
    const std::size_t d = factors.columns();
    std::vector<double> gram(d * d, 0.0);
    Matrix sum(d, d);
    for (std::size_t first = begin; first < end; first += rows_a_float_sum) {
        symmetric_sum(factors, first, std::min(end, first + rows_a_float_sum), sum);
        for (std::size_t i = 0; i < d; ++i)
            for (std::size_t j = i; j < d; ++j) gram[i * d + j] += static_cast<double>(sum[i][j]);
    }
    return gram;
}

// The upper triangle of Σ f fᵀ over all rows.
std::vector<double> gram_of(const Matrix& factors, Executor& executor) {
    std::vector<std::vector<double>> blocks(block_count(factors.rows()));
    executor.for_each_block(blocks.size(), [&](std::size_t block) {
        blocks[block] = gram_of_block(factors, block * block_rows, std::min(factors.rows(), (block + 1) * block_rows));
    });
    std::vector<double> gram(factors.columns() * factors.columns(), 0.0);
    for (const auto& block : blocks)
        for (std::size_t g = 0; g < gram.size(); ++g) gram[g] += block[g];
    return gram;
}

Matrix product(const Matrix& factors, const Matrix& basis, Executor& executor) {
    Matrix turned(factors.rows(), factors.columns());
    executor.for_each_block(block_count(factors.rows()), [&](std::size_t block) {
        multiply_rows({factors, basis, turned}, block * block_rows, std::min(factors.rows(), (block + 1) * block_rows));
    });
    return turned;
}

// Turns the factors into the basis where their Gram matrix is diagonal; answers that basis and the diagonal.
Eigenbasis turn(Matrix& factors, Executor& executor) {
    Eigenbasis eigen = eigenbasis_of(gram_of(factors, executor), factors.columns());
    factors = product(factors, eigen.basis, executor);
    for (double& number : eigen.values) number = std::max(number, 0.0);
    return eigen;
}

// One side's pairs as the other side's solver sees them.
struct Half {
    std::span<const std::uint64_t> offsets;
    std::span<const std::uint32_t> others;
    std::span<const float> weights;
    double others_active = 0;
    Matrix& still;   // the others' factors, which are turned
    Matrix& moving;  // the factors that are solved
};

void solve_half(const Half& half, const IalsRecipe& recipe, Executor& executor) {
    Matrix &still = half.still, &moving = half.moving;
    const std::vector<double> gram = turn(still, executor).values;
    const std::size_t rows = moving.rows(), d = still.columns();
    struct Working {
        explicit Working(std::size_t dimensions) : solver(dimensions), diagonal(dimensions) {}
        RidgeSolver solver;
        std::vector<float> diagonal;
    };
    const candidates::IalsPenalty penalty{recipe.unobserved, recipe.regularisation, recipe.frequency_power,
                                          half.others_active};
    Pool<Working> pool([&] { return std::make_unique<Working>(d); });
    executor.for_each_block(block_count(rows, systems_a_block), [&](std::size_t block) {
        const auto working = pool.borrow();
        for (std::size_t r = block * systems_a_block; r < std::min(rows, (block + 1) * systems_a_block); ++r) {
            const std::size_t begin = half.offsets[r], count = half.offsets[r + 1] - begin;
            candidates::regularised_diagonal(gram, penalty, count, working->diagonal);
            working->solver.solve(
                {still, half.others.subspan(begin, count), half.weights.subspan(begin, count), working->diagonal},
                {moving[r], moving.stride()});
        }
    });
}

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

double rows_with_pairs(std::span<const std::uint64_t> offsets) {
    double active = 0;
    for (std::size_t r = 1; r < offsets.size(); ++r) active += offsets[r] > offsets[r - 1] ? 1 : 0;
    return active;
}

float largest(std::span<const float> weights) { return weights.empty() ? 1.0f : std::ranges::max(weights); }

}  // namespace

Factors factorised(const Interactions& pairs, std::span<const ItemKey> keys, const Recipe& all, Executor& executor) {
    const IalsRecipe& recipe = all.ials;
    Factors factors{Matrix(pairs.people(), recipe.dimensions), first_factors(keys, recipe, all.seed), {}};
    // A cold item must not enter the first Gram matrix either.
    for (std::size_t i = 0; i < pairs.items(); ++i)
        if (pairs.people_of(i).empty()) std::fill_n(factors.items[i], factors.items.stride(), 0.0f);
    const Half people{pairs.person_offsets, pairs.item,    pairs.item_weight, rows_with_pairs(pairs.item_offsets),
                      factors.items,        factors.people};
    const Half items{pairs.item_offsets, pairs.person, pairs.person_weight, rows_with_pairs(pairs.person_offsets),
                     factors.people,     factors.items};
    for (std::uint32_t epoch = 0; epoch < recipe.epochs; ++epoch) {
        solve_half(people, recipe, executor);
        solve_half(items, recipe, executor);
    }
    const Eigenbasis last = turn(factors.items, executor);
    factors.people = product(factors.people, last.basis, executor);
    factors.gram = last.values;
    return factors;
}

void train_ials(const History& history, const Recipe& recipe, model::ModelBuilder& builder, Executor& executor) {
    const IalsRecipe& ials = recipe.ials;
    const ActionWeights weights{ials.view_weight, ials.wish_weight, ials.cart_weight, 1.0};
    Interactions pairs = interactions_of(history, weights, ials.items_a_person);
    const float scale = 1.0f / largest(pairs.item_weight);
    for (float& weight : pairs.item_weight) weight *= scale;
    for (float& weight : pairs.person_weight) weight *= scale;
    const Factors factors = factorised(pairs, history.items, recipe, executor);

    const auto scaled = [&](double weight) { return std::min(1.0, weight * static_cast<double>(scale)); };
    builder.add("ials.factors", factors.items.numbers());
    builder.add("ials.gram", factors.gram);
    builder.add("ials.settings",
                std::vector<double>{static_cast<double>(ials.dimensions), ials.unobserved, ials.regularisation,
                                    ials.frequency_power, rows_with_pairs(pairs.item_offsets)});
    builder.add("ials.query",
                std::vector<double>{scaled(weights.view), scaled(weights.wish), scaled(weights.cart), 1.0, 0.0});
}

}  // namespace vitrina::training
