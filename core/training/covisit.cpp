#include "training/covisit.hpp"

#include <algorithm>
#include <cmath>

#include "base/pool.hpp"
#include "model/sparse_table.hpp"
#include "training/row_accumulator.hpp"

namespace vitrina::training {
namespace {

constexpr std::size_t rows_a_block = 256;

struct Step {
    std::uint32_t item;
    std::uint32_t step;  // within the person, from 0
    bool first, second;  // may stand first, second in a pair of the relation
};

// The entries that count, person after person.
struct Steps {
    std::vector<Step> entries;
    std::vector<std::uint32_t> person_of;  // of each entry
    std::vector<std::uint64_t> offsets{0};
    std::vector<float> person_weight;  // L^(−cb)
    std::vector<std::uint64_t> item_offsets;
    std::vector<std::uint64_t> places;  // entries that may stand first, by item
};

bool same_step(const History& history, std::uint64_t a, std::uint64_t b) {
    return history.action[a] == state::Action::buy && history.action[b] == state::Action::buy &&
           history.basket[a] == history.basket[b] && history.time[a] == history.time[b] && history.time[a] != 0;
}

// The entry before which `window` steps and `entries_a_person` entries are full.
std::uint64_t window_start(const History& history, std::size_t person, const CovisitRecipe& recipe) {
    const std::uint64_t begin = history.offsets[person];
    std::uint64_t at = history.offsets[person + 1];
    const std::uint64_t oldest = at - std::min<std::uint64_t>(at - begin, recipe.entries_a_person);
    std::uint32_t steps = 0;
    while (at > oldest) {
        const bool new_step = at == history.offsets[person + 1] || !same_step(history, at - 1, at);
        if (new_step && ++steps > recipe.window) break;
        --at;
    }
    return at;
}

void add_person(const History& history, std::size_t person, const CovisitRecipe& recipe, const Relation& relation,
                Steps& to) {
    const std::uint64_t begin = window_start(history, person, recipe);
    std::uint32_t step = 0;
    for (std::uint64_t e = begin; e < history.offsets[person + 1]; ++e) {
        if (e > begin && !same_step(history, e - 1, e)) ++step;
        const bool first = history.action[e] == relation.first, second = history.action[e] == relation.second;
        if (!first && !second) continue;
        to.entries.push_back({history.item[e], step, first, second});
        to.person_of.push_back(static_cast<std::uint32_t>(person));
    }
    to.offsets.push_back(to.entries.size());
    to.person_weight.push_back(static_cast<float>(std::pow(step + 1.0, -recipe.length_power)));
}

void index_by_item(Steps& steps, std::size_t items) {
    steps.item_offsets.assign(items + 1, 0);
    for (const Step& entry : steps.entries)
        if (entry.first) ++steps.item_offsets[entry.item + 1];
    for (std::size_t i = 0; i < items; ++i) steps.item_offsets[i + 1] += steps.item_offsets[i];
    std::vector<std::uint64_t> next(steps.item_offsets.begin(), steps.item_offsets.end() - 1);
    steps.places.resize(steps.item_offsets[items]);
    for (std::uint64_t e = 0; e < steps.entries.size(); ++e)
        if (steps.entries[e].first) steps.places[next[steps.entries[e].item]++] = e;
}

Steps steps_of(const History& history, const CovisitRecipe& recipe, const Relation& relation) {
    Steps steps;
    for (std::size_t p = 0; p < history.people(); ++p) add_person(history, p, recipe, relation, steps);
    index_by_item(steps, history.items.size());
    return steps;
}

// Weights by steps apart, forward and backward.
struct Weights {
    std::vector<float> forward, backward;

    explicit Weights(const CovisitRecipe& recipe) : forward(recipe.distance + 1), backward(recipe.distance + 1) {
        for (std::uint32_t d = 1; d <= recipe.distance; ++d) {
            const double weight = std::pow(recipe.distance_decay, d - 1.0);
            forward[d] = static_cast<float>(weight);
            backward[d] = static_cast<float>(weight * recipe.backward);
        }
    }
};

void add_pairs(const Steps& steps, std::uint64_t place, const Weights& weights, RowAccumulator& sums) {
    const std::uint32_t person = steps.person_of[place];
    const std::uint32_t here = steps.entries[place].step;
    const float share = steps.person_weight[person];
    const std::size_t farthest = weights.forward.size() - 1;
    for (std::uint64_t e = place + 1; e < steps.offsets[person + 1]; ++e) {
        const Step& other = steps.entries[e];
        if (other.step - here > farthest) break;
        const float weight = share * weights.forward[other.step - here];
        if (other.second && weight > 0) sums.add(other.item, weight);
    }
    for (std::uint64_t e = place; e-- > steps.offsets[person];) {
        const Step& other = steps.entries[e];
        if (here - other.step > farthest) break;
        const float weight = share * weights.backward[here - other.step];
        if (other.second && weight > 0) sums.add(other.item, weight);
    }
}

std::vector<float> column_weights(const Steps& steps, std::size_t items, double power) {
    if (power == 0) return {};
    std::vector<double> degrees(items, 0.0);
    for (const Step& entry : steps.entries) degrees[entry.item] += entry.second ? 1.0 : 0.0;
    std::vector<float> weights(items, 0.0f);
    for (std::size_t i = 0; i < items; ++i)
        if (degrees[i] > 0) weights[i] = static_cast<float>(std::pow(degrees[i], -power));
    return weights;
}

}  // namespace

void train_covisit(const History& history, const CovisitRecipe& recipe, const Relation& relation,
                   model::ModelBuilder& builder, Executor& executor) {
    const std::size_t items = history.items.size();
    const Steps steps = steps_of(history, recipe, relation);
    const std::vector<float> column_weight = column_weights(steps, items, recipe.item_power);
    const Weights weights(recipe);
    std::vector<model::SparseBlock> blocks(block_count(items, rows_a_block));
    Pool<RowAccumulator> accumulators([&] { return std::make_unique<RowAccumulator>(items); });
    executor.for_each_block(blocks.size(), [&](std::size_t block) {
        const auto sums = accumulators.borrow();
        for (std::size_t row = block * rows_a_block; row < std::min(items, (block + 1) * rows_a_block); ++row) {
            for (std::uint64_t p = steps.item_offsets[row]; p < steps.item_offsets[row + 1]; ++p)
                add_pairs(steps, steps.places[p], weights, *sums);
            blocks[block].append_row(
                sums->take_best(recipe.neighbours, static_cast<std::uint32_t>(row), column_weight));
        }
    });
    const bool any =
        std::ranges::any_of(blocks, [](const model::SparseBlock& block) { return !block.columns.empty(); });
    if (!any) return;
    const std::string name(relation.table);
    model::add_table(builder, name, std::move(blocks));
    builder.add(name + ".query", std::vector<double>{recipe.query_decay, static_cast<double>(recipe.query_items)});
}

}  // namespace vitrina::training
