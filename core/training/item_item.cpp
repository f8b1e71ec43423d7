#include "training/item_item.hpp"

#include <cmath>

#include "base/pool.hpp"
#include "model/sparse_table.hpp"
#include "training/interactions.hpp"
#include "training/row_accumulator.hpp"

namespace vitrina::training {
namespace {

// Rows differ much in cost, so a block is small; every row is a result of its own, so its size changes no bytes.
constexpr std::size_t rows_a_block = 128;

std::vector<float> powers_of_degrees(std::span<const std::uint64_t> offsets, double power) {
    std::vector<float> powers(offsets.size() - 1);
    for (std::size_t r = 0; r < powers.size(); ++r) {
        const auto degree = static_cast<double>(offsets[r + 1] - offsets[r]);
        powers[r] = static_cast<float>(degree > 0 ? std::pow(degree, -power) : 0.0);
    }
    return powers;
}

void add_row(const Interactions& pairs, std::span<const float> person_power, std::size_t row, RowAccumulator& sums) {
    for (std::uint64_t e = pairs.item_offsets[row]; e < pairs.item_offsets[row + 1]; ++e) {
        const std::uint32_t person = pairs.person[e];
        const float weight = person_power[person] * pairs.person_weight[e];
        const std::uint64_t end = pairs.person_offsets[person + 1];
        for (std::uint64_t o = pairs.person_offsets[person]; o < end; ++o)
            sums.add(pairs.item[o], weight * pairs.item_weight[o]);
    }
}

}  // namespace

void train_item_item(const History& history, const ItemItemRecipe& recipe, model::ModelBuilder& builder,
                     Executor& executor) {
    const ActionWeights weights{recipe.view_weight, recipe.wish_weight, recipe.cart_weight, 1.0};
    const Interactions pairs = interactions_of(history, weights, recipe.items_a_person);
    const std::vector<float> person_power = powers_of_degrees(pairs.person_offsets, recipe.user_power);
    const std::vector<float> item_power = powers_of_degrees(pairs.item_offsets, recipe.item_power);
    const std::size_t rows = pairs.items();
    std::vector<model::SparseBlock> blocks(block_count(rows, rows_a_block));
    Pool<RowAccumulator> accumulators([&] { return std::make_unique<RowAccumulator>(rows); });
    executor.for_each_block(blocks.size(), [&](std::size_t block) {
        const auto sums = accumulators.borrow();
        for (std::size_t row = block * rows_a_block; row < std::min(rows, (block + 1) * rows_a_block); ++row) {
            add_row(pairs, person_power, row, *sums);
            blocks[block].append_row(sums->take_best(recipe.neighbours, static_cast<std::uint32_t>(row), item_power));
        }
    });
    model::add_table(builder, "item_item", std::move(blocks));
    builder.add("item_item.query", std::vector<double>{recipe.view_weight, recipe.wish_weight, recipe.cart_weight, 1.0,
                                                       recipe.half_life_days});
}

}  // namespace vitrina::training
