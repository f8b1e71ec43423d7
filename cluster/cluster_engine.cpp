// Long because each member of the engine's contract has a small function here.
#include "cluster/cluster_engine.hpp"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <random>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "border/keys.hpp"
#include "cluster/shops.hpp"
#include "cluster/topics.hpp"
#include "engine/digest.hpp"
#include "engine/success_stores.hpp"
#include "event/codec.hpp"

namespace vitrina::cluster {

namespace {

using engine::Database;
using engine::Family;

constexpr std::string_view format_name = "format", node_format = "node 1";
constexpr TimeMs house_ms = 200;
constexpr TimeMs trends_grow_old_ms = 10 * minute_ms;
constexpr int census_every_ms = 50;
constexpr std::size_t changes_together = 1000;  // sent at once

TimeMs system_time() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::string identity_of(const engine::ClusterSettings& settings, const ShopKey& key) {
    const std::string_view bytes(reinterpret_cast<const char*>(key.data()), key.size());
    return fmt::format("{}{} {:016x}", settings.topic_prefix, settings.shop, text_hash(bytes));
}

Result<void> check_format(Database& database) {
    const auto format = database.get(Family::meta, format_name);
    if (!format) return std::unexpected(format.error());
    if (!*format) return database.put(Family::meta, format_name, node_format, true);
    if (**format == node_format) return {};
    return fail(
        ErrorCode::conflict,
        fmt::format("{} holds a shop of one machine, and a serving node needs a folder of its own; bring the shop "
                    "over with `vitrina migrate --data {}`, then serve from another folder",
                    database.folder(), database.folder()));
}

Result<std::unique_ptr<Database>> open_database(const std::string& folder) {
    auto database = Database::open(folder);
    if (!database) return database;
    if (auto checked = check_format(**database); !checked) return std::unexpected(checked.error());
    return database;
}

struct Cache {
    std::unique_ptr<Database> database;
    engine::CheckpointMark mark;
    FeedMark read;
};

// What the folder holds, or an empty one where it is too old: deletions that it missed may be gone from the topics.
Result<Cache> open_cache(const std::string& folder, const std::string& identity, TimeMs oldest) {
    auto database = open_database(folder);
    if (!database) return std::unexpected(database.error());
    auto mark = engine::last_checkpoint(**database);
    if (!mark) return std::unexpected(mark.error());
    if (mark->position == 0) return Cache{std::move(*database), *mark, {.identity = identity}};
    auto read = decode_mark(mark->figures);
    if (!read) return std::unexpected(read.error());
    if (read->identity != identity)
        return fail(ErrorCode::conflict,
                    fmt::format("{} is the cache of another shop or cluster ({}, not {}); name another folder", folder,
                                read->identity, identity));
    if (read->written >= oldest) return Cache{std::move(*database), *mark, std::move(*read)};
    spdlog::info("{} was last written at {}; it is filled anew", folder, iso_time(read->written));
    database->reset();
    std::error_code failed;
    std::filesystem::remove_all(folder + "/store", failed);
    if (failed) return fail(ErrorCode::io, fmt::format("cannot empty {}/store: {}", folder, failed.message()));
    auto fresh = open_database(folder);
    if (!fresh) return std::unexpected(fresh.error());
    return Cache{std::move(*fresh), {}, {.identity = identity}};
}

// Not emptied by itself: what cannot be read may be a shop of one machine, named by mistake.
std::unexpected<Error> with_advice(Error error, const std::string& folder) {
    if (error.code == ErrorCode::corrupt_data)
        error.message += fmt::format(
            "; if {} is the cache of a serving node, delete it and start again: it fills itself from the state topics",
            folder);
    return std::unexpected(std::move(error));
}

Error not_here(const std::string& what) { return {ErrorCode::conflict, what + " (docs/cluster.md)"}; }

std::string random_prefix() {
    std::random_device random;
    return fmt::format("{:08x}{:08x}-", random(), random());
}

std::optional<WebHdfs> hdfs_of(const engine::ClusterSettings& settings) {
    if (settings.webhdfs.empty()) return std::nullopt;
    return WebHdfs({.address = settings.webhdfs, .user = settings.webhdfs_user});
}

}  // namespace

Result<std::unique_ptr<engine::Engine>>
ClusterEngine::open(const std::string& folder, const engine::Configuration& given, const NodeOutside& outside) {
    const engine::Configuration configuration = engine::with_checkpoints_that_fit(given);
    const engine::ClusterSettings& cluster = configuration.cluster;
    const auto key = read_shop_key(cluster.shops_file, cluster.shop);
    if (!key) return std::unexpected(key.error());
    const TimeMs now = outside.clock ? outside.clock() : system_time();
    auto peers = read_peers(cluster.peers);
    if (!peers) return std::unexpected(peers.error());
    auto cache = open_cache(folder, identity_of(cluster, *key), now - cluster.rebuild_after_ms);
    if (!cache) return with_advice(cache.error(), folder);
    auto models = model::Store::open(folder + "/models");
    if (!models) return std::unexpected(models.error());
    auto producer = Producer::open(cluster, outside.environment);
    if (!producer) return std::unexpected(producer.error());
    std::unique_ptr<ClusterEngine> node(
        new ClusterEngine({std::move(cache->database), *key, std::move(cache->mark), std::move(cache->read),
                           std::move(*models), std::move(*producer), std::move(*peers)},
                          configuration, outside));
    if (auto started = node->start(outside.environment); !started) return with_advice(started.error(), folder);
    return node;
}

ClusterEngine::ClusterEngine(Opened opened, const engine::Configuration& configuration, const NodeOutside& outside)
    : configuration_(configuration),
      clock_(outside.clock ? outside.clock : system_time),
      database_(std::move(opened.database)),
      hasher_(opened.key),
      signer_(opened.key),
      runs_(opened.key, configuration_.item_runs),
      mark_(std::move(opened.mark)),
      read_(std::move(opened.read)),
      caches_(engine::make_caches(database_.get(), configuration_.cache)),
      live_(*database_),
      catalog_(*database_, live_, configuration_.cluster.pending_keep_ms),
      pending_(hasher_, configuration_.fold,
               {configuration_.cluster.pending_events, configuration_.cluster.pending_keep_ms}),
      producer_(std::move(opened.producer)),
      answering_({.states = {.visitor = [this](const PersonKey& visitor) { return visitor_state(visitor); },
                             .user = [this](const PersonKey& user) { return user_state(user); },
                             .item = [this](const PersonKey& item) { return caches_.items.find(item); }},
                  .catalog = live_,
                  .hasher = hasher_,
                  .signer = signer_,
                  .offer = [this](const engine::Exposure& exposure) { expose(exposure); }},
                 configuration_, clock_()),
      models_(std::move(opened.models), hdfs_of(configuration_.cluster),
              {.folder = database_->folder(),
               .bytes_max = configuration_.cluster.model_bytes,
               .keep_versions = configuration_.training.keep_versions},
              [this](const model::Version& version) { answering_.use_model(version); }),
      forwarding_(std::make_unique<Forwarding>(configuration_.cluster, std::move(opened.peers), hasher_, clock_)),
      events_topic_(topic_name(configuration_.cluster, "events")),
      changes_topic_(topic_name(configuration_.cluster, "item-changes")),
      exposures_topic_(topic_name(configuration_.cluster, "exposures")),
      change_prefix_(random_prefix()) {}

Result<void> ClusterEngine::start(const Environment& environment) {
    if (auto loaded = catalog_.load(); !loaded) return loaded;
    models_.open_current();
    auto feed = Feed::open({.database = *database_,
                            .caches = caches_,
                            .catalog = catalog_,
                            .pending = pending_,
                            .on_model = [this](model::PublishedModel model) { models_.follow(std::move(model)); },
                            .on_topics = [this](const PartitionCounts& counts) { return forwarding_->learn(counts); },
                            .now = clock_},
                           configuration_, environment, mark_, read_);
    if (!feed) return std::unexpected(feed.error());
    feed_ = std::move(*feed);
    if (auto refreshed = refresh_trends(); !refreshed) return refreshed;
    trends_ =
        std::make_unique<engine::Periodic>(configuration_.training.trends_every_ms, [this] { refresh_if_changed(); });
    house_ = std::make_unique<engine::Periodic>(house_ms, [this] { keep_house(); });
    return {};
}

ClusterEngine::~ClusterEngine() {
    house_.reset();
    trends_.reset();
    feed_.reset();
}

Result<engine::StatePointer> ClusterEngine::visitor_state(const PersonKey& key) const {
    const auto fed = caches_.visitors.find(key);
    if (!fed) return fed;
    return pending_.visitor(key, *fed);
}

Result<engine::StatePointer> ClusterEngine::user_state(const PersonKey& key) const {
    const auto fed = caches_.users.find(key);
    if (!fed) return fed;
    return pending_.user(key, *fed);
}

// Judged before they are sent: on the way back an event would be taken for its own duplicate.
std::vector<state::Verdict> ClusterEngine::judged(const std::vector<event::Event>& events) {
    std::vector<state::Verdict> verdicts;
    std::set<std::pair<std::string_view, std::string_view>> in_batch;
    for (const event::Event& event : events) {
        const auto fed = caches_.visitors.find(hasher_(event.visitor_id));
        const bool again = !in_batch.emplace(event.visitor_id, event.event_id).second;
        verdicts.push_back(again ? state::Verdict::duplicate : pending_.judge(event, fed ? *fed : nullptr));
    }
    return verdicts;
}

Result<engine::AcceptReport> ClusterEngine::accept(const std::vector<event::Event>& events) {
    engine::AcceptReport report{.verdicts = judged(events)};
    std::vector<Record> records;
    records.reserve(events.size());
    for (const event::Event& event : events)
        records.push_back(
            {events_topic_, border::text_key(configuration_.cluster.shop, event.visitor_id), event::encode(event)});
    const auto sent = producer_->send(records);
    const TimeMs now = clock_();
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (!sent[i]) {
            report.failed.push_back({i, sent[i].error()});
            continue;
        }
        if (keeps(events[i].visitor_id)) {  // of another's visitor nothing comes back here
            const auto fed = caches_.visitors.find(hasher_(events[i].visitor_id));
            static_cast<void>(pending_.add(events[i], fed ? *fed : nullptr, now));
        }
        ++(report.verdicts[i] == state::Verdict::duplicate ? report.duplicates : report.accepted);
    }
    if (!events.empty() && report.failed.size() == events.size()) return std::unexpected(report.failed.front().error);
    return report;
}

