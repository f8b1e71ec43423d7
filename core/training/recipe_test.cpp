#include "training/recipe.hpp"

#include <gtest/gtest.h>

namespace vitrina::training {
namespace {

std::string refusal(const std::string& name, const std::string& value) {
    const auto recipe = from_settings({{name, value}});
    if (recipe) return "taken";
    EXPECT_EQ(recipe.error().code, ErrorCode::invalid_input);
    return recipe.error().message;
}

TEST(Recipe, comes_back_from_its_settings) {
    Recipe recipe;
    recipe.item_item.user_power = 1.0 / 3.0;
    recipe.ials.on = false;
    recipe.seed = ~std::uint64_t{0};
    const auto settings = to_settings(recipe);
    EXPECT_EQ(to_settings(from_settings(settings).value()), settings);
}

TEST(Recipe, takes_the_defaults_for_what_is_not_set) {
    EXPECT_EQ(to_settings(from_settings({}).value()), to_settings(Recipe{}));
    EXPECT_EQ(from_settings({{"ials.dimensions", "128"}}).value().ials.dimensions, 128u);
}

TEST(Recipe, refuses_unknown_names_and_bad_values_with_both) {
    EXPECT_NE(refusal("ials.dimension", "64").find("ials.dimension"), std::string::npos);
    for (const std::string value : {"", "many", "64x", "-1", "0", "1e9", "1025", "64.5"})
        EXPECT_NE(refusal("ials.dimensions", value), "taken") << value;
    EXPECT_NE(refusal("ials.unobserved", "nan"), "taken");
    EXPECT_NE(refusal("ials.on", "yes"), "taken");
    EXPECT_NE(refusal("ials.dimensions", "2000").find("2000"), std::string::npos);
}

TEST(Recipe, default_values_are_within_their_bounds) { EXPECT_TRUE(from_settings(to_settings(Recipe{}))); }

}  // namespace
}  // namespace vitrina::training
