#pragma once
// What we answer: placement → recommendation with reasons. `answer` is the pure function at the end of the data's way.
//
// Order of work: query → sources of the placement → blend → rules (availability, hidden, cart, exclude, candidates, filter are
// never relaxed; then recently bought unless replenishable, one variant a group, at most n a category or brand) → fallbacks
// (popular, then any sellable item) → reasons. Relaxed in this order: diversity, recently bought, placement context.
// Threads: pure; `Snapshot` is shared and immutable, `scratch` belongs to the caller's thread.
// Errors: invalid_input for an unknown placement, a missing item_id where the placement needs one, size 0 or above the limit.
// Not an error: nothing to show: `items` is empty and `empty_reason` says why.
// Cost: well under a millisecond for a catalogue of 100,000 items; `deadline` is asked between sources.

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "candidates/source.hpp"
#include "catalog/catalog.hpp"
#include "features/profile.hpp"
#include "features/trends.hpp"
#include "model/model.hpp"
#include "recommendation/placement.hpp"
#include "recommendation/request.hpp"

namespace vitrina::recommendation {

// Everything learned and configured that answers read; made once a model, a trend refresh or a configuration.
struct Snapshot {
    std::shared_ptr<const model::Model> model;  // null before the first training
    std::string model_version;                  // "none" then
    std::vector<std::unique_ptr<const candidates::Source>> sources;
    std::shared_ptr<const features::Trends> trends;
    std::map<std::string, PlacementSettings> placements;
    // Weight by (placement, source) as chosen in training; a source without one has the weight of its configuration.
    std::map<std::pair<std::string, std::string>, float> weights;
};

// What the answer is computed from, besides the request.
struct Situation {
    const features::Profile& profile;
    const catalog::Catalog& catalog;
    const Snapshot& snapshot;
    TimeMs now = 0;
    // True when time is up; asked between steps. Never called after it said true once.
    std::function<bool()> deadline_passed;
    // Item keys already shown in other placements of the same request (`distinct`).
    const std::set<ItemKey>* already_shown = nullptr;
};

Result<Recommendation> answer(const Request& request, const Situation& situation, candidates::Scratch& scratch);

}  // namespace vitrina::recommendation
