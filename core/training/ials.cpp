#include "training/ials.hpp"

#include <algorithm>
#include <cmath>

#include "training/ials_steps.hpp"

namespace vitrina::training {
namespace {

// Systems differ much in cost; each is a result of its own, so this number changes no bytes.
constexpr std::size_t systems_a_block = 512;

Matrix turned_by(const Matrix& factors, const Matrix& basis, Executor& executor) {
    Matrix turned(factors.rows(), factors.columns());
    executor.for_each_block(block_count(factors.rows()), [&](std::size_t block) {
        turn_rows(factors, basis, turned, block * block_rows, std::min(factors.rows(), (block + 1) * block_rows));
    });
    return turned;
}

// Turns the factors into the basis where their Gram matrix is diagonal; answers that basis and the diagonal.
Eigenbasis turn(Matrix& factors, Executor& executor) {
    const std::size_t rows = factors.rows(), d = factors.columns();
    std::vector<std::vector<double>> grams(block_count(rows));
    executor.for_each_block(grams.size(), [&](std::size_t block) {
        grams[block] = gram_of_rows(factors, d, block * block_rows, std::min(rows, (block + 1) * block_rows));
    });
    Eigenbasis eigen = basis_of(grams, d);
    factors = turned_by(factors, eigen.basis, executor);
    return eigen;
}

// One side's pairs as the other side's solver sees them.
struct Half {
    RowPairs pairs;
    double others_active = 0;
    Matrix& still;   // the others' factors, which are turned
    Matrix& moving;  // the factors that are solved
};

void solve_half(const Half& half, const IalsRecipe& recipe, Executor& executor) {
    Matrix& moving = half.moving;
    const std::vector<double> gram = turn(half.still, executor).values;
    const StillSide still{
        half.still, gram, {recipe.unobserved, recipe.regularisation, recipe.frequency_power, half.others_active}};
    const std::size_t rows = moving.rows();
    executor.for_each_block(block_count(rows, systems_a_block), [&](std::size_t block) {
        const std::size_t begin = block * systems_a_block, count = std::min(rows - begin, systems_a_block);
        solve_rows(rows_of(half.pairs, begin, count), still, {moving[begin], count, moving.stride()});
    });
}

float largest(std::span<const float> weights) { return weights.empty() ? 1.0f : std::ranges::max(weights); }

}  // namespace

Factors factorised(const Interactions& pairs, std::span<const ItemKey> keys, const Recipe& all, Executor& executor) {
    const IalsRecipe& recipe = all.ials;
    Factors factors{Matrix(pairs.people(), recipe.dimensions), first_factors(keys, recipe, all.seed), {}};
    clear_without_pairs(pairs.item_offsets, factors.items);
    const Half people{{pairs.person_offsets, pairs.item, pairs.item_weight},
                      rows_with_pairs(pairs.item_offsets),
                      factors.items,
                      factors.people};
    const Half items{{pairs.item_offsets, pairs.person, pairs.person_weight},
                     rows_with_pairs(pairs.person_offsets),
                     factors.people,
                     factors.items};
    for (std::uint32_t epoch = 0; epoch < recipe.epochs; ++epoch) {
        solve_half(people, recipe, executor);
        solve_half(items, recipe, executor);
    }
    const Eigenbasis last = turn(factors.items, executor);
    factors.people = turned_by(factors.people, last.basis, executor);
    factors.gram = last.values;
    return factors;
}

IalsPairs ials_pairs(const History& history, const IalsRecipe& recipe) {
    const ActionWeights weights{recipe.view_weight, recipe.wish_weight, recipe.cart_weight, 1.0};
    IalsPairs all{interactions_of(history, weights, recipe.items_a_person), 1.0f};
    all.scale = 1.0f / largest(all.pairs.item_weight);
    for (float& weight : all.pairs.item_weight) weight *= all.scale;
    for (float& weight : all.pairs.person_weight) weight *= all.scale;
    return all;
}

void add_ials(const FinishedIals& finished, const IalsRecipe& recipe, model::ModelBuilder& builder) {
    const auto scaled = [&](double weight) { return std::min(1.0, weight * static_cast<double>(finished.scale)); };
    builder.add("ials.factors", finished.items.numbers());
    builder.add("ials.gram", finished.gram);
    builder.add("ials.settings",
                std::vector<double>{static_cast<double>(recipe.dimensions), recipe.unobserved, recipe.regularisation,
                                    recipe.frequency_power, finished.items_active});
    builder.add("ials.query", std::vector<double>{scaled(recipe.view_weight), scaled(recipe.wish_weight),
                                                  scaled(recipe.cart_weight), 1.0, 0.0});
}

Matrix train_ials(const History& history, const Recipe& recipe, model::ModelBuilder& builder, Executor& executor) {
    const IalsPairs all = ials_pairs(history, recipe.ials);
    Factors factors = factorised(all.pairs, history.items, recipe, executor);
    add_ials({factors.items, factors.gram, all.scale, rows_with_pairs(all.pairs.item_offsets)}, recipe.ials, builder);
    return std::move(factors.items);
}

}  // namespace vitrina::training
