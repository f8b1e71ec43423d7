#pragma once
// One hash over all states, for comparing a store with a replay of its log.
//
// Precondition: nothing changes meanwhile. Errors: io and corrupt_data from the disk.

#include <string>

#include "base/error.hpp"
#include "engine/database.hpp"
#include "engine/folding.hpp"

namespace vitrina::engine {

// Of what the last checkpoint wrote.
Result<std::string> stored_digest(const Database& database);
// Of caches without a database.
std::string memory_digest(const StateCaches& caches, const Outcomes& outcomes = {});

}  // namespace vitrina::engine