bool ClusterEngine::keeps(const std::string& visitor_id) const {
    return !forwarding_->elsewhere({.visitor_id = visitor_id, .user_id = {}});
}

engine::Peers* ClusterEngine::peers() {
    const engine::ClusterSettings& cluster = configuration_.cluster;
    return cluster.visitor_partitions.empty() && cluster.user_partitions.empty() ? nullptr : forwarding_.get();
}

void ClusterEngine::stamp(catalog::ItemChange& change) {
    change.changed_at = clock_();
    change.change_id = change_prefix_ + std::to_string(++change_number_);
}

// Fills the results of the changes in order; each durable one is seen by the very next answer.
Result<void> ClusterEngine::send_changes(std::vector<catalog::ItemChange> changes, std::vector<Result<void>>& results) {
    std::vector<Record> records;
    for (const catalog::ItemChange& change : changes)
        records.push_back(
            {changes_topic_, border::text_key(configuration_.cluster.shop, change.item_id), catalog::encode(change)});
    results = producer_->send(records);
    for (std::size_t i = 0; i < changes.size(); ++i)
        if (results[i]) results[i] = catalog_.change(changes[i], clock_());
    return results.empty() ? Result<void>{} : results.front();
}

std::vector<Result<void>> ClusterEngine::put_items(std::vector<catalog::Item> items) {
    return put_all(std::move(items), nullptr);
}
std::vector<Result<void>> ClusterEngine::put_items(std::vector<catalog::Item> items, const catalog::Run& run) {
    return put_all(std::move(items), &run);
}

