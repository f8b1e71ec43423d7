#pragma once
// The embedded host: one process owns a data folder and gives the pure core its log, clock, threads and files.
//
// What it does: takes events and items durably, folds them, trains, swaps models, answers.
// Threads: every member function may be called from any thread. `accept` calls are grouped into one synced log record each;
// answers run on the caller's thread and never wait for writes.
// Lifetime: closing (the destructor) writes a checkpoint and joins all threads; a kill loses nothing that was acknowledged.
// Errors: `open` answers conflict when another process owns the folder (naming its process id), corrupt_data with the place
// where the log is damaged (a torn last record is no error: it was never acknowledged), io with path and cause.
// `accept` answers exhausted when its queue is full (retry later) and io when the disk refuses; then nothing was taken.
// Surprising cost: opening replays the log since the last checkpoint; training reads the whole log.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/keys.hpp"
#include "catalog/catalog.hpp"
#include "catalog/run.hpp"
#include "engine/configuration.hpp"
#include "engine/peers.hpp"
#include "event/event.hpp"
#include "event/validation.hpp"
#include "feedback/credit.hpp"
#include "model/store.hpp"
#include "recommendation/request.hpp"
#include "state/records.hpp"
#include "state/views.hpp"

namespace vitrina::engine {

// An event of a batch that did not become durable, though others of the batch did.
struct NotDurable {
    std::size_t index = 0;
    Error error;
};

struct AcceptReport {
    std::size_t accepted = 0;  // durable, duplicates not counted
    std::size_t duplicates = 0;
    std::vector<state::Verdict> verdicts;  // one an event, as far as this host knows; of no meaning for one that failed
    std::vector<NotDurable> failed;        // by index; always empty where one log takes the whole batch or nothing
};

// May a load balancer send requests here, and are answers made from what happened lately?
struct Readiness {
    bool ready = true;
    bool stale = false;
    std::string detail;  // why not
};

struct RecommendationRequest {
    std::string visitor_id;
    std::string user_id;
    std::vector<recommendation::Request> requests;
    bool distinct = false;  // an item at most once over all placements of this request
    bool live = false;      // offers an exposure for each answer; off for previews, GET and the command line
    bool bot = false;
    int timeout_ms = 300;
};

struct VisitorReport {
    bool known = false;
    std::vector<state::Acted> actions;  // newest first
    std::vector<std::string> cart;      // item ids where the catalogue knows them
    std::string user_hash;              // hex of the user's key, empty when logged out
    bool suspect = false;
};

// What a serving node of a cluster counts besides.
struct NodeCounters {
    std::uint64_t feed_records = 0;     // taken from the state topics since the start
    std::uint64_t feed_refused = 0;     // of them unreadable
    std::uint64_t feed_partitions = 0;  // assigned
    std::uint64_t feed_behind = 0;      // of them not read to their end
    std::uint64_t feed_lag_ms = 0;      // age of what is being read where it is behind, or of the last contact
    std::uint64_t pending_events = 0;   // taken here and not yet back from the state topics
    std::uint64_t pending_dropped = 0;  // given up because too many were pending
    std::uint64_t sent = 0, send_failed = 0;
    std::uint64_t models_taken = 0, models_refused = 0;
    std::uint64_t stale = 0;  // 1 while answers are marked so
    std::uint64_t feed_rebuilds = 0;
    std::uint64_t forwarded = 0, forwards_failed = 0;
    std::uint64_t degraded = 0;  // answers for people whom others keep, without them
};

struct Counters {
    std::uint64_t events = 0, duplicates = 0, late = 0, dead_letters = 0, suspects = 0;
    std::uint64_t visitors = 0, users = 0, items_with_state = 0, catalog_items = 0;
    std::uint64_t exposures_offered = 0, exposures_dropped = 0;
    std::uint64_t log_bytes = 0, log_position = 0, checkpoint_position = 0;
    std::uint64_t trainings = 0, trainings_failed = 0, releases_refused = 0;  // a refused one failed too
    std::uint64_t unmatched_refunds = 0;
    std::uint64_t successes_forgotten = 0;  // touches, order lines and refunds that a limit of [feedback] took
    std::optional<NodeCounters> node;       // of a serving node of a cluster only
};

// Progress of a training, for a progress line: "ials", 0.4.
using Progress = std::function<void(const std::string& step, double share)>;

// That somebody came into an experiment.
struct Trigger {
    std::string unit;  // id of the visitor or user
    std::string arm;   // of the first time
    TimeMs first = 0;
    bool mixed = false;  // was seen in another arm too, since the experiment was changed
};

struct TrainingOrder {
    bool force = false;  // release what is learned whatever the gate says (evaluation/release.hpp)
};

// Of trainings, scheduled or asked for.
struct TrainingStatus {
    enum class State { idle, running, failed };  // idle: there was none yet, or the last one succeeded
    State state = State::idle;
    std::string step;     // while running: "ials"
    double share = 0;     // of the whole, 0 to 1
    std::string message;  // why it failed
};

class Engine {
public:
    // `clock` gives milliseconds since the epoch; the system's where it is empty.
    static Result<std::unique_ptr<Engine>> open(const std::string& folder, const Configuration& configuration,
                                                std::function<TimeMs()> clock = {});
    virtual ~Engine() = default;

    // Durable when it returns, but for those that the report names as failed. Precondition: every event is event::validated. The
    // caller keeps the events, to send them again.
    virtual Result<AcceptReport> accept(const std::vector<event::Event>& events) = 0;

