#pragma once
// The stacked ranker of a model: which sources it asks, and in which order it puts what they answer.
//
// Which sources, and in which order, is read from the names of the features that the trees were learned with, so that a model
// is never asked with other features than it knows.
// Model: trees of the name given (model/forest.hpp) and the facts of candidates/item_facts.hpp.
// Threads: immutable. Lifetime: borrows the model.
// Whoever answers takes any error for "no trees": the blend answers then.
// Errors: not_found where the model has no trees, or has them but they hold no tree; corrupt_data where they cannot be walked,
// or were learned with features that this program does not make: a model of another version of the program.
// Cost: see candidates/candidate_features.hpp and ranking/trees.hpp; the trees of 200 candidates take some 150 µs
// (vitrina_ranking_benchmark), their features come on top.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/top_k.hpp"
#include "candidates/candidate_features.hpp"
#include "ranking/trees.hpp"

namespace vitrina::ranking {

// What a model calls its trees: those of a published file's evaluation, those of a shop's placement.
inline constexpr std::string_view published_ranker = "ranker";
std::string ranker_name(std::string_view placement);  // "ranker.home"

// Of a shop's placements, in learning and in answering: what lies behind the first hundred of a source is hardly ever chosen.
inline constexpr candidates::CandidateLimits shop_limits{.asked = 100, .each = 100, .most = 200};

class StackedRanker {
public:
    static Result<StackedRanker> of(const std::shared_ptr<const model::Model>& model, std::string_view name,
                                    candidates::CandidateLimits limits = {});

    const std::vector<std::string_view>& sources() const { return sources_; }
    const candidates::CandidateLimits& limits() const { return features_.limits(); }
    // One answer a source of `sources()`, best first, after what must not be shown is gone. Best first, ties by row; the scores
    // order one answer and mean nothing else.
    std::vector<Scored> rank(const features::Query& query, std::span<const std::vector<Scored>> answers) const;

private:
    StackedRanker(std::vector<std::string_view> sources, candidates::CandidateFeatures features, Trees trees)
        : sources_(std::move(sources)), features_(std::move(features)), trees_(std::move(trees)) {}

    std::vector<std::string_view> sources_;
    candidates::CandidateFeatures features_;
    Trees trees_;
};

// Candidates in the order of their values, best first, ties by row.
std::vector<Scored> ordered(const candidates::RankingCandidates& candidates, const Trees& trees);

}  // namespace vitrina::ranking
