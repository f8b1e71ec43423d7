#include "ranking/taking.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "model/forest.hpp"

namespace vitrina::ranking {

Result<Taking> Taking::of(const std::shared_ptr<const model::Model>& model) {
    const auto facts = candidates::taking_facts(*model);
    if (!facts) return fail(ErrorCode::not_found, "the model does not know what is taken");
    const auto forest = model::forest_of(*model, "taken");
    if (!forest) return std::unexpected(forest.error());
    const auto known = [](const std::string& name) { return model::feature_hash(name); };
    if (!std::ranges::equal(candidates::taking_names(), forest->features, {}, known))
        return fail(ErrorCode::corrupt_data,
                    "what the model knows of what is taken was learned with other features than this program makes; "
                    "train it anew");
    if (model->element_bytes("taken.calibration") != sizeof(double) ||
        model->section<double>("taken.calibration").size() != 2)
        return fail(ErrorCode::corrupt_data, "the model's calibration of what is taken cannot be read; train it anew");
    return Taking(model, *facts, Trees(*forest), model->section<double>("taken.calibration"));
}

std::vector<float> Taking::said(const features::Query& query, std::span<const std::uint32_t> rows) const {
    std::vector<float> values(rows.size());
    trees_.score(candidates::taking_features(facts_, query, rows), values);
    for (float& value : values)
        value = static_cast<float>(1 / (1 + std::exp(-(slope_ * static_cast<double>(value) + offset_))));
    return values;
}

}  // namespace vitrina::ranking
