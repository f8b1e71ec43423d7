#pragma once
// A serving node of a cluster as an engine: events and items go to Kafka, states come from its state topics, models from HDFS. The data
// folder is a cache of that; it may be deleted while the node is down.
//
// What it does not do is refused: training, choosing a model, reading the whole history (Spark and HDFS do, docs/cluster.md).
// Threads: every member function may be called from any thread; answers never wait for brokers.
// Lifetime: closing writes what was read to the data folder.
// Errors: `open` answers as Database::open and read_shop_key, and conflict for a folder that holds a shop of one machine or the cache
// of another cluster. `accept` answers unavailable where the brokers have nothing of the batch, exhausted where too much waits.
// Not an error: brokers that are away; then recommendations go on from what is known, and answers are marked stale.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "cluster/feed.hpp"
#include "cluster/forwarding.hpp"
#include "cluster/kafka.hpp"
#include "cluster/model_follower.hpp"
#include "cluster/node_catalog.hpp"
#include "cluster/pending_events.hpp"
#include "cluster/producer.hpp"
#include "engine/answering.hpp"
#include "engine/background.hpp"
#include "engine/engine.hpp"
#include "engine/item_runs.hpp"

namespace vitrina::cluster {

struct NodeOutside {
    std::function<TimeMs()> clock;  // empty: the system's
    Environment environment = process_environment;
};

class ClusterEngine final : public engine::Engine {
public:
    static Result<std::unique_ptr<engine::Engine>>
    open(const std::string& folder, const engine::Configuration& configuration, const NodeOutside& outside = {});
    ~ClusterEngine() override;

    Result<engine::AcceptReport> accept(const std::vector<event::Event>& events) override;
    std::vector<Result<void>> put_items(std::vector<catalog::Item> items) override;
    Result<catalog::Run> begin_item_run() override { return runs_.begin(clock_()); }
    Result<catalog::Run> item_run(const std::string& id) const override { return runs_.read(id, clock_()); }
    std::vector<Result<void>> put_items(std::vector<catalog::Item> items, const catalog::Run& run) override;
    Result<catalog::RunOutcome> end_item_run(const catalog::Run& run, const catalog::RunClaim& claim) override;
    Result<void> patch_item(const catalog::Item& before, catalog::Item after,
                            const std::vector<std::string>& fields) override;
    Result<void> remove_item(const std::string& item_id) override;
    std::optional<catalog::Item> item(const std::string& item_id) const override;
    void each_item(const std::function<void(const catalog::Item&)>& visit) const override;
    Result<std::vector<recommendation::Recommendation>>
    recommend(const engine::RecommendationRequest& request) override;
    Result<engine::VisitorReport> visitor(const std::string& visitor_id) const override;
    Result<void> may_train() const override;
    Result<model::Manifest> train(const engine::Progress& progress, const engine::TrainingOrder& order) override;
    Result<std::vector<model::Manifest>> models() const override;
    std::string current_model() const override;
    Result<model::Manifest> use_model(const std::string& version) override;
    Result<model::Manifest> rollback_model() override;
    Result<void> events_while(const std::function<bool(const event::Event&)>& visit) const override;
    Result<void> refresh_trends() override;
    engine::Counters counters() const override;
    engine::Readiness readiness() const override;
    engine::Peers* peers() override;
    Result<void> checkpoint() override;
    Result<std::string> state_digest() override;
    Result<std::string> replayed_digest() const override;
    std::vector<std::string> exposures(const std::string& visitor_id, std::size_t limit) override;
    Result<void> each_trigger(const std::string& experiment,
                              const std::function<void(const engine::Trigger&)>& visit) override;
    Result<void> each_outcome(const std::function<void(const feedback::Outcome&)>& visit) override;
    Result<void> each_success(const std::function<void(ItemKey item, const std::string& state)>& visit) override;
    const engine::Configuration& configuration() const override { return configuration_; }
    TimeMs now() const override { return clock_(); }

private:
    struct Opened {
        std::unique_ptr<engine::Database> database;
        ShopKey key{};
        engine::CheckpointMark mark;
        FeedMark read;
        model::Store models;
        std::unique_ptr<Producer> producer;
        std::vector<PeerEntry> peers;
    };
    ClusterEngine(Opened opened, const engine::Configuration& configuration, const NodeOutside& outside);
    Result<void> start(const Environment& environment);
    bool keeps(const std::string& visitor_id) const;
    void keep_house();
    void refresh_if_changed();
    void expose(const engine::Exposure& exposure);
    engine::Readiness judge(TimeMs now);
    Result<engine::StatePointer> visitor_state(const PersonKey& key) const;
    Result<engine::StatePointer> user_state(const PersonKey& key) const;
    Result<void> send_changes(std::vector<catalog::ItemChange> changes, std::vector<Result<void>>& results);
    std::vector<state::Verdict> judged(const std::vector<event::Event>& events);
    void stamp(catalog::ItemChange& change);
    std::vector<Result<void>> put_all(std::vector<catalog::Item> items, const catalog::Run* run);
    catalog::Census census_with(const catalog::Run& run, std::size_t items) const;

    engine::Configuration configuration_;
    std::function<TimeMs()> clock_;
    std::unique_ptr<engine::Database> database_;
    PersonHasher hasher_;
    feedback::TokenSigner signer_;
    engine::ItemRuns runs_;
    engine::CheckpointMark mark_;
    FeedMark read_;
    engine::StateCaches caches_;
    engine::LiveCatalog live_;
    NodeCatalog catalog_;
    mutable PendingEvents pending_;
    std::unique_ptr<Producer> producer_;
    engine::Answering answering_;
    ModelFollower models_;
    std::unique_ptr<Forwarding> forwarding_;
    std::unique_ptr<Feed> feed_;
    std::string events_topic_, changes_topic_, exposures_topic_;
    std::string change_prefix_;  // of the ids of this node's changes
    std::atomic<std::uint64_t> change_number_ = 0;
    std::atomic<std::uint64_t> exposures_offered_ = 0, exposures_dropped_ = 0;
    std::atomic<std::uint64_t> seen_records_ = 0, seen_items_ = 0;  // by the last refresh of the trends
    std::atomic<TimeMs> refreshed_ = 0;
    mutable std::mutex readiness_mutex_;
    engine::Readiness readiness_{.ready = false, .detail = "the node is starting"};
    std::unique_ptr<engine::Periodic> trends_, house_;
};

}  // namespace vitrina::cluster
