#pragma once
// What a cluster holds, read from outside for the oracle: its topics and changelogs from Kafka, a data folder from RocksDB, history and
// models from what was fetched out of HDFS, and the generator's book.
//
// Threads: one caller; it waits for the brokers. Errors: what the clients answer; a line of a file that is none of ours is corrupt_data.

#include <string>

#include "base/error.hpp"
#include "engine/configuration.hpp"
#include "tests/oracle.hpp"
#include "tests/silences.hpp"

namespace vitrina::tests {

// Committed records from the beginning to the end as it is now. A topic that is not there has none.
Result<TopicRecords> read_topic(const engine::ClusterSettings& settings, const std::string& full_name);
// The four topics and five changelogs, under their names without prefix.
Result<Found> read_cluster(const engine::ClusterSettings& settings);

// Waits until the folds have committed all that their topics hold; unavailable where they have not after `patience_ms`.
Result<void> until_folded(const engine::ClusterSettings& settings, TimeMs patience_ms);

// Visitors, users, items and their success under the keys of a cluster's stores. Nobody may own the folder.
Result<Stores> stored_states(const std::string& folder);
// The catalogue of a shop or a node: item id → item as bytes.
Result<std::map<std::string, std::string>> stored_items(const std::string& folder, bool of_a_node);
// The same of the changelog.
Result<std::map<std::string, std::string>> items_of(const std::map<std::string, std::string>& entries);

// The lines of LogCount.java: "raw topic partition offset" or "row visitor id", parted by tabs.
Result<History> read_history(const std::string& file);
// VERSION/model.vit and VERSION/manifest.json below the folder.
Result<std::vector<ModelFile>> read_models(const std::string& folder);

struct Fault {
    TimeMs at = 0;
    std::string what;
};

// The book's lines: "time verb name …". Verbs: acked, changed, sent-once, planted, broken, renumbered (why), pulse (stream), fault
// (the rest of the line).
struct Diary {
    Book book;
    std::map<std::string, std::map<std::string, std::vector<TimeMs>>> pulses;  // kind → stream → times
    std::vector<Fault> faults;
    TimeMs ended = 0;
};
Result<Diary> read_diary(const std::string& file);

}  // namespace vitrina::tests
