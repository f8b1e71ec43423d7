#include "candidates/bought_before.hpp"

#include <cmath>
#include <set>
#include <utility>

namespace vitrina::candidates {

std::vector<Scored> BoughtBefore::candidates(const features::Query& query, std::size_t limit, Scratch& scratch) const {
    std::set<std::pair<std::uint32_t, std::uint32_t>> counted;  // row, basket
    for (const features::Seen& seen : query.history) {
        if (seen.action != state::Action::buy || seen.row >= scratch.rows()) continue;
        if (!counted.emplace(seen.row, seen.basket).second) continue;
        const double age_days = static_cast<double>(seen.age_ms) / static_cast<double>(day_ms);
        scratch.add(seen.row, static_cast<float>(std::exp2(-age_days / bought_half_life_days)));
    }
    return scratch.take_best(limit);
}

}  // namespace vitrina::candidates
