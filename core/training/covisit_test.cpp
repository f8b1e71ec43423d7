#include "training/covisit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/random.hpp"
#include "candidates/covisit.hpp"
#include "model/sparse_table.hpp"

namespace vitrina::training {
namespace {

using state::Action;

// Sessions of views and carts that end in an order of some lines, which carry one time.
std::vector<std::vector<HistoryEntry>> random_people(std::uint64_t seed) {
    Random random(seed);
    std::vector<std::vector<HistoryEntry>> people(25);
    for (auto& entries : people) {
        TimeMs time = 1000;
        for (std::uint32_t basket = 0; basket < 4; ++basket) {
            for (std::uint64_t n = random.below(5); n > 0; --n)
                entries.push_back({ItemKey{random.below(12)}, time += 1000,
                                   random.below(3) == 0 ? Action::cart : Action::view, basket, 1});
            time += 1000;
            for (std::uint64_t n = random.below(4); n > 0; --n)
                entries.push_back({ItemKey{random.below(12)}, time, Action::buy, basket, 1});
        }
    }
    return people;
}

// The formula of the header, pair by pair.
std::vector<std::map<std::uint32_t, double>> naive(const History& history, const CovisitRecipe& recipe,
                                                   const Relation& relation) {
    std::vector<std::map<std::uint32_t, double>> rows(history.items.size());
    std::map<std::uint32_t, double> degree;
    for (std::size_t p = 0; p < history.people(); ++p) {
        std::vector<std::uint32_t> step(history.offsets[p + 1] - history.offsets[p]);
        const auto entry = [&](std::size_t n) { return history.offsets[p] + n; };
        for (std::size_t n = 1; n < step.size(); ++n) {
            const bool same = history.action[entry(n)] == Action::buy && history.action[entry(n - 1)] == Action::buy &&
                              history.time[entry(n)] == history.time[entry(n - 1)] &&
                              history.basket[entry(n)] == history.basket[entry(n - 1)];
            step[n] = step[n - 1] + (same ? 0 : 1);
        }
        if (step.empty()) continue;
        const std::uint32_t steps = std::min(step.back() + 1, recipe.window);
        const auto counts = [&](std::size_t n) { return step[n] + steps > step.back(); };
        for (std::size_t a = 0; a < step.size(); ++a) {
            if (!counts(a)) continue;
            if (history.action[entry(a)] == relation.second) degree[history.item[entry(a)]] += 1;
            for (std::size_t b = 0; b < step.size(); ++b) {
                const std::uint32_t apart = step[a] > step[b] ? step[a] - step[b] : step[b] - step[a];
                if (!counts(b) || apart == 0 || apart > recipe.distance) continue;
                if (history.action[entry(a)] != relation.first || history.action[entry(b)] != relation.second) continue;
                rows[history.item[entry(a)]][history.item[entry(b)]] += std::pow(steps, -recipe.length_power) *
                                                                        std::pow(recipe.distance_decay, apart - 1.0) *
                                                                        (step[b] < step[a] ? recipe.backward : 1);
            }
        }
    }
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
        rows[i].erase(i);
        double sum = 0;
        for (auto& [j, weight] : rows[i]) sum += weight *= std::pow(degree[j], -recipe.item_power);
        for (auto& [j, weight] : rows[i]) weight /= sum;
    }
    return rows;
}

TEST(Covisit, agrees_with_the_formula_pair_by_pair_for_every_relation) {
    SerialExecutor executor;
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        const History history = history_of(random_people(seed));
        const CovisitRecipe recipe{.neighbours = 100,
                                   .window = 7,
                                   .distance = 3,
                                   .distance_decay = 0.7,
                                   .length_power = 0.3,
                                   .item_power = 0.4,
                                   .backward = 0.25};
        for (const Relation& relation : relations) {
            model::ModelBuilder builder(history.items);
            train_covisit(history, recipe, relation, builder, executor);
            const auto model = *model::Model::from_bytes(builder.bytes());
            const auto table = model::table_of(*model, relation.table);
            ASSERT_TRUE(table) << relation.table << " seed " << seed;
            const auto expected = naive(history, recipe, relation);
            for (std::uint32_t i = 0; i < expected.size(); ++i) {
                const auto row = table->row(i);
                std::size_t positive = 0;
                for (const auto& [j, weight] : expected[i]) positive += weight > 0 ? 1 : 0;
                ASSERT_EQ(row.size(), positive) << relation.table << " seed " << seed << " row " << i;
                for (std::size_t n = 0; n < row.size(); ++n)
                    EXPECT_NEAR(row.values[n], expected[i].at(row.columns[n]), 1e-5);
            }
        }
    }
}

std::vector<std::string> shown(const std::vector<Scored>& best, const model::Model& model,
                               const std::vector<std::string>& names) {
    std::vector<std::string> items;
    for (const Scored& b : best)
        for (const std::string& name : names)
            if (model.item_keys()[b.row] == item_key(name)) items.push_back(name);
    return items;
}

TEST(Covisit, tells_before_from_after_and_the_newest_item_counts_most) {
    SerialExecutor executor;
    const auto entry = [](const char* item) { return HistoryEntry{item_key(item), 0, Action::view, 0, 1}; };
    const std::vector<std::vector<HistoryEntry>> people{{entry("phone"), entry("case")},
                                                        {entry("tent"), entry("rope")}};
    const History history = history_of(people);
    model::ModelBuilder builder(history.items);
    train_covisit(history, {.backward = 0, .query_decay = 0.5}, relations[0], builder, executor);
    const auto model = *model::Model::from_bytes(builder.bytes());
    const auto source = candidates::make_covisit_view_view(model);
    candidates::Scratch scratch(model->items());
    const std::vector<std::string> names{"phone", "case", "tent", "rope"};
    features::Query query;
    query.history = {{.row = model->row(item_key("tent"))}, {.row = model->row(item_key("phone"))}};
    EXPECT_EQ(shown(source->candidates(query, 9, scratch), *model, names), (std::vector<std::string>{"rope", "case"}));
    query.history = {{.row = model->row(item_key("case"))}};
    EXPECT_TRUE(source->candidates(query, 9, scratch).empty());
    query.context = {model->row(item_key("phone"))};
    EXPECT_EQ(shown(source->candidates(query, 9, scratch), *model, names), (std::vector<std::string>{"case"}));
}

TEST(Covisit, learns_the_same_bytes_from_blocks_of_rows_in_any_order) {
    SerialExecutor executor;
    std::vector<std::vector<HistoryEntry>> people = random_people(3);
    for (std::size_t person = 0; person < people.size(); ++person)  // of more than one block
        for (std::uint64_t i = 0; i < 20; ++i)
            people[person].push_back({ItemKey{1000 + (person * 20 + i) % 700}, 0, state::Action::view});
    const History history = history_of(people);
    ASSERT_GT(CovisitRows::blocks(history), 1u);
    const CovisitRecipe recipe{.neighbours = 9, .window = 17, .distance = 3, .length_power = 0.3, .item_power = 0.4};
    for (const Relation& relation : relations) {
        std::vector<model::SparseBlock> blocks(CovisitRows::blocks(history));
        for (std::size_t b = blocks.size(); b-- > 0;) blocks[b] = CovisitRows(history, recipe, relation).block(b);
        model::ModelBuilder whole(history.items), in_blocks(history.items);
        train_covisit(history, recipe, relation, whole, executor);
        add_covisit(std::move(blocks), recipe, relation, in_blocks);
        EXPECT_TRUE(whole.bytes() == in_blocks.bytes()) << relation.table;
    }
}

}  // namespace
}  // namespace vitrina::training