std::vector<Result<void>> ClusterEngine::put_all(std::vector<catalog::Item> items, const catalog::Run* run) {
    std::vector<Result<void>> results(items.size());
    std::vector<catalog::ItemChange> changes;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < items.size(); ++i) {
        catalog::ItemChange change{.kind = catalog::ChangeKind::put, .item_id = items[i].item_id};
        change.item = std::move(items[i]);
        stamp(change);
        if (run != nullptr) {
            change.run = run->id;
            change.changed_at = std::max(change.changed_at, run->begun_at);  // by the clock of the node that began it
        }
        auto valid = catalog::validated(std::move(change));
        if (!valid) {
            results[i] = std::unexpected(valid.error());
            continue;
        }
        changes.push_back(std::move(*valid));
        places.push_back(i);
    }
    std::vector<Result<void>> sent;
    static_cast<void>(send_changes(std::move(changes), sent));
    for (std::size_t i = 0; i < sent.size(); ++i) results[places[i]] = std::move(sent[i]);
    return results;
}

// Waits until this node knows so many items of the run: what others took of it comes by the feed.
catalog::Census ClusterEngine::census_with(const catalog::Run& run, std::size_t items) const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(configuration_.item_runs.wait_ms);
    for (;;) {
        catalog::Census census = live_.census(run, clock_());
        if (census.seen == items || std::chrono::steady_clock::now() >= until) return census;
        std::this_thread::sleep_for(std::chrono::milliseconds(census_every_ms));
    }
}

