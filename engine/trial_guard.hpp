#pragma once
// Ends experiments that harm: looks at each that runs and has a guard, and writes down which it ended, when and why.
//
// An experiment that was ended takes nobody in from then on, also after a restart, and everybody is served by the shop's placements; what it says is
// analysed as if it had been meant to end then. Changing the experiment in the configuration begins it anew.
// Threads: any. Lifetime: borrows the database. Errors: of the disk and of the analysis.
// Surprising cost: a look reads the whole log for each experiment that runs.

#include <memory>
#include <mutex>
#include <string>

#include "base/error.hpp"
#include "engine/database.hpp"
#include "engine/engine.hpp"
#include "experiment/trial.hpp"

namespace vitrina::engine {

class TrialGuard {
public:
    TrialGuard(Database& database, experiment::Programme programme);

    // As configured, less what was ended.
    std::shared_ptr<const experiment::Programme> programme() const;
    Result<void> look(Engine& engine);
    // Once in 24 hours, over restarts too: whoever looks more often sees more harm that is none.
    Result<void> look_if_due(Engine& engine);

private:
    Result<void> look_at(Engine& engine, const experiment::Trial& trial);
    Result<void> end(const experiment::Trial& trial, TimeMs at, const std::string& why);

    Database& database_;
    mutable std::mutex mutex_;
    std::shared_ptr<const experiment::Programme> programme_;
};

}  // namespace vitrina::engine
