#pragma once
// How likely a person takes an item, into the cart or home, once he looks at it: what a model learned of it
// (evaluation/taking_learning.hpp).
//
// Model: the facts of candidates/taking.hpp, the trees "taken", "taken.calibration".
// Threads: immutable. Lifetime: shares the model.
// Whoever answers takes any error for "nothing is known". Errors: not_found where the model has none; corrupt_data where its
// trees were learned with other features than this program makes.
// Cost: vitrina_ranking_benchmark.

#include <memory>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "candidates/taking.hpp"
#include "features/query.hpp"
#include "ranking/trees.hpp"

namespace vitrina::ranking {

class Taking {
public:
    static Result<Taking> of(const std::shared_ptr<const model::Model>& model);

    // One probability a row. Precondition: rows are items of the model.
    std::vector<float> said(const features::Query& query, std::span<const std::uint32_t> rows) const;

private:
    Taking(std::shared_ptr<const model::Model> model, const candidates::TakingFacts& facts, Trees trees,
           std::span<const double> calibration)
        : model_(std::move(model)),
          facts_(facts),
          trees_(std::move(trees)),
          slope_(calibration[0]),
          offset_(calibration[1]) {}

    std::shared_ptr<const model::Model> model_;
    candidates::TakingFacts facts_;
    Trees trees_;
    double slope_, offset_;
};

}  // namespace vitrina::ranking
