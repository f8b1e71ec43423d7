#pragma once
// States from the log again: whoever puts an empty file `rebuild-states` into the data folder gets them at the next opening.
//
// The folds are pure functions of the log, so a damaged state needs no repair: every state is forgotten and folded anew.
// Threads: one, before the database is opened. Errors: io and corrupt_data as from RocksDB; then the file stays, and so does the
// wish. A kill on the way costs nothing: what is done is done again.
// Surprising cost: the opening that follows reads the whole log.

#include <string>

#include "base/error.hpp"

namespace vitrina::engine {

bool rebuild_wanted(const std::string& folder);
// Forgets every state, the last checkpoint and what could not be folded; log, catalogue, models and exposures stay.
Result<void> forget_states(const std::string& folder);

}  // namespace vitrina::engine
