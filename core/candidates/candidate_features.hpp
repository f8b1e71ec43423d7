#pragma once
// What can be said about one candidate in front of one question: the row of numbers that the ranker's trees read. The same code
// makes it in training, evaluation and serving.
//
// For each source: `<source>.share` (score over the highest of its answer), `.score`, `.rank` (from 1). What a source did not
// name has 0, 0 and a rank one behind its `asked`. The others are named in candidate_features.cpp, a line each.
// Time-safe: only the query, the sources' answers and the model's facts are looked at, and these know nothing later than what
// they learned from.
// Threads: immutable. Lifetime: borrows the model.
// Shapes: `values` is rows × names, row-major, finite. Rows are the first `each` of every answer, taken in turns, at most `most`.
// Not an error: empty answers (no rows), a model without facts about pairs.
// Cost: about a microsecond a candidate.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/top_k.hpp"
#include "candidates/item_facts.hpp"
#include "features/query.hpp"
#include "model/model.hpp"

namespace vitrina::candidates {

inline constexpr std::size_t of_source = 3;  // columns of each source, before the others: share, score, rank

struct CandidateLimits {
    std::size_t asked = 400;  // of each source: what lies behind `each` is no candidate, but has its score
    std::size_t each = 100;
    std::size_t most = 200;
};

struct RankingCandidates {
    std::vector<std::uint32_t> rows;
    std::vector<float> values;
};

class CandidateFeatures {
public:
    // Precondition: the model has facts about its items.
    CandidateFeatures(std::shared_ptr<const model::Model> model, std::vector<std::string_view> sources,
                      CandidateLimits limits = {});

    const std::vector<std::string>& names() const { return names_; }
    const CandidateLimits& limits() const { return limits_; }
    // One answer a source, best first, after what must not be shown is gone.
    RankingCandidates make(const features::Query& query, std::span<const std::vector<Scored>> answers) const;
    // The same rows of features, of those candidates alone that are among `wanted`, in its order.
    RankingCandidates make(const features::Query& query, std::span<const std::vector<Scored>> answers,
                           std::span<const std::uint32_t> wanted) const;

private:
    RankingCandidates rows_of(const features::Query& query, std::span<const std::vector<Scored>> answers,
                              std::span<const std::uint32_t> wanted) const;

    std::shared_ptr<const model::Model> model_;
    ItemFacts facts_;
    std::size_t sources_;
    CandidateLimits limits_;
    std::vector<std::string> names_;
};

}  // namespace vitrina::candidates
