#pragma once
// Learns what words say about factors, so that an item which nobody has touched has a place among those that people did touch.
//
// Weighted ridge regression of the factors on the words of candidates/text_factors.hpp:
//   min_W Σ_i c_i ‖f_i − mean − Wᵀ x_i‖² + ρ ‖W‖²,   c_i = n_i / (n_i + 10) for n_i people
// over the `recipe.items` items with most people; words of one item alone are left out. ρ is chosen on a fifth of the items that is held
// out; where no ρ beats the mean there, words tell nothing and nothing is written. Solved by conjugate gradients, a column a dimension.
// Writes the sections that candidates/text_factors.hpp names.
// Threads: uses the executor; `text` is called on the caller's thread, in row order. Equal bytes on any number of threads.
// Cost: words of all those items · d multiplications, about 200 times.
// Source: Gantner et al.: Learning attribute-to-feature mappings for cold-start recommendations, ICDM 2010.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/executor.hpp"
#include "base/matrix.hpp"
#include "model/model.hpp"
#include "training/history.hpp"
#include "training/recipe.hpp"

namespace vitrina::training {

// Factors of the model's rows, and how many people stand behind each.
struct ItemFactors {
    const Matrix& items;
    std::vector<std::uint32_t> people;
};
// Counted as training/ials.hpp counts them.
std::vector<std::uint32_t> people_of_items(const History& history, const IalsRecipe& recipe);

void train_text_factors(const ItemFactors& touched, const Recipe& recipe,
                        const std::function<std::string(std::uint32_t)>& text, model::ModelBuilder& builder,
                        Executor& executor);

}  // namespace vitrina::training
