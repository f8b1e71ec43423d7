#pragma once
// Moving over: an embedded shop's key, log and catalogue go to the cluster. Nothing is lost and nothing comes twice, whenever it is
// killed and however often it is repeated.
//
// Events travel in transactions, and each transaction also commits how far the log has been sent (as an offset of the group
// `<prefix>migrate-<shop>`): the brokers have both or neither. Only committed records are read in the cluster.
// Threads: one migration of a shop at a time; a second one puts the first one out of action.
// Errors: as Database::open (a shop that runs owns its folder: stop it first), keep_shop_key, and unavailable where the brokers are
// away; repeating the command goes on where it stopped.

#include <cstdint>
#include <functional>
#include <string>

#include "base/error.hpp"
#include "cluster/kafka.hpp"
#include "engine/configuration.hpp"

namespace vitrina::cluster {

// The shop's key alone, into the file of shops.
Result<void> carry_key(const std::string& folder, const engine::Configuration& configuration);

struct Migrated {
    std::uint64_t events = 0;         // sent now
    std::uint64_t events_before = 0;  // by earlier runs
    std::uint64_t items = 0;          // sent now
};

struct MigrationOutside {
    Environment environment = process_environment;
    std::function<void(std::uint64_t done, std::uint64_t all)> progress;  // may be empty
    std::size_t events_together = 5000;                                   // in one transaction
    Properties more;                                                      // for librdkafka as they are
};

Result<Migrated> migrate(const std::string& folder, const engine::Configuration& configuration, TimeMs now,
                         const MigrationOutside& outside = {});

}  // namespace vitrina::cluster
