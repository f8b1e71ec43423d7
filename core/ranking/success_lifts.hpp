#pragma once
// How much more often than others an item is ordered for being shown, by placement: what answers know of the success of earlier ones.
//
// Threads: immutable once made. Shapes: `by_placement` is indexed by slot of the catalogue; slots behind its end are newer: lift 1.
// Precondition: lifts are positive. Source: feedback/placed_lifts.hpp.

#include <cmath>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"

namespace vitrina::ranking {

struct SuccessLifts {
    std::map<std::string, std::vector<float>, std::less<>> by_placement;

    float of(std::string_view placement, catalog::Slot slot) const {
        const auto found = by_placement.find(placement);
        return found == by_placement.end() || slot >= found->second.size() ? 1.0f : found->second[slot];
    }
};

// A score after its item's success: times lift to the power `weight`; a negative one is divided.
inline float lifted(float score, float lift, double weight) {
    const auto factor = static_cast<float>(std::pow(static_cast<double>(lift), weight));
    return score < 0 ? score / factor : score * factor;
}

}  // namespace vitrina::ranking
