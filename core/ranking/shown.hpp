#pragma once
// What becomes of an item when a placement shows it in the first place: the probability of a click, or of a purchase, as a model learned it
// from what was shown (evaluation/shown_learning.hpp).
//
// Model: candidates/shown.hpp. The trees learned from features as they are kept, and say of features as they are made what they would say
// of those; the place is the first for all, so that an item is not praised for standing on top.
// Threads: immutable. Lifetime: shares the model.
// Whoever answers takes any error for "nothing is known". Errors: not_found where the model has none; corrupt_data where its
// trees were learned with other features than the placement has now, or cannot be read.
// Cost: vitrina_ranking_benchmark.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "candidates/candidate_features.hpp"
#include "model/model.hpp"
#include "ranking/trees.hpp"

namespace vitrina::ranking {

class Shown {
public:
    // `features`: names of the candidates' features, as the placement makes them now.
    static Result<Shown> of(const std::shared_ptr<const model::Model>& model, std::string_view placement,
                            std::string_view goal, const std::vector<std::string>& features);

    // One probability a row. Precondition: the candidates have the features of `of`.
    std::vector<float> said(const candidates::RankingCandidates& candidates) const;

private:
    Shown(std::shared_ptr<const model::Model> model, std::span<const float> rates, Trees trees,
          std::span<const double> logit)
        : model_(std::move(model)), rates_(rates), trees_(std::move(trees)), slope_(logit[0]), offset_(logit[1]) {}

    std::shared_ptr<const model::Model> model_;
    std::span<const float> rates_;
    Trees trees_;
    double slope_, offset_;
};

}  // namespace vitrina::ranking
