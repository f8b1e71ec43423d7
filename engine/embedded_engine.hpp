#pragma once
// The engine's parts, put together in the order in which they depend on each other; destroyed in the opposite order.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/answering.hpp"
#include "engine/background.hpp"
#include "engine/checkpointer.hpp"
#include "engine/database.hpp"
#include "engine/engine.hpp"
#include "engine/event_log.hpp"
#include "engine/exposures.hpp"
#include "engine/folding.hpp"
#include "engine/intake.hpp"
#include "engine/item_runs.hpp"
#include "engine/learning.hpp"
#include "engine/live_catalog.hpp"
#include "engine/thread_pool.hpp"
#include "engine/trial_guard.hpp"
#include "feedback/recommendation_token.hpp"

namespace vitrina::engine {

struct TakenExposures {
    std::size_t fresh = 0, refused = 0;
};

class EmbeddedEngine final : public Engine {
public:
    struct Opened {
        std::unique_ptr<Database> database;
        ShopKey key{};
        EventLog log;
        CheckpointMark mark;
        model::Store models;
    };
    // As Engine::open. `wanted`: the key of the shop whose records another host brings here; conflict where the folder has another.
    static Result<std::unique_ptr<EmbeddedEngine>> open(const std::string& folder, const Configuration& configuration,
                                                        std::function<TimeMs()> clock,
                                                        const std::optional<ShopKey>& wanted);
    EmbeddedEngine(Opened opened, const Configuration& configuration, std::function<TimeMs()> clock);
    ~EmbeddedEngine() override;

    // Catalogue, replay, model, trends; then the threads. Called once, before anything else.
    Result<void> start();

    Result<AcceptReport> accept(const std::vector<event::Event>& events) override;
    std::vector<Result<void>> put_items(std::vector<catalog::Item> items) override;
    Result<void> patch_item(const catalog::Item& before, catalog::Item after,
                            const std::vector<std::string>& fields) override;
    Result<void> remove_item(const std::string& item_id) override;
    Result<catalog::Run> begin_item_run() override { return runs_.begin(clock_()); }
    Result<catalog::Run> item_run(const std::string& id) const override { return runs_.read(id, clock_()); }
    std::vector<Result<void>> put_items(std::vector<catalog::Item> items, const catalog::Run& run) override;
    Result<catalog::RunOutcome> end_item_run(const catalog::Run& run, const catalog::RunClaim& claim) override;
    std::optional<catalog::Item> item(const std::string& item_id) const override;
    void each_item(const std::function<void(const catalog::Item&)>& visit) const override;
    Result<std::vector<recommendation::Recommendation>> recommend(const RecommendationRequest& request) override;
    Result<VisitorReport> visitor(const std::string& visitor_id) const override;
    Result<model::Manifest> train(const Progress& progress, const TrainingOrder& order) override;
    std::optional<model::RefusedRelease> refused_release() const override { return learning_.refused(); }
    TrainingStatus training() const override { return learning_.status(); }
    Result<std::vector<model::Manifest>> models() const override;
    std::string current_model() const override;
    Result<model::Manifest> use_model(const std::string& version) override;
    Result<model::Manifest> rollback_model() override;
    Result<void> events_while(const std::function<bool(const event::Event&)>& visit) const override;
    Result<void> refresh_trends() override;
    Counters counters() const override;
    Result<void> checkpoint() override;
    Result<std::string> state_digest() override;
    Result<std::string> replayed_digest() const override;
    std::vector<std::string> exposures(const std::string& visitor_id, std::size_t limit) override;
    Result<void> each_trigger(const std::string& experiment,
                              const std::function<void(const Trigger&)>& visit) override {
        return exposures_.each_trigger(experiment, visit);
    }
    Result<void> each_outcome(const std::function<void(const feedback::Outcome&)>& visit) override;
    Result<void> each_exposure(const std::function<void(const std::string& encoded)>& visit) override {
        return exposures_.each(visit);
    }
    Result<void> each_featured_exposure(const std::function<void(const std::string& encoded)>& visit) override {
        return exposures_.each_featured(visit);
    }
    std::vector<std::string> feature_names(std::uint64_t layout) const override {
        return exposures_.feature_names(layout);
    }
    Result<void> each_success(const std::function<void(ItemKey item, const std::string& state)>& visit) override;
    // What other hosts showed, and a note of how far they were read: durable together. Those whose id this shop did not sign are
    // refused; those that are there already change nothing.
    Result<TakenExposures> take_exposures(std::vector<Exposure> exposures, const Note& note);
    Result<std::optional<std::string>> note(const std::string& name) const;
    Result<void> keep(const Note& note);
    const Configuration& configuration() const override { return configuration_; }
    experiment::Programme programme() const override { return *guard_.programme(); }
    // Ends experiments that harm; once a day by itself.
    Result<void> guard_experiments() { return guard_.look_if_due(*this); }
    TimeMs now() const override { return clock_(); }

private:
    Result<void> replay(Position after);
    Result<void> write_checkpoint();
    void refresh_if_changed();
    void train_if_due();

    Configuration configuration_;
    std::function<TimeMs()> clock_;
    std::unique_ptr<Database> database_;
    PersonHasher hasher_;
    feedback::TokenSigner signer_;
    ItemRuns runs_;
    EventLog log_;
    CheckpointMark mark_;
    StateCaches caches_;
    ThreadPool folding_threads_;
    Folding folding_;
    LiveCatalog catalog_;
    Checkpointer checkpointer_;
    Exposures exposures_;
    TrialGuard guard_;
    Answering answering_;
    Learning learning_;
    std::unique_ptr<Intake> intake_;
    std::atomic<std::uint64_t> seen_events_ = 0, seen_items_ = 0;  // by the last refresh of the trends
    std::atomic<TimeMs> refreshed_ = 0;
    std::unique_ptr<Periodic> trends_, training_, guarding_;
};

}  // namespace vitrina::engine
