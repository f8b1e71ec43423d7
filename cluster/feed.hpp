#pragma once
// The feed of a serving node: reads the state topics (committed records only) into the local store, and the topic of models.
//
// What was read becomes durable with the offsets behind it, in one batch: after a kill the node goes on where the last checkpoint
// stood. A record without a value takes the state away.
// Threads: one of its own reads and stores; `figures` and `checkpoint` from any. Lifetime: the destructor writes a checkpoint.
// Not errors: topics that the Streams application has not made yet (the feed waits for them), brokers that are away (it goes on when
// they are back), records that cannot be read (counted, left out). State topics that were made anew, or another cluster's, are
// noticed by the cluster's id, by offsets that ended before ours, and by the time of the record that was read last: then everything
// known is forgotten and read again, and the node is not ready until it has.
// Surprising cost: a new data folder reads everything that the state topics hold.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "border/keys.hpp"
#include "cluster/feed_mark.hpp"
#include "cluster/kafka.hpp"
#include "cluster/keeping.hpp"
#include "cluster/node_catalog.hpp"
#include "cluster/pending_events.hpp"
#include "engine/checkpointer.hpp"
#include "engine/configuration.hpp"
#include "engine/folding.hpp"
#include "model/published.hpp"

namespace vitrina::cluster {

struct FeedParts {
    engine::Database& database;
    engine::StateCaches& caches;
    NodeCatalog& catalog;
    PendingEvents& pending;
    std::function<void(model::PublishedModel)> on_model;  // quick; the newest of the shop, perhaps more than once
    std::function<Result<void>(const PartitionCounts&)>
        on_topics;  // told whenever the topics were looked up; may be empty
    std::function<TimeMs()> now;
};

struct FeedFigures {
    bool complete = false;  // has read every partition to its end once since the start
    std::uint64_t records = 0, refused = 0, partitions = 0, behind = 0, rebuilds = 0;
    StateCounts states;
    TimeMs lag_ms = 0;    // age of what is being read where it is behind, or of the last contact with the brokers
    std::string trouble;  // what only a person can mend
};

// How a partition is being read.
struct Reading {
    bool at_end = false, was_at_end = false;
    TimeMs newest = 0;        // time of the newest record read
    TimeMs behind_since = 0;  // by our clock; a record is as late as we are, however old it says it is
};
// The age of what is being read where it is behind. 0 where everything is at its end.
TimeMs lag_of(const std::map<std::pair<std::string, std::int32_t>, Reading>& reading, TimeMs now);

class Feed {
public:
    static Result<std::unique_ptr<Feed>> open(const FeedParts& parts, const engine::Configuration& configuration,
                                              const Environment& environment, engine::CheckpointMark mark,
                                              FeedMark read);
    ~Feed();
    Feed(const Feed&) = delete;
    Feed& operator=(const Feed&) = delete;

    FeedFigures figures() const;
    std::uint64_t records() const { return records_; }
    // Everything taken so far is on disk when it returns.
    Result<void> checkpoint();

private:
    enum class Kind { visitors_hot, visitors_cold, users, items, catalog, item_success, outcomes, models };
    struct Source {
        Kind kind{};
        std::string topic;
        std::string partitions;  // as configured; empty: all
    };
    using Place = std::pair<std::string, std::int32_t>;

    Feed(const FeedParts& parts, const engine::Configuration& configuration, engine::CheckpointMark mark,
         FeedMark read);
    Result<void> connect(const Environment& environment);
    void run();
    bool assign();
    struct Found;
    bool look_up(Found& found);
    bool goes_on(const Place& place) const;
    bool same_brokers();
    void begin_anew(const std::string& why);
    Result<void> forget_all();
    bool is_witness(const Place& place, const rd_kafka_message_t& message, TimeMs time);
    void take_trouble(const rd_kafka_message_t& message);
    void heard(rd_kafka_resp_err_t error, const char* what);
    void look_for_topics();
    void take(const rd_kafka_message_t& message);
    void take_end(const Place& place);
    Result<void> store(Kind kind, std::string_view key, std::optional<std::string_view> value);
    Result<void> store_visitor(Kind kind, const PersonKey& visitor, std::string value);
    void count(std::uint64_t StateCounts::* of, bool before, bool after);
    Result<void> store_item(Kind kind, const border::Key& key, std::string value);
    Result<void> store_one(engine::StateCache& cache, const PersonKey& key, std::string value);
    Result<void> store_model(std::optional<std::string_view> value);
    void checkpoint_if_due();
    Result<void> write_checkpoint();
    void probe();
    void say_trouble(const std::string& text);

    FeedParts parts_;
    engine::ClusterSettings settings_;
    engine::LogSettings log_;
    std::vector<Source> sources_;
    bool doubted_ = false;  // a topic is said to be gone; the feed thread's
    Client client_;
    std::map<std::string, Kind> kinds_;  // topic → kind
    engine::Outcomes outcomes_;          // since the last checkpoint
    FeedMark read_;                      // what the feed thread has stored in memory
    std::string anew_;                   // why everything has to be read again; empty: it has not
    engine::Position position_ = 0, begun_ = 0;
    std::chrono::steady_clock::time_point checkpoint_time_, probe_time_;
    engine::Checkpointer checkpointer_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<Place, Reading> reading_;
    std::string trouble_;
    bool assigned_ = false;
    bool probe_failed_ = false;  // the last one
    TimeMs contact_ = 0;
    StateCounts states_;  // as read_.states
    bool asked_ = false;  // for a checkpoint
    Result<void> written_;
    std::atomic<std::uint64_t> records_ = 0, refused_ = 0, rebuilds_ = 0;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

}  // namespace vitrina::cluster
