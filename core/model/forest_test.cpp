#include "model/forest.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace vitrina::model {
namespace {

// Left below 2.5 of feature 1 → 1.0; else below 0 of feature 0 → −0.5, else 0.25.
ForestArrays small() {
    ForestArrays forest;
    forest.nodes = {{2.5f, 1, 1}, {1.0f, 0, 0}, {0.0f, 0, 3}, {-0.5f, 0, 0}, {0.25f, 0, 0}};
    forest.trees = {0, 5};
    forest.features = {feature_hash("popular.share"), feature_hash("own.age")};
    return forest;
}

bool refused(const ForestArrays& forest) {
    const auto checked = check_forest(forest.view());
    return !checked && checked.error().code == ErrorCode::corrupt_data;
}

TEST(Forest, comes_back_from_a_model_as_it_went_in) {
    ModelBuilder builder({ItemKey{1}, ItemKey{2}});
    add_forest(builder, "ranker", small());
    const auto model = *Model::from_bytes(builder.bytes());
    const auto forest = forest_of(*model, "ranker");
    ASSERT_TRUE(forest.has_value()) << forest.error().message;
    EXPECT_EQ(std::vector(forest->nodes.begin(), forest->nodes.end()), small().nodes);
    EXPECT_EQ(std::vector(forest->features.begin(), forest->features.end()), small().features);
    EXPECT_EQ(forest->size(), 1u);
    EXPECT_EQ(forest_of(*model, "other").error().code, ErrorCode::not_found);
}

TEST(Forest, is_refused_where_it_cannot_be_walked) {
    EXPECT_FALSE(refused(small()));
    const auto damaged = [](auto change) {
        ForestArrays forest = small();
        change(forest);
        return refused(forest);
    };
    EXPECT_TRUE(damaged([](auto& f) { f.nodes[2].left = 2; })) << "a child that is its own parent";
    EXPECT_TRUE(damaged([](auto& f) { f.nodes[2].left = 1; })) << "a child before its parent";
    EXPECT_TRUE(damaged([](auto& f) { f.nodes[2].left = 4; })) << "a right child outside of the tree";
    EXPECT_TRUE(damaged([](auto& f) { f.nodes[0].feature = 2; })) << "an unknown feature";
    EXPECT_TRUE(damaged([](auto& f) { f.nodes[1].feature = 1; })) << "a leaf that names a feature";
    EXPECT_TRUE(damaged([](auto& f) { f.nodes[1].value = std::numeric_limits<float>::quiet_NaN(); }));
    EXPECT_TRUE(damaged([](auto& f) { f.nodes[0].value = std::numeric_limits<float>::infinity(); }));
    EXPECT_TRUE(damaged([](auto& f) { f.trees = {0, 4}; })) << "nodes behind the last tree";
    EXPECT_TRUE(damaged([](auto& f) { f.trees = {0, 5, 5}; })) << "a tree without nodes";
    EXPECT_TRUE(damaged([](auto& f) { f.trees = {0, 6, 5}; }));
    EXPECT_TRUE(damaged([](auto& f) { f.trees = {}; }));
}

TEST(Forest, is_refused_where_its_arrays_are_of_another_kind) {
    ModelBuilder builder({ItemKey{1}});
    builder.add("ranker.trees", std::vector<std::uint32_t>{0, 1});
    builder.add("ranker.nodes", std::vector<double>{1.0, 2.0});
    builder.add("ranker.features", std::vector<std::uint32_t>{1});
    const auto model = Model::from_bytes(builder.bytes());
    ASSERT_FALSE(model.has_value());
    EXPECT_EQ(model.error().code, ErrorCode::corrupt_data);
    EXPECT_NE(model.error().message.find("ranker.features"), std::string::npos) << model.error().message;
}

TEST(Forest, that_cannot_be_walked_makes_the_whole_model_refused) {
    ForestArrays forest = small();
    forest.nodes[2].left = 2;  // its own parent
    ModelBuilder builder({ItemKey{1}});
    builder.add("ranker.home.trees", forest.trees);
    builder.add("ranker.home.nodes", forest.nodes);
    builder.add("ranker.home.features", forest.features);
    const auto model = Model::from_bytes(builder.bytes());
    ASSERT_FALSE(model.has_value());
    EXPECT_EQ(model.error().code, ErrorCode::corrupt_data);
}

}  // namespace
}  // namespace vitrina::model
