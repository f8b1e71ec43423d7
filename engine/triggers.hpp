#pragma once
// Who came into which experiment, when first and in which arm; kept as long as the data folder, a record a person and experiment.
//
// The arm of the earliest time counts, in whatever order exposures come. Somebody seen in another arm too (only a changed experiment
// does that) is marked as mixed.
// Threads: one writer; `each` from any thread, sees what was written before it began.
// Lifetime: borrows the database. Surprising cost: a person not lately seen is looked up on disk.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <rocksdb/write_batch.h>

#include "base/error.hpp"
#include "base/time.hpp"
#include "engine/database.hpp"
#include "engine/engine.hpp"
#include "experiment/trial.hpp"

namespace vitrina::engine {

// Writes down what an experiment assigns. Error: conflict where it has assigned something else under its name: visitors and users
// would be added up.
Result<void> keep_unit(Database& database, const experiment::Trial& trial);

class Triggers {
public:
    explicit Triggers(Database& database) : database_(database) {}

    // What of it is new goes into the batch. `written` says afterwards whether the batch is on disk.
    void add(rocksdb::WriteBatch& batch, const experiment::Assigned& assigned, TimeMs time);
    void written(bool succeeded);
    // In the order of the units' ids.
    Result<void> each(std::string_view experiment, const std::function<void(const Trigger&)>& visit) const;

private:
    std::string stored_or_pending(const std::string& key) const;  // empty: nothing

    Database& database_;
    struct Known {
        std::uint64_t arm = 0;  // hash of its name
        TimeMs first = 0;
        bool mixed = false;
    };
    std::unordered_map<std::string, Known> known_;          // key → what is written; the lately seen
    std::unordered_map<std::string, std::string> pending_;  // key → what the batch in hand says
};

}  // namespace vitrina::engine
