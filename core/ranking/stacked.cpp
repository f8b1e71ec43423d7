#include "ranking/stacked.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "candidates/bought_before.hpp"
#include "candidates/source.hpp"

namespace vitrina::ranking {
namespace {

// In the order in which the trees' features name them.
std::vector<std::string_view> sources_of(const model::Forest& forest) {
    std::vector<std::string_view> known = candidates::source_names(), sources;
    known.push_back(candidates::BoughtBefore().name());
    for (const std::uint64_t feature : forest.features)
        for (const std::string_view name : known)
            if (feature == model::feature_hash(std::string(name) + ".share")) sources.push_back(name);
    return sources;
}

bool same_features(const std::vector<std::string>& names, std::span<const std::uint64_t> hashes) {
    return std::ranges::equal(names, hashes, {}, [](const std::string& name) { return model::feature_hash(name); });
}

}  // namespace

std::string ranker_name(std::string_view placement) { return fmt::format("{}.{}", published_ranker, placement); }

Result<StackedRanker> StackedRanker::of(const std::shared_ptr<const model::Model>& model, std::string_view name,
                                        candidates::CandidateLimits limits) {
    const auto forest = model::forest_of(*model, name);
    if (!forest) return std::unexpected(forest.error());
    if (forest->size() == 0) return fail(ErrorCode::not_found, "the model's ranker learned no trees");
    if (!candidates::item_facts(*model))
        return fail(ErrorCode::corrupt_data, "the model has trees and no facts about its items; train it anew");
    std::vector<std::string_view> sources = sources_of(*forest);
    candidates::CandidateFeatures features(model, sources, limits);
    if (!same_features(features.names(), forest->features))
        return fail(ErrorCode::corrupt_data,
                    "the model's trees were learned with other features than this program makes; train it anew");
    return StackedRanker(std::move(sources), std::move(features), Trees(*forest));
}

std::vector<Scored> ordered(const candidates::RankingCandidates& candidates, const Trees& trees) {
    std::vector<float> values(candidates.rows.size());
    trees.score(candidates.values, values);
    std::vector<Scored> order(values.size());
    for (std::size_t r = 0; r < order.size(); ++r) order[r] = {candidates.rows[r], values[r]};
    std::ranges::sort(order, better);
    return order;
}

std::vector<Scored> StackedRanker::rank(const features::Query& query,
                                        std::span<const std::vector<Scored>> answers) const {
    return ordered(features_.make(query, answers), trees_);
}

}  // namespace vitrina::ranking