// When the count is right every item of the run has come here. What others put beside the run may not have; it is safe all the same:
// in the fold their change is newer than the one that is sent here.
Result<catalog::RunOutcome> ClusterEngine::end_item_run(const catalog::Run& run, const catalog::RunClaim& claim) {
    using Kind = catalog::RunOutcome::Kind;
    const catalog::Census census = census_with(run, claim.items);
    const engine::Readiness readiness = this->readiness();
    if (!readiness.ready || readiness.stale)
        return fail(ErrorCode::unavailable,
                    fmt::format("this node does not know the whole catalogue now: {}; end the run again later",
                                readiness.detail));
    auto outcome = catalog::judged(census, claim, configuration_.item_runs.absent_share);
    if (outcome.kind == Kind::counts_differ) outcome.message += "; what other nodes took may still be on its way";
    if (outcome.kind != Kind::ended) return outcome;
    std::vector<catalog::ItemChange> changes;
    std::vector<Result<void>> sent;
    for (std::size_t next = 0; next < census.vanishing.size();) {
        for (changes.clear(); next < census.vanishing.size() && changes.size() < changes_together; ++next)
            changes.push_back(catalog::absence(census.vanishing[next], run));
        static_cast<void>(send_changes(std::move(changes), sent));
        for (const auto& each : sent)
            if (!each) return std::unexpected(each.error());
    }
    return outcome;
}

Result<void> ClusterEngine::patch_item(const catalog::Item& before, catalog::Item after,
                                       const std::vector<std::string>& fields) {
    auto change = patch_of(before, after, fields);
    stamp(change);
    auto valid = catalog::validated(std::move(change));
    if (!valid) return std::unexpected(valid.error());
    std::vector<Result<void>> results;
    return send_changes({std::move(*valid)}, results);
}

Result<void> ClusterEngine::remove_item(const std::string& item_id) {
    if (!live_.item(item_id))
        return fail(ErrorCode::not_found, fmt::format("there is no item {} in the catalogue", item_id));
    catalog::ItemChange change{.kind = catalog::ChangeKind::remove, .item_id = item_id};
    stamp(change);
    std::vector<Result<void>> results;
    return send_changes({std::move(change)}, results);
}

std::optional<catalog::Item> ClusterEngine::item(const std::string& item_id) const { return live_.item(item_id); }

void ClusterEngine::each_item(const std::function<void(const catalog::Item&)>& visit) const {
    live_.study([&](const catalog::Catalog& catalog) {
        for (catalog::Slot slot = 0; slot < catalog.slots(); ++slot)
            if (catalog.present(slot)) visit(catalog.item(slot));
    });
}

Result<std::vector<recommendation::Recommendation>>
ClusterEngine::recommend(const engine::RecommendationRequest& request) {
    return answering_.recommend(request, clock_());
}

Result<engine::VisitorReport> ClusterEngine::visitor(const std::string& visitor_id) const {
    const auto state = visitor_state(hasher_(visitor_id));
    if (!state) return std::unexpected(state.error());
    return engine::report_on(*state, live_);
}

Result<void> ClusterEngine::may_train() const {
    return std::unexpected(
        not_here("a serving node does not learn; Spark's job `train` does, and `publish` tells the nodes"));
}
Result<model::Manifest> ClusterEngine::train(const engine::Progress&, const engine::TrainingOrder&) {
    return std::unexpected(may_train().error());
}

Result<std::vector<model::Manifest>> ClusterEngine::models() const { return models_.models(); }
std::string ClusterEngine::current_model() const { return answering_.snapshot()->model_version; }

Result<model::Manifest> ClusterEngine::use_model(const std::string&) {
    return std::unexpected(not_here("all nodes of a cluster use one model; publish the version that they should use"));
}
Result<model::Manifest> ClusterEngine::rollback_model() { return use_model(""); }

Result<void> ClusterEngine::events_while(const std::function<bool(const event::Event&)>&) const {
    return std::unexpected(
        not_here("a serving node keeps no history; ask a folder that `vitrina cluster mirror` made"));
}

Result<void> ClusterEngine::refresh_trends() {
    seen_records_ = feed_->records();
    seen_items_ = live_.changes();
    refreshed_ = clock_();
    return answering_.refresh_trends(refreshed_);
}

void ClusterEngine::refresh_if_changed() {
    const bool changed = seen_records_ != feed_->records() || seen_items_ != live_.changes();
    if (changed || clock_() - refreshed_ >= trends_grow_old_ms) static_cast<void>(refresh_trends());
}

void ClusterEngine::expose(const engine::Exposure& exposure) {
    ++exposures_offered_;
    const std::string& who = exposure.visitor_id.empty() ? exposure.shown.recommendation_id : exposure.visitor_id;
    const Record record{
        exposures_topic_, border::text_key(configuration_.cluster.shop, who),
        engine::encode(exposure, engine::names_features(exposure) ? engine::Features::named : engine::Features::kept)};
    if (!producer_->offer(record, configuration_.exposures.queue)) ++exposures_dropped_;
}

