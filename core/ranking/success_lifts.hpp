#pragma once
// What answers know of the success of earlier ones, by placement: how much more often than others an item is ordered for being shown,
// and what is believed of its rates, with how much doubt.
//
// Threads: immutable once made. Shapes: lifts and worths are indexed by slot of the catalogue; slots behind the end are newer: lift 1,
// the worth of an item of which nothing is known. Precondition: lifts are positive, beliefs above 0. Source: feedback/placed_lifts.hpp.

#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"

namespace vitrina::ranking {

// What is believed of a rate: Beta(successes, failures). As it stands: any rate is as likely as any other.
struct Belief {
    float successes = 1, failures = 1;
    bool operator==(const Belief&) const = default;
};

struct Worth {
    Belief clicks, orders;  // clicks an exposure, orders a click
    bool operator==(const Worth&) const = default;
};

struct Worths {
    std::vector<Worth> by_slot;
    Worth unknown;              // of an item of which nothing is known
    std::uint64_t version = 0;  // hash of the counts of which they are made; 0: of none

    const Worth& of(catalog::Slot slot) const { return slot < by_slot.size() ? by_slot[slot] : unknown; }
};

struct SuccessLifts {
    std::map<std::string, std::vector<float>, std::less<>> by_placement;
    std::map<std::string, Worths, std::less<>> worths;  // of placements that explore

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
