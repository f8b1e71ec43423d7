#pragma once
// [placement.NAME] of a shop's `vitrina.toml`.
//
// Threads: immutable after first use. Errors: invalid_input with line, key and what would be right.

#include <map>
#include <string>
#include <vector>

#include <toml++/toml.h>

#include "base/error.hpp"
#include "recommendation/placement.hpp"

namespace vitrina::settings {

using Placements = std::map<std::string, recommendation::PlacementSettings>;

// The keys of [placement.NAME], in the order of the documentation, and the reading of one such table.
const std::vector<std::string>& placement_keys();
Result<void> read_placement(Placements& placements, const std::string& name, const toml::node& value);

// Do those that are not as out of the box hold together?
Result<void> check_changed(Placements placements);

}  // namespace vitrina::settings
