#include "training/covisit.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/pool.hpp"
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
    std::vector<std::uint32_t> person_steps;  // L
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
    to.person_steps.push_back(step + 1);
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

// Weights by steps apart, forward and backward, of a person with L steps; all multiples of 2^-24, so that sums of them do not
// depend on their order.
class Weights {
public:
    explicit Weights(const CovisitRecipe& recipe) : farthest_(recipe.distance) {
        for (std::uint32_t steps = 0; steps <= recipe.window; ++steps) {
            const double share = std::pow(std::max(steps, 1u), -recipe.length_power);
            for (std::uint32_t apart = 0; apart <= farthest_; ++apart) {
                const double weight = apart == 0 ? 0.0 : share * std::pow(recipe.distance_decay, apart - 1.0);
                forward_.push_back(rounded(weight));
                backward_.push_back(rounded(weight * recipe.backward));
            }
        }
    }
    std::uint32_t farthest() const { return farthest_; }
    double forward(std::uint32_t steps, std::uint32_t apart) const { return forward_[place(steps, apart)]; }
    double backward(std::uint32_t steps, std::uint32_t apart) const { return backward_[place(steps, apart)]; }

private:
    static double rounded(double weight) { return std::round(weight * 0x1p24) * 0x1p-24; }
    std::size_t place(std::uint32_t steps, std::uint32_t apart) const {
        return std::size_t{steps} * (farthest_ + 1) + apart;
    }
    std::uint32_t farthest_;
    std::vector<double> forward_, backward_;
};

// Visits the entries that stand second to the one at `place`: visit(column, steps of the person, steps apart, came after).
template <class Visit>
void each_second(const Steps& steps, std::uint64_t place, std::uint32_t farthest, const Visit& visit) {
    const std::uint32_t person = steps.person_of[place];
    const std::uint32_t here = steps.entries[place].step, count = steps.person_steps[person];
    for (std::uint64_t e = place + 1; e < steps.offsets[person + 1]; ++e) {
        const Step& other = steps.entries[e];
        if (other.step - here > farthest) break;
        if (other.second && other.step != here) visit(other.item, count, other.step - here, true);
    }
    for (std::uint64_t e = place; e-- > steps.offsets[person];) {
        const Step& other = steps.entries[e];
        if (here - other.step > farthest) break;
        if (other.second && other.step != here) visit(other.item, count, here - other.step, false);
    }
}

void add_pairs(const Steps& steps, std::uint64_t place, const Weights& weights, ExactRowAccumulator& sums) {
    each_second(steps, place, weights.farthest(),
                [&](std::uint32_t column, std::uint32_t count, std::uint32_t apart, bool after) {
                    const double weight = after ? weights.forward(count, apart) : weights.backward(count, apart);
                    if (weight > 0) sums.add(column, weight);
                });
}

std::vector<float> column_weights(std::span<const double> degrees, double power) {
    if (power == 0) return {};
    std::vector<float> weights(degrees.size(), 0.0f);
    for (std::size_t i = 0; i < degrees.size(); ++i)
        if (degrees[i] > 0) weights[i] = static_cast<float>(std::pow(degrees[i], -power));
    return weights;
}

std::vector<double> degrees_of(const Steps& steps, std::size_t items) {
    std::vector<double> degrees(items, 0.0);
    for (const Step& entry : steps.entries) degrees[entry.item] += entry.second ? 1.0 : 0.0;
    return degrees;
}

}  // namespace

struct CovisitRows::Impl {
    std::size_t items;
    CovisitRecipe recipe;
    Steps steps;
    Weights weights;
    std::vector<float> column_weight;
    Pool<ExactRowAccumulator> accumulators;
};

CovisitRows::CovisitRows(const History& history, const CovisitRecipe& recipe, const Relation& relation) {
    const std::size_t items = history.items.size();
    Steps steps = steps_of(history, recipe, relation);
    std::vector<float> column_weight = column_weights(degrees_of(steps, items), recipe.item_power);
    impl_.reset(new Impl{items, recipe, std::move(steps), Weights(recipe), std::move(column_weight),
                         Pool<ExactRowAccumulator>([items] { return std::make_unique<ExactRowAccumulator>(items); })});
}
CovisitRows::~CovisitRows() = default;

std::size_t CovisitRows::blocks(const History& history) { return block_count(history.items.size(), rows_a_block); }

model::SparseBlock CovisitRows::block(std::size_t number) const {
    const Steps& steps = impl_->steps;
    const auto sums = impl_->accumulators.borrow();
    model::SparseBlock block;
    const std::size_t end = std::min(impl_->items, (number + 1) * rows_a_block);
    for (std::size_t row = number * rows_a_block; row < end; ++row) {
        for (std::uint64_t p = steps.item_offsets[row]; p < steps.item_offsets[row + 1]; ++p)
            add_pairs(steps, steps.places[p], impl_->weights, *sums);
        block.append_row(
            sums->take_best(impl_->recipe.neighbours, static_cast<std::uint32_t>(row), impl_->column_weight));
    }
    return block;
}

void add_covisit(std::vector<model::SparseBlock> blocks, const CovisitRecipe& recipe, const Relation& relation,
                 model::ModelBuilder& builder) {
    const bool any =
        std::ranges::any_of(blocks, [](const model::SparseBlock& block) { return !block.columns.empty(); });
    if (!any) return;
    const std::string name(relation.table);
    model::add_table(builder, name, std::move(blocks));
    builder.add(name + ".query", std::vector<double>{recipe.query_decay, static_cast<double>(recipe.query_items)});
}

void train_covisit(const History& history, const CovisitRecipe& recipe, const Relation& relation,
                   model::ModelBuilder& builder, Executor& executor) {
    const CovisitRows rows(history, recipe, relation);
    std::vector<model::SparseBlock> blocks(CovisitRows::blocks(history));
    executor.for_each_block(blocks.size(), [&](std::size_t block) { blocks[block] = rows.block(block); });
    add_covisit(std::move(blocks), recipe, relation, builder);
}

}  // namespace vitrina::training
