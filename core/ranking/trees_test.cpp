#include "ranking/trees.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace vitrina::ranking {
namespace {

constexpr std::size_t features = 5;

// A tree of random shape: some branches long, some short.
void append_tree(model::ForestArrays& forest, Random& random) {
    std::vector<model::TreeNode> tree(1);
    for (std::size_t n = 0; n < tree.size(); ++n) {
        tree[n].value = static_cast<float>(random.normal());
        if (tree.size() > 200 || random.below(3) == 0) continue;
        tree[n].feature = static_cast<std::uint16_t>(random.below(features));
        tree[n].left = static_cast<std::uint16_t>(tree.size());
        tree.resize(tree.size() + 2);
    }
    forest.nodes.insert(forest.nodes.end(), tree.begin(), tree.end());
    forest.trees.push_back(static_cast<std::uint32_t>(forest.nodes.size()));
}

model::ForestArrays random_forest(std::size_t trees, std::uint64_t seed) {
    Random random(seed);
    model::ForestArrays forest;
    forest.features.assign(features, 1);
    for (std::size_t t = 0; t < trees; ++t) append_tree(forest, random);
    return forest;
}

float walked(const model::Forest& forest, std::span<const float> row) {
    float sum = 0;
    for (std::size_t t = 0; t < forest.size(); ++t) {
        const auto tree = forest.tree(t);
        std::size_t at = 0;
        while (tree[at].left != 0) at = tree[at].left + (row[tree[at].feature] < tree[at].value ? 0u : 1u);
        sum += tree[at].value;
    }
    return sum;
}

TEST(Trees, say_what_a_walk_to_each_leaf_says) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed ^ 99);
        const model::ForestArrays forest = random_forest(random.below(30), seed);
        ASSERT_TRUE(model::check_forest(forest.view()).has_value());
        const std::size_t rows = random.below(40);
        std::vector<float> values(rows * features), scores(rows, 7.0f);
        for (float& value : values)
            value = random.below(9) == 0
                        ? forest.nodes.empty() ? 0.0f : forest.nodes[random.below(forest.nodes.size())].value
                        : static_cast<float>(random.normal());
        Trees(forest.view()).score(values, scores);
        for (std::size_t r = 0; r < rows; ++r)
            EXPECT_EQ(scores[r], walked(forest.view(), std::span(values).subspan(r * features, features)));
    }
}

TEST(Trees, of_a_part_add_up_to_the_whole) {
    const model::ForestArrays forest = random_forest(4, 3);
    const std::vector<float> row{0.1f, -1, 2, 0.5f, -0.2f};
    std::vector<float> part(1), all(1);
    Trees(forest.view(), 0, 2).score(row, part);
    const float first = part[0];
    Trees(forest.view(), 2).score(row, part);
    Trees(forest.view()).score(row, all);
    EXPECT_NEAR(all[0], first + part[0], 1e-5);
    EXPECT_EQ(Trees(forest.view(), 2).size(), 2u);
    EXPECT_EQ(Trees(forest.view(), 9).size(), 0u);
}

}  // namespace
}  // namespace vitrina::ranking
