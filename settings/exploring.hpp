#pragma once
// `explore` of [placement.NAME]: { slots = [2, 7], share = 0.1, epsilon = 0.1, relevance = 0.5, cold = 5 }.
//
// Threads: pure. Errors: invalid_input with line, key and what would be right.

#include <string>

#include <toml++/toml.h>

#include "base/error.hpp"
#include "recommendation/placement.hpp"

namespace vitrina::settings {

inline constexpr std::size_t explored_slots_most = 10;
inline constexpr std::int64_t explored_place_most = 99;  // exposures keep the first hundred items of an answer
inline constexpr double epsilon_least = 0.01;            // below it an item's exposures would be too rare to be weighed

// The table replaces the whole: what it does not say is as by default, which for slots and share is off.
Result<void> read_exploring(recommendation::PlacementSettings& settings, const toml::node& value,
                            const std::string& key);

}  // namespace vitrina::settings