    // Items, durable when it returns; each counts in the very next answer. One result an item, in order.
    virtual std::vector<Result<void>> put_items(std::vector<catalog::Item> items) = 0;
    // `after` is `before` with these fields (their names in JSON) as somebody wants them. A host that is not alone in writing
    // changes nothing else of the item.
    virtual Result<void> patch_item(const catalog::Item& before, catalog::Item after,
                                    const std::vector<std::string>& fields);
    virtual Result<void> remove_item(const std::string& item_id) = 0;  // not_found where it is not there
    // Complete runs of the feed (catalog/run.hpp). A run is its id, known to every node and after a restart; one that is never ended
    // costs nothing. `item_run` answers not_found for what is none, conflict for one that is too old.
    virtual Result<catalog::Run> begin_item_run() = 0;
    virtual Result<catalog::Run> item_run(const std::string& id) const = 0;
    // As put_items, of a run; the same content again is a mention too.
    virtual std::vector<Result<void>> put_items(std::vector<catalog::Item> items, const catalog::Run& run) = 0;
    // Makes absent what the run did not mention, or says why it does not. Where it answers an error (unavailable, io) some may be
    // absent already; ending it again does the rest.
    virtual Result<catalog::RunOutcome> end_item_run(const catalog::Run& run, const catalog::RunClaim& claim) = 0;
    virtual std::optional<catalog::Item> item(const std::string& item_id) const = 0;
    // Visits every item present, in slot order, under the read lock: `visit` must be quick and must not call the engine.
    virtual void each_item(const std::function<void(const catalog::Item&)>& visit) const = 0;

    // One recommendation a request, in order.
    virtual Result<std::vector<recommendation::Recommendation>> recommend(const RecommendationRequest& request) = 0;

    virtual Result<VisitorReport> visitor(const std::string& visitor_id) const = 0;

    // Does this host learn at all? If not: who does.
    virtual Result<void> may_train() const { return {}; }
    // Learns a version from everything known and makes it current. One training at a time: conflict while one runs, and where the
    // release gate refuses: the version in use stays then, and `refused_release` says why.
    virtual Result<model::Manifest> train(const Progress& progress = {}, const TrainingOrder& order = {}) = 0;
    // The last one that the gate refused, where none was released since.
    virtual std::optional<model::RefusedRelease> refused_release() const { return std::nullopt; }
    virtual TrainingStatus training() const { return {}; }
    virtual Result<std::vector<model::Manifest>> models() const = 0;
    virtual std::string current_model() const = 0;  // "none" before the first
    virtual Result<model::Manifest> use_model(const std::string& version) = 0;
    virtual Result<model::Manifest> rollback_model() = 0;

    // Every event of the log in the order of acceptance (duplicates included), for export, evaluation and the doctor: those that
    // were accepted when it began, whatever comes meanwhile. `visit` must not call the engine.
    Result<void> each_event(const std::function<void(const event::Event&)>& visit) const {
        return events_while([&](const event::Event& event) {
            visit(event);
            return true;
        });
    }
    // The same as long as `visit` says true.
    virtual Result<void> events_while(const std::function<bool(const event::Event&)>& visit) const = 0;

    // Best sellers and trends anew from what is known now; else they follow within `trends_every_ms`.
    virtual Result<void> refresh_trends() = 0;

    virtual Counters counters() const = 0;
    virtual Readiness readiness() const { return {}; }
    // Hosts that keep other people; nobody where this one keeps all.
    virtual Peers* peers() { return nullptr; }
    virtual Result<void> checkpoint() = 0;
    // A hash over every state, sorted by store and key; and the same of what a replay of the whole log makes, in memory and from
    // nothing. The two are equal, always.
    virtual Result<std::string> state_digest() = 0;
    virtual Result<std::string> replayed_digest() const = 0;
    // The newest exposures first, for tests and the export of one visitor.
    virtual std::vector<std::string> exposures(const std::string& visitor_id, std::size_t limit) = 0;

    // Everybody who came into an experiment of the configuration, or into the hold-out of a quarter, in the order of their units.
    virtual Result<void> each_trigger(const std::string& experiment,
                                      const std::function<void(const Trigger&)>& visit) = 0;

    // What became of recommendations: every line of an order that is credited to one, by transaction and line. `visit` must not call
    // the engine. Surprising cost: makes a checkpoint first.
    virtual Result<void> each_outcome(const std::function<void(const feedback::Outcome&)>& visit) = 0;
    // Every exposure that is kept, as proto/exposure.proto. `visit` must not call the engine.
    virtual Result<void> each_exposure(const std::function<void(const std::string& encoded)>& visit);
    // Every exposure kept with its items' features (exposures.features_share), oldest first, and the names of a layout's features.
    virtual Result<void> each_featured_exposure(const std::function<void(const std::string& encoded)>& visit);
    virtual std::vector<std::string> feature_names(std::uint64_t /*layout*/) const { return {}; }
    // The counts of success of every item that has some, as feedback::success_rows reads them, by key. As each_outcome.
    virtual Result<void> each_success(const std::function<void(ItemKey item, const std::string& state)>& visit);

    virtual const Configuration& configuration() const = 0;
    // The experiments of the configuration, less what their guards ended.
    virtual experiment::Programme programme() const { return configuration().experiments; }
    virtual TimeMs now() const = 0;
};

}  // namespace vitrina::engine
