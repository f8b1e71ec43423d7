#pragma once
// `vitrina.toml` as a value: every key has a default, a key nobody knows is refused with its line, secrets come from the
// environment (never from the file).
//
// Threads: a value.
// Errors: `parse_configuration` answers invalid_input with line, key and what would be right.

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "event/validation.hpp"
#include "experiment/trial.hpp"
#include "features/trends.hpp"
#include "feedback/shopper.hpp"
#include "recommendation/placement.hpp"
#include "settings/learning.hpp"
#include "state/folds.hpp"

namespace vitrina::engine {

struct LogSettings {
    std::size_t queue_batches = 1024;  // waiting `accept` calls; above: exhausted
    std::size_t group_events = 5000;   // events gathered into one synced record
    TimeMs checkpoint_ms = 60 * second_ms;
    std::size_t checkpoint_events = 500'000;  // at the latest after so many
    std::size_t checkpoint_bytes =
        64u << 20;                 // or so much changed state; more: fewer writes, longer pauses and recovery
    std::size_t fold_threads = 0;  // that fold a large group; 0: as many as processors, at most 4
    bool sync = true;              // false only for throw-away data: an acknowledged event may be lost on power failure
};

struct CacheSettings {
    std::size_t visitors_bytes = 2ull << 30;
    std::size_t users_bytes = 512ull << 20;
    std::size_t items_bytes = 512ull << 20;
    std::size_t shoppers_bytes = 256ull << 20;
    std::size_t successes_bytes = 128ull << 20;
};

struct TrainingSettings {
    TimeMs every_ms = day_ms;  // 0: only on demand
    std::size_t threads = 0;   // 0: one less than there are, at least one, while serving; all on the command line
    std::size_t keep_versions = 5;
    std::uint64_t seed = 1;
    TimeMs trends_every_ms = 10 * second_ms;
    std::size_t history_events = 200'000'000;  // newest read
};

struct ExposureSettings {
    std::size_t queue = 10'000;
    TimeMs keep_ms = 7 * day_ms;
    std::size_t a_visitor = 200;
    std::uint32_t shown_days = 28;  // how often items were shown is counted for so many days
    double features_share = 0;      // of answers whose items' features are kept with them
    TimeMs features_keep_ms = 28 * day_ms;
    TimeMs mature_ms = 7 * day_ms;       // what became of an answer is known then, and counts as far
    std::size_t shown_rows = 2'000'000;  // item, placement, position and day; above: the oldest day goes
};

// How many answers a day, beside the share that placements give, may explore. Counted in memory, by this process.
struct ExplorationSettings {
    std::size_t answers_a_day = 10'000;
    std::size_t answers_a_visitor = 10;
};

struct ServerSettings {
    std::string listen = "127.0.0.1:8080";
    std::size_t threads = 0;  // 0: as many as processors
    std::size_t connections = 1024;
    std::size_t body_bytes = 4 << 20;
    std::size_t batch_events = 1000;
    std::size_t batch_items = 1000;
    std::size_t placements = 20;        // requests in one recommendation call
    std::size_t requests_a_second = 0;  // a key; 0: no bound
    TimeMs header_timeout_ms = 10 * second_ms;
    TimeMs body_timeout_ms = 30 * second_ms;
    std::vector<std::string> allowed_origins;  // of public keys
    std::string orders = "any";                // "server": purchases and refunds of public keys are provisional
};

// Complete runs of the feed: what one did not mention is absent until it is sent again (docs/import.md).
struct ItemRunSettings {
    double absent_share = 0.3;        // of the catalogue, that may vanish without force; 1: all
    TimeMs open_ms = day_ms;          // from its begin a run may be ended
    TimeMs wait_ms = 10 * second_ms;  // for what other nodes of a cluster took of it
};

// The socket in the data folder, through which other commands reach the process that owns it.
struct OwnerSettings {
    std::size_t connections = 16;          // commands at once; above: exhausted
    std::size_t message_bytes = 64 << 20;  // of one call or reply
    TimeMs timeout_ms = 60 * second_ms;    // for a message to arrive whole, or to be taken
};

// Where this is set `vitrina serve` is a serving node of a cluster and the data folder a cache of it (docs/cluster.md).
// Credentials come from the environment: VITRINA_KAFKA_USERNAME, VITRINA_KAFKA_PASSWORD.
struct ClusterSettings {
    std::string bootstrap_servers;  // "kafka1:9092,kafka2:9092"; empty: no cluster
    std::string topic_prefix = "vitrina.";
    std::string shop = "default";
    std::string shops_file = "shops.json";
    std::string webhdfs;  // "http://namenode:9870/webhdfs/v1"; empty: no models from HDFS
    std::string webhdfs_user = "vitrina";
    std::string security = "plaintext";
    std::string sasl_mechanism = "SCRAM-SHA-512";
    std::string ca_file;            // empty: the system's
    std::uint32_t replication = 1;  // of the topics that `vitrina cluster init` makes
    std::uint32_t min_insync = 1;   // replicas that must have an event before it is acknowledged
    TimeMs accept_timeout_ms = 10 * second_ms;
    std::size_t queue_messages = 100'000;
    std::size_t queue_kilobytes = 256 << 10;
    TimeMs linger_ms = 2;
    std::size_t pending_events = 200'000;
    TimeMs pending_keep_ms = minute_ms;
    TimeMs stale_after_ms = 10 * second_ms;
    TimeMs rebuild_after_ms = 12 * hour_ms;
    std::string visitor_partitions;  // "0-3,7"; empty: all
    std::string user_partitions;
    std::vector<std::string> peers;         // "http://node-2:8080 visitors=4-7 users=0-3"
    std::size_t forwards = 64;              // requests that wait for peers at once
    TimeMs forward_timeout_ms = second_ms;  // for a peer to answer
    TimeMs peer_retry_ms = 2 * second_ms;   // so long a peer that did not is left alone
    std::size_t model_bytes = 8ull << 30;

    bool present() const { return !bootstrap_servers.empty(); }
};

struct Configuration {
    ClusterSettings cluster;
    LogSettings log;
    CacheSettings cache;
    TrainingSettings training;
    settings::Learning learning;
    ExposureSettings exposures;
    ExplorationSettings exploration;
    ServerSettings server;
    ItemRunSettings item_runs;
    OwnerSettings owner;
    state::FoldLimits fold;
    feedback::Settings feedback;
    event::Limits events;
    features::TrendSettings trends;
    std::map<std::string, recommendation::PlacementSettings> placements = recommendation::default_placements();
    experiment::Programme experiments;
    // What the arms of experiments answer with, by variant; without the shop's own.
    std::map<std::string, std::map<std::string, recommendation::PlacementSettings>> variants;
    std::string default_locale = "en";
};

// Placements that somebody, in any arm, is answered in the order of what was learned from what they showed.
std::set<std::string> ordered_from_shown(const Configuration& configuration);

// `file` names the text in messages.
Result<Configuration> parse_configuration(std::string_view toml, const std::string& file = "vitrina.toml");
Result<Configuration> read_configuration(const std::string& path);

}  // namespace vitrina::engine
