#include "training/item_item.hpp"

#include <algorithm>
#include <cmath>

#include <hwy/cache_control.h>

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

// The items of people with their weights beside them: one stream through memory instead of two.
struct Entry {
    std::uint32_t item = 0;
    float weight = 0;
};

std::vector<Entry> entries_of(const Interactions& pairs) {
    std::vector<Entry> entries(pairs.pairs());
    for (std::size_t e = 0; e < entries.size(); ++e) entries[e] = {pairs.item[e], pairs.item_weight[e]};
    return entries;
}

// Asks for the beginning of a person's items, before they are needed: the processor finds the rest by itself.
void fetch_ahead(const Entry* entries, std::size_t count) {
    constexpr std::size_t a_line = 64 / sizeof(Entry), lines = 4;
    for (std::size_t o = 0; o < std::min(count, lines * a_line); o += a_line) hwy::Prefetch(entries + o);
}

struct Side {
    const Interactions& pairs;
    std::span<const Entry> entries;
    std::span<const float> person_power;
};

void add_row(const Side& side, std::size_t row, RowAccumulator& sums) {
    constexpr std::uint64_t ahead = 3;
    const Interactions& pairs = side.pairs;
    const std::uint64_t end = pairs.item_offsets[row + 1];
    for (std::uint64_t e = pairs.item_offsets[row]; e < end; ++e) {
        if (e + ahead < end) {
            const std::uint32_t next = pairs.person[e + ahead];
            const std::uint64_t begin = pairs.person_offsets[next];
            fetch_ahead(&side.entries[begin], pairs.person_offsets[next + 1] - begin);
        }
        const std::uint32_t person = pairs.person[e];
        const float weight = side.person_power[person] * pairs.person_weight[e];
        const std::uint64_t begin = pairs.person_offsets[person];
        for (const Entry& entry : side.entries.subspan(begin, pairs.person_offsets[person + 1] - begin))
            sums.add(entry.item, weight * entry.weight);
    }
}

}  // namespace

void train_item_item(const History& history, const ItemItemRecipe& recipe, model::ModelBuilder& builder,
                     Executor& executor) {
    const ActionWeights weights{recipe.view_weight, recipe.wish_weight, recipe.cart_weight, 1.0};
    const Interactions pairs = interactions_of(history, weights, recipe.items_a_person);
    const std::vector<float> person_power = powers_of_degrees(pairs.person_offsets, recipe.user_power);
    const std::vector<float> item_power = powers_of_degrees(pairs.item_offsets, recipe.item_power);
    const std::vector<Entry> entries = entries_of(pairs);
    const std::size_t rows = pairs.items();
    std::vector<model::SparseBlock> blocks(block_count(rows, rows_a_block));
    Pool<RowAccumulator> accumulators([&] { return std::make_unique<RowAccumulator>(rows); });
    executor.for_each_block(blocks.size(), [&](std::size_t block) {
        const auto sums = accumulators.borrow();
        const std::size_t begin = block * rows_a_block, end = std::min(rows, begin + rows_a_block);
        blocks[block].reserve(end - begin, std::min<std::size_t>(recipe.neighbours, rows));
        for (std::size_t row = begin; row < end; ++row) {
            add_row({pairs, entries, person_power}, row, *sums);
            blocks[block].append_row(sums->take_best(recipe.neighbours, static_cast<std::uint32_t>(row), item_power));
        }
    });
    model::add_table(builder, "item_item", std::move(blocks));
    builder.add("item_item.query", std::vector<double>{recipe.view_weight, recipe.wish_weight, recipe.cart_weight, 1.0,
                                                       recipe.half_life_days});
}

}  // namespace vitrina::training