engine::Readiness ClusterEngine::judge(TimeMs now) {
    const FeedFigures feed = feed_->figures();
    const TimeMs stale_after = configuration_.cluster.stale_after_ms;
    if (!feed.complete)
        return {.ready = false,
                .detail = feed.trouble.empty() ? fmt::format("reading the state topics: {} of {} partitions are not at "
                                                             "their end yet",
                                                             feed.behind, feed.partitions)
                                               : feed.trouble};
    const TimeMs waiting = now - pending_.oldest(now);
    engine::Readiness readiness;
    readiness.stale = true;
    if (!feed.trouble.empty())
        readiness.detail = feed.trouble;
    else if (feed.lag_ms > stale_after)
        readiness.detail =
            fmt::format("what is known is {} ms old: the brokers are away or the feed lags", feed.lag_ms);
    else if (waiting > stale_after)
        readiness.detail =
            fmt::format("an event taken {} ms ago has not come back: the Streams application lags or is down", waiting);
    else
        readiness.stale = false;
    return readiness;
}

void ClusterEngine::keep_house() {
    const TimeMs now = clock_();
    engine::Readiness readiness = judge(now);
    pending_.forget_old(now);
    catalog_.forget_old(now);
    const std::lock_guard lock(readiness_mutex_);
    if (readiness.ready != readiness_.ready) spdlog::info("node: {}", readiness.ready ? "ready" : readiness.detail);
    if (readiness.stale && !readiness_.stale) spdlog::warn("node: stale: {}", readiness.detail);
    if (!readiness.stale && readiness_.stale) spdlog::info("node: no longer stale");
    readiness_ = std::move(readiness);
}

engine::Readiness ClusterEngine::readiness() const {
    const std::lock_guard lock(readiness_mutex_);
    return readiness_;
}

engine::Counters ClusterEngine::counters() const {
    const FeedFigures feed = feed_->figures();
    engine::Counters counters;
    counters.visitors = feed.states.visitors;
    counters.users = feed.states.users;
    counters.items_with_state = feed.states.items;
    counters.catalog_items = live_.read([](const catalog::Catalog& catalog) { return catalog.size(); });
    counters.exposures_offered = exposures_offered_;
    counters.exposures_dropped = exposures_dropped_;
    counters.node = engine::NodeCounters{.feed_records = feed.records,
                                         .feed_refused = feed.refused,
                                         .feed_partitions = feed.partitions,
                                         .feed_behind = feed.behind,
                                         .feed_lag_ms = static_cast<std::uint64_t>(std::max<TimeMs>(0, feed.lag_ms)),
                                         .pending_events = pending_.size(),
                                         .pending_dropped = pending_.dropped(),
                                         .sent = producer_->sent(),
                                         .send_failed = producer_->failed(),
                                         .models_taken = models_.taken(),
                                         .models_refused = models_.refused(),
                                         .stale = readiness().stale ? 1u : 0u,
                                         .feed_rebuilds = feed.rebuilds,
                                         .forwarded = forwarding_->forwarded(),
                                         .forwards_failed = forwarding_->failed(),
                                         .degraded = forwarding_->answered_without_him()};
    return counters;
}

Result<void> ClusterEngine::checkpoint() { return feed_->checkpoint(); }

Result<std::string> ClusterEngine::state_digest() {
    if (auto written = checkpoint(); !written) return std::unexpected(written.error());
    return engine::stored_digest(*database_);
}

Result<std::string> ClusterEngine::replayed_digest() const {
    return std::unexpected(not_here("a serving node has no log to replay"));
}

// They lie in the topic of exposures.
std::vector<std::string> ClusterEngine::exposures(const std::string&, std::size_t) { return {}; }

Result<void> ClusterEngine::each_trigger(const std::string&, const std::function<void(const engine::Trigger&)>&) {
    return std::unexpected(not_here("experiments are analysed in a folder that `vitrina cluster mirror` made"));
}

Result<void> ClusterEngine::each_outcome(const std::function<void(const feedback::Outcome&)>& visit) {
    if (auto written = checkpoint(); !written) return written;
    return engine::each_stored_outcome(*database_, visit);
}

Result<void> ClusterEngine::each_success(const std::function<void(ItemKey, const std::string&)>& visit) {
    if (auto written = checkpoint(); !written) return written;
    return engine::each_stored_success(*database_, visit);
}

}  // namespace vitrina::cluster
