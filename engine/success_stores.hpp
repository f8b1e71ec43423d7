#pragma once
// What the folds of success left on disk, for reports: each host reads its own.
//
// Threads: any. Errors: io, and corrupt_data for what cannot be read. Surprising cost: reads all of it.

#include <functional>
#include <string>

#include "base/error.hpp"
#include "engine/database.hpp"
#include "feedback/shopper.hpp"

namespace vitrina::engine {

// Of several claims on a line the one that counts.
Result<void> each_stored_outcome(const Database& database, const std::function<void(const feedback::Outcome&)>& visit);
Result<void> each_stored_success(const Database& database,
                                 const std::function<void(ItemKey, const std::string& state)>& visit);

}  // namespace vitrina::engine
