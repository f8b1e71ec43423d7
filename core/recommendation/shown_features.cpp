#include "recommendation/shown_features.hpp"

#include <algorithm>
#include <span>

#include "candidates/feature_bytes.hpp"

namespace vitrina::recommendation {

namespace {

// As the answer's own order was made: from what may be shown, whatever source it is from.
std::vector<std::vector<Scored>> answers_of(const PlacementFeatures& logged, const ShownPicks& shown,
                                            candidates::Scratch& scratch) {
    Showable showable(shown.inquiry, shown.rules);
    const candidates::CandidateLimits& limits = logged.features.limits();
    std::vector<std::vector<Scored>> answers;
    for (const auto& source : logged.sources) {
        const auto known = std::ranges::find_if(shown.pool.contributions, [&](const Contribution& contribution) {
            return contribution.learned != nullptr && contribution.learned->name() == source->name();
        });
        const bool there = known != shown.pool.contributions.end() && !known->candidates.empty();
        const auto asked =
            there ? std::vector<Scored>() : source->candidates(shown.inquiry.query, 2 * limits.asked, scratch);
        answers.push_back(showable.first_of(there ? known->candidates : asked, limits.asked));
    }
    return answers;
}

}  // namespace

void add_features(const ShownPicks& shown, candidates::Scratch& scratch, Recommendation& to) {
    const auto& all = shown.inquiry.situation.snapshot.features;
    const auto found = all.find(shown.inquiry.request.placement);
    if (found == all.end() || shown.inquiry.request.as_given) return;
    const PlacementFeatures& logged = found->second;
    const auto made = logged.features.make(shown.inquiry.query, answers_of(logged, shown, scratch));
    const std::size_t width = logged.names->size();
    const model::Model& model = *shown.inquiry.situation.snapshot.model;
    to.feature_names = logged.names;
    for (std::size_t i = 0; i < to.items.size(); ++i) {
        const auto row = std::ranges::find(made.rows, model.row(shown.picks[i].key));
        if (row == made.rows.end()) continue;
        const auto place = static_cast<std::size_t>(row - made.rows.begin());
        to.items[i].features = candidates::bytes_of(std::span(made.values).subspan(place * width, width));
    }
}

}  // namespace vitrina::recommendation
