#include "recommendation/shown_features.hpp"

#include <algorithm>
#include <span>

#include "candidates/feature_bytes.hpp"

namespace vitrina::recommendation {

namespace {

// As the answer's own order was made: from what may be shown, whatever source it is from.
std::vector<std::vector<Scored>> answers_of(const Pool& pool, const FeaturesAsked& asked,
                                            candidates::Scratch& scratch) {
    Showable showable(asked.inquiry, asked.rules);
    const candidates::CandidateLimits& limits = asked.placement.features.limits();
    std::vector<std::vector<Scored>> answers;
    for (const auto& source : asked.placement.sources) {
        const auto known = std::ranges::find_if(pool.contributions, [&](const Contribution& contribution) {
            return contribution.learned != nullptr && contribution.learned->name() == source->name();
        });
        const bool there = known != pool.contributions.end() && !known->candidates.empty();
        const auto fresh =
            there ? std::vector<Scored>() : source->candidates(asked.inquiry.query, 2 * limits.asked, scratch);
        answers.push_back(showable.first_of(there ? known->candidates : fresh, limits.asked));
    }
    return answers;
}

}  // namespace

candidates::RankingCandidates features_in(const Pool& pool, const FeaturesAsked& asked,
                                          std::span<const std::uint32_t> rows, candidates::Scratch& scratch) {
    return asked.placement.features.make(asked.inquiry.query, answers_of(pool, asked, scratch), rows);
}

void add_features(const ShownPicks& shown, candidates::Scratch& scratch, Recommendation& to) {
    const auto& all = shown.inquiry.situation.snapshot.features;
    const auto found = all.find(shown.inquiry.request.placement);
    if (found == all.end() || shown.inquiry.request.as_given) return;
    const PlacementFeatures& logged = found->second;
    const model::Model& model = *shown.inquiry.situation.snapshot.model;
    std::vector<std::uint32_t> rows;
    for (std::size_t i = 0; i < to.items.size(); ++i) rows.push_back(model.row(shown.picks[i].key));
    const auto made = features_in(shown.pool, {shown.inquiry, shown.rules, logged}, rows, scratch);
    const std::size_t width = logged.names->size();
    to.feature_names = logged.names;
    for (std::size_t i = 0; i < to.items.size(); ++i) {
        const auto row = std::ranges::find(made.rows, rows[i]);
        if (row == made.rows.end()) continue;
        const auto place = static_cast<std::size_t>(row - made.rows.begin());
        to.items[i].features = candidates::bytes_of(std::span(made.values).subspan(place * width, width));
    }
}

}  // namespace vitrina::recommendation
