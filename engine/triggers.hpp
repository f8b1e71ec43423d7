#pragma once
// Who came into which experiment, when first and in which arm; kept as long as the data folder, a record a person and experiment.
//
// The first arm stays. Somebody seen in another arm later (only a changed experiment does that) is marked as mixed.
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

class Triggers {
public:
    explicit Triggers(Database& database) : database_(database) {}

    // What of it is new goes into the batch. `written` says afterwards whether the batch is on disk.
    void add(rocksdb::WriteBatch& batch, const experiment::Assigned& assigned, TimeMs time);
    void written(bool succeeded);
    // In the order of the units' ids.
    Result<void> each(std::string_view experiment, const std::function<void(const Trigger&)>& visit) const;

private:
    Database& database_;
    std::unordered_map<std::string, std::uint64_t> known_;  // key → hash of what is written; the lately seen
};

}  // namespace vitrina::engine
