#include "training/item_item.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/random.hpp"
#include "model/sparse_table.hpp"

namespace vitrina::training {
namespace {

std::vector<std::vector<HistoryEntry>> random_people(std::uint64_t seed, std::size_t people, std::size_t items) {
    Random random(seed);
    std::vector<std::vector<HistoryEntry>> all(people);
    for (auto& entries : all)
        for (std::uint64_t e = random.below(30); e > 0; --e) {
            const std::uint64_t item = random.below(1 + random.below(items));
            entries.push_back(
                {ItemKey{item * 1000}, 0, random.below(2) == 0 ? state::Action::view : state::Action::buy, 0, 1});
        }
    return all;
}

using Dense = std::vector<std::vector<double>>;

// The formula of the header, word for word.
Dense naive_similarities(const History& history, const ItemItemRecipe& recipe) {
    const std::size_t items = history.items.size();
    std::vector<std::map<std::uint32_t, double>> liked(history.people());
    std::vector<std::set<std::size_t>> people_of(items);
    for (std::size_t p = 0; p < history.people(); ++p)
        for (std::size_t e = history.offsets[p]; e < history.offsets[p + 1]; ++e) {
            double& weight = liked[p][history.item[e]];
            weight = std::max(weight, history.action[e] == state::Action::buy ? 1.0 : recipe.view_weight);
            people_of[history.item[e]].insert(p);
        }
    Dense s(items, std::vector<double>(items, 0.0));
    for (const auto& person : liked)
        for (const auto& [i, wi] : person)
            for (const auto& [j, wj] : person)
                if (i != j) s[i][j] += std::pow(static_cast<double>(person.size()), -recipe.user_power) * wi * wj;
    for (auto& row : s)
        for (std::size_t j = 0; j < items; ++j)
            row[j] *= people_of[j].empty() ? 0 : std::pow(static_cast<double>(people_of[j].size()), -recipe.item_power);
    return s;
}

TEST(ItemItem, agrees_with_the_formula_on_random_histories) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        SCOPED_TRACE(seed);
        const History history = history_of(random_people(seed, 40, 25));
        const ItemItemRecipe recipe{.neighbours = 7, .user_power = 0.7, .item_power = 0.4};
        model::ModelBuilder builder(history.items);
        SerialExecutor serial;
        train_item_item(history, recipe, builder, serial);
        const auto model = model::Model::from_bytes(builder.bytes()).value();
        const auto table = model::table_of(*model, "item_item").value();
        const Dense s = naive_similarities(history, recipe);
        for (std::uint32_t i = 0; i < table.rows(); ++i) {
            std::vector<double> best = s[i];
            std::ranges::sort(best, std::greater<>());
            best.resize(std::min<std::size_t>(best.size(), 7));
            std::erase_if(best, [](double value) { return value <= 0; });
            double sum = 0;
            for (const double value : best) sum += value;
            const auto row = table.row(i);
            ASSERT_EQ(row.size(), best.size());
            for (std::size_t n = 0; n < row.size(); ++n) {
                EXPECT_NEAR(row.values[n], best[n] / sum, 1e-5);
                EXPECT_NEAR(row.values[n], s[i][row.columns[n]] / sum, 1e-5);
            }
        }
    }
}

}  // namespace
}  // namespace vitrina::training
