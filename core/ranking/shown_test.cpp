// A tree for each of what is read: the feature as it was kept, the item's rate, the place.
#include "ranking/shown.hpp"

#include <gtest/gtest.h>

#include "candidates/shown.hpp"

namespace vitrina::ranking {
namespace {

const std::vector<std::string> features{"x"};

// Adds 1 where the column is at least `threshold`.
model::ForestArrays tree_of(std::uint16_t column, float threshold) {
    model::ForestArrays forest;
    forest.nodes = {{threshold, column, 1}, {0, 0, 0}, {1, 0, 0}};
    forest.trees = {0, 3};
    for (const std::string& name : candidates::with_shown_columns(features))
        forest.features.push_back(model::feature_hash(name));
    return forest;
}

std::shared_ptr<const model::Model> model_of(const model::ForestArrays& forest, const std::vector<float>& rates,
                                             const std::vector<double>& logit) {
    model::ModelBuilder builder({ItemKey{1}, ItemKey{2}});
    builder.add(candidates::shown_rates_name("home"), rates);
    model::add_forest(builder, candidates::shown_name("click", "home"), forest);
    builder.add(candidates::shown_name("click", "home") + ".logit", logit);
    return *model::Model::from_bytes(builder.bytes());
}

const std::vector<float> rates{0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.75f};

float said(const model::ForestArrays& forest, std::uint32_t row, float x) {
    const auto shown = Shown::of(model_of(forest, rates, {2, -1}), "home", "click", features);
    EXPECT_TRUE(shown) << shown.error().message;
    return shown->said({{row}, {x}}).front();
}

constexpr float low = 0.26894143f, high = 0.7310586f;  // of the logits −1 and 1

TEST(Shown, reads_features_as_they_are_kept) {
    EXPECT_FLOAT_EQ(said(tree_of(0, 1.45f), 0, 1.3f), low);
    EXPECT_FLOAT_EQ(said(tree_of(0, 1.45f), 0, 1.4f), high) << "kept as 1.5";
}

TEST(Shown, knows_the_rates_of_each_item) {
    EXPECT_FLOAT_EQ(said(tree_of(3, 0.5f), 0, 0), low);
    EXPECT_FLOAT_EQ(said(tree_of(3, 0.5f), 1, 0), high);
}

TEST(Shown, has_everything_in_the_first_place) { EXPECT_FLOAT_EQ(said(tree_of(4, 0.5f), 0, 0), low); }

TEST(Shown, refuses_what_it_cannot_ask) {
    const auto of = [](const auto& model, const std::vector<std::string>& names, std::string_view goal) {
        return Shown::of(model, "home", goal, names).error().code;
    };
    const model::ForestArrays forest = tree_of(0, 1);
    const auto good = model_of(forest, rates, {1, 0});
    EXPECT_EQ(of(good, features, "purchase"), ErrorCode::not_found);
    EXPECT_EQ(of(good, {"y"}, "click"), ErrorCode::corrupt_data);
    EXPECT_EQ(of(model_of(forest, {0.1f}, {1, 0}), features, "click"), ErrorCode::corrupt_data);
    EXPECT_EQ(of(model_of(forest, rates, {1}), features, "click"), ErrorCode::corrupt_data);
}

}  // namespace
}  // namespace vitrina::ranking
