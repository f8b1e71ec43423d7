// The forest that training learns, walked by ranking's own evaluator, against XGBoost: the one folder that sees both.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.hpp"
#include "ranking/trees.hpp"
#include "training/boosting.hpp"

namespace vitrina::evaluation {
namespace {

training::RankingRows random_rows(std::uint64_t seed) {
    Random random(seed);
    training::RankingRows rows;
    const std::size_t features = 1 + random.below(12), groups = 20 + random.below(60);
    for (std::size_t f = 0; f < features; ++f) rows.features.push_back("feature " + std::to_string(f));
    for (std::size_t g = 0; g < groups; ++g) {
        const std::size_t size = 1 + random.below(40);
        for (std::size_t r = 0; r < size; ++r) {
            double wish = random.normal();
            for (std::size_t f = 0; f < features; ++f) {
                const double value = f % 3 == 0 ? static_cast<double>(random.below(4)) : random.normal() * 1e3;
                rows.values.push_back(static_cast<float>(value));
                wish += f % 3 == 0 ? value : value * 1e-3;
            }
            rows.relevant.push_back(wish > 1.5 ? 1 : 0);
        }
        rows.groups.push_back(static_cast<std::uint32_t>(rows.relevant.size()));
    }
    return rows;
}

TEST(Trees, say_to_the_last_bit_what_xgboost_says) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        SCOPED_TRACE(seed);
        const training::RankingRows rows = random_rows(seed);
        const training::BoostingRecipe recipe{.rounds = 30, .depth = 1 + static_cast<std::uint32_t>(seed % 7)};
        const auto boosted = training::boost_with_values(rows, recipe, 1);
        ASSERT_TRUE(boosted.has_value()) << boosted.error().message;
        ASSERT_TRUE(model::check_forest(boosted->forest.view()).has_value());
        const ranking::Trees trees(boosted->forest.view());
        EXPECT_EQ(trees.size(), 30u);
        std::vector<float> values(rows.rows());
        trees.score(rows.values, values);
        EXPECT_EQ(values, boosted->values);
    }
}

TEST(Trees, are_the_same_on_any_number_of_threads) {
    for (std::uint64_t seed = 100; seed < 102; ++seed) {
        SCOPED_TRACE(seed);
        const training::RankingRows rows = random_rows(seed);
        const auto one = training::boost(rows, {.rounds = 5}, 1);
        ASSERT_TRUE(one.has_value());
        for (const std::size_t threads : {2u, 3u}) {
            const auto many = training::boost(rows, {.rounds = 5}, threads);
            ASSERT_TRUE(many.has_value());
            EXPECT_EQ(one->nodes, many->nodes) << threads;
            EXPECT_EQ(one->trees, many->trees) << threads;
        }
    }
}

TEST(Trees, put_what_was_chosen_first) {
    const training::RankingRows rows = random_rows(7);
    const auto forest = training::boost(rows, {.rounds = 60}, 2);
    ASSERT_TRUE(forest.has_value());
    const ranking::Trees trees(forest->view());
    std::vector<float> values(rows.rows());
    trees.score(rows.values, values);
    std::size_t asked = 0, right = 0;
    for (std::size_t g = 0; g + 1 < rows.groups.size(); ++g) {
        const auto begin = values.begin() + rows.groups[g], end = values.begin() + rows.groups[g + 1];
        const auto relevant = std::span(rows.relevant).subspan(rows.groups[g], rows.groups[g + 1] - rows.groups[g]);
        if (std::ranges::count(relevant, 1) == 0) continue;
        ++asked;
        right += relevant[static_cast<std::size_t>(std::max_element(begin, end) - begin)];
    }
    EXPECT_GT(right * 10, asked * 9);
}

TEST(Trees, are_none_where_there_is_nothing_to_learn) {
    training::RankingRows rows{.features = {"a"}, .values = {1, 2}, .relevant = {0, 0}, .groups = {0, 2}};
    const auto forest = training::boost(rows, {}, 1);
    ASSERT_TRUE(forest.has_value());
    EXPECT_EQ(forest->view().size(), 0u);
    std::vector<float> values(2, 5);
    ranking::Trees(forest->view()).score(rows.values, values);
    EXPECT_EQ(values, (std::vector<float>{0, 0}));
}

}  // namespace
}  // namespace vitrina::evaluation
