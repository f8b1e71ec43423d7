#pragma once
// In which order: the blend of sources. Each source's scores are divided by their maximum in this answer, weighted and added
// (QUALITY.md, "iALS": each divided by its maximum over the user's candidates).
//
// Threads: pure function. Ties by row. Cost: O(candidates log candidates).

#include <cstdint>
#include <span>
#include <vector>

#include "base/top_k.hpp"

namespace vitrina::ranking {

struct Weighted {
    std::span<const Scored> candidates;  // best first
    float weight = 1;
};

struct Blended {
    std::uint32_t row = 0;
    float score = 0;
    std::uint32_t strongest = 0;  // index of the source that gave the largest part
    bool operator==(const Blended&) const = default;
};

// Best first; sources with weight 0 add nothing.
std::vector<Blended> blend(std::span<const Weighted> sources);

}  // namespace vitrina::ranking
