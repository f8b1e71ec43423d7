#include "ranking/shown.hpp"

#include <algorithm>
#include <cmath>

#include "candidates/feature_bytes.hpp"
#include "candidates/shown.hpp"
#include "model/forest.hpp"

namespace vitrina::ranking {

namespace {

// The same trees, asked with features themselves instead of with what is kept of them.
Trees asked_with_features(const model::Forest& forest, std::size_t features) {
    std::vector<model::TreeNode> nodes(forest.nodes.begin(), forest.nodes.end());
    for (model::TreeNode& node : nodes)
        if (node.left != 0 && node.feature < features) node.value = candidates::least_kept_as(node.value);
    return Trees({forest.trees, nodes, forest.features});
}

}  // namespace

Result<Shown> Shown::of(const std::shared_ptr<const model::Model>& model, std::string_view placement,
                        std::string_view goal, const std::vector<std::string>& features) {
    const std::string name = candidates::shown_name(goal, placement);
    const auto forest = model::forest_of(*model, name);
    if (!forest) return std::unexpected(forest.error());
    if (!std::ranges::equal(candidates::with_shown_columns(features), forest->features, {},
                            [](const std::string& column) { return model::feature_hash(column); }))
        return fail(ErrorCode::corrupt_data,
                    "what the model knows of what is shown was learned with other features than the placement has; "
                    "train it anew");
    const std::string rates = candidates::shown_rates_name(placement), logit = name + ".logit";
    const bool readable = model->element_bytes(rates) == sizeof(float) &&
                          model->element_bytes(logit) == sizeof(double) &&
                          model->section<float>(rates).size() == model->items() * candidates::shown_rates.size() &&
                          model->section<double>(logit).size() == 2;
    if (!readable)
        return fail(ErrorCode::corrupt_data, "what the model knows of what is shown cannot be read; train it anew");
    return Shown(model, model->section<float>(rates), asked_with_features(*forest, features.size()),
                 model->section<double>(logit));
}

std::vector<float> Shown::said(const candidates::RankingCandidates& candidates) const {
    constexpr std::size_t rates = candidates::shown_rates.size();
    const std::size_t width = trees_.features() - candidates::shown_columns;
    std::vector<float> wide;
    wide.reserve(candidates.rows.size() * trees_.features());
    for (std::size_t r = 0; r < candidates.rows.size(); ++r) {
        for (std::size_t f = 0; f < width; ++f) wide.push_back(candidates::quantised(candidates.values[r * width + f]));
        const auto of_item = rates_.subspan(candidates.rows[r] * rates, rates);
        wide.insert(wide.end(), of_item.begin(), of_item.end());
        wide.push_back(0);  // the first place
    }
    std::vector<float> values(candidates.rows.size());
    trees_.score(wide, values);
    for (float& value : values)
        value = static_cast<float>(1 / (1 + std::exp(-(slope_ * static_cast<double>(value) + offset_))));
    return values;
}

}  // namespace vitrina::ranking
