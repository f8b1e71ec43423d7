#pragma once
// What a shop's `vitrina.toml` says about its trainings in every host: [release], the bounds of the release gate, and of [training]
// the recipe.
//
// Threads: values. Reading it is learning_keys.hpp's.

#include <string>
#include <vector>

#include "base/error.hpp"
#include "evaluation/release.hpp"
#include "training/recipe.hpp"

namespace vitrina::settings {

struct Learning {
    evaluation::ReleaseSettings release;
    std::vector<std::string> recipe;  // "ials.epochs=8", of training/recipe.hpp
};

// `recipe` with what the shop says of it. Errors: invalid_input for what is no setting of a recipe.
Result<training::Recipe> recipe_of(const Learning& learning, const training::Recipe& recipe);

}  // namespace vitrina::settings
