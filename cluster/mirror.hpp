#pragma once
// A mirror: a data folder of one machine that holds what a shop's topics hold – events, exposures, items. What is analysed on one
// machine (experiments, reports, training rows, evaluations) is so analysed of a cluster, by the same code over the same records.
//
// Reads on from where it was left to where the topics end now, and returns. Exposures are taken once each, with the offset behind
// them in one batch; events are durable before their offset is, so after a kill some come again, and the folds know them by id.
// Threads: one mirror of a folder at a time: it owns the folder. Units: see the fields.
// Errors: as engine::Engine::open and read_on; conflict for a folder that holds something else, or mirrors another shop or cluster.
// Not an error: records that cannot be read (`refused`), or that the topics dropped before they were mirrored (`lost`).
// Surprising cost: the first time reads everything that the topics hold; every time the newest state of every item.

#include <cstdint>
#include <functional>
#include <string>

#include "base/error.hpp"
#include "base/time.hpp"
#include "cluster/kafka.hpp"
#include "engine/configuration.hpp"

namespace vitrina::cluster {

struct Mirrored {
    std::uint64_t events = 0;      // new ones
    std::uint64_t duplicates = 0;  // events that were there
    std::uint64_t exposures = 0;   // new ones
    std::uint64_t items = 0;       // changed, new or gone
    std::uint64_t refused = 0, lost = 0;
};

struct MirrorOutside {
    Environment environment = process_environment;
    std::function<TimeMs()> clock;                                               // empty: the system's
    std::function<void(const std::string& topic, std::uint64_t read)> progress;  // may be empty
    std::size_t records_together = 5000;                                         // between two notes of how far it came
};

Result<Mirrored> mirror(const std::string& folder, const engine::Configuration& configuration,
                        const MirrorOutside& outside = {});

// Was the folder made by `mirror`?
bool is_mirror(const std::string& folder);

}  // namespace vitrina::cluster
