#pragma once
// The engine of another process, reached through the socket in its data folder: a command beside a running `vitrina serve`
// works with it as it would with an engine of its own.
//
// What the owner does (answers, training) follows the owner's configuration; `configuration` is the command's own. `now` is this
// machine's clock, which is the owner's. The events are those that the log held at the first `each_event`, however often it is
// called, so that a command sees one shop; the state, items and models are those of the moment.
// Threads: any; one call at a time, the others wait. `visit` must not call the engine.
// Lifetime: connected as long as it lives.
// Errors: `connect` answers not_found where nobody listens, conflict where the owner is of another version or user, exhausted
// where too many commands are connected. All else as the owner's engine, and unavailable once the owner is gone: then `on_lost`
// is called first, because not every member function can tell.
// Cost: a call is a round trip of some 20 µs.

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "owner/stream.hpp"
#include "owner/wire.hpp"

namespace vitrina::owner {

class RemoteEngine final : public engine::Engine {
public:
    using Lost = std::function<void(const Error&)>;
    static Result<std::unique_ptr<engine::Engine>>
    connect(const std::string& folder, const engine::Configuration& configuration, Lost on_lost = {});

    // A large batch goes as several calls; those before the one that fails are durable.
    Result<engine::AcceptReport> accept(const std::vector<event::Event>& events) override;
    std::vector<Result<void>> put_items(std::vector<catalog::Item> items) override;
    Result<catalog::Run> begin_item_run() override;
    Result<catalog::Run> item_run(const std::string& id) const override;
    std::vector<Result<void>> put_items(std::vector<catalog::Item> items, const catalog::Run& run) override;
    Result<catalog::RunOutcome> end_item_run(const catalog::Run& run, const catalog::RunClaim& claim) override;
    Result<void> remove_item(const std::string& item_id) override;
    std::optional<catalog::Item> item(const std::string& item_id) const override;
    void each_item(const std::function<void(const catalog::Item&)>& visit) const override;
    Result<std::vector<recommendation::Recommendation>>
    recommend(const engine::RecommendationRequest& request) override;
    Result<engine::VisitorReport> visitor(const std::string& visitor_id) const override;
    Result<model::Manifest> train(const engine::Progress& progress, const engine::TrainingOrder& order) override;
    std::optional<model::RefusedRelease> refused_release() const override;
    Result<std::vector<model::Manifest>> models() const override;
    std::string current_model() const override;
    Result<model::Manifest> use_model(const std::string& version) override;
    Result<model::Manifest> rollback_model() override;
    Result<void> events_while(const std::function<bool(const event::Event&)>& visit) const override;
    Result<void> refresh_trends() override;
    engine::Counters counters() const override;
    Result<void> checkpoint() override;
    Result<std::string> state_digest() override;
    Result<std::string> replayed_digest() const override;
    std::vector<std::string> exposures(const std::string& visitor_id, std::size_t limit) override;
    Result<void> each_trigger(const std::string& experiment,
                              const std::function<void(const engine::Trigger&)>& visit) override;
    Result<void> each_outcome(const std::function<void(const feedback::Outcome&)>& visit) override;
    Result<void> each_exposure(const std::function<void(const std::string& encoded)>& visit) override;
    Result<void> each_featured_exposure(const std::function<void(const std::string& encoded)>& visit) override;
    std::vector<std::string> feature_names(std::uint64_t layout) const override;
    Result<void> each_success(const std::function<void(ItemKey item, const std::string& state)>& visit) override;
    const engine::Configuration& configuration() const override { return configuration_; }
    experiment::Programme programme() const override;
    TimeMs now() const override;

private:
    using OnPart = std::function<Result<void>(const proto::Reply& part)>;

    RemoteEngine(std::string folder, Stream stream, const engine::Configuration& configuration, Lost on_lost);
    Result<void> greeted();
    Result<proto::Reply> ask(const proto::Call& call, const OnPart& on_part = {}) const;
    Result<proto::Reply> reply_to(const std::string& message, const OnPart& on_part) const;
    Result<void> done(const proto::Call& call) const;
    Result<std::string> text(const proto::Call& call) const;
    Result<void> each_blob(const proto::Call& call, const std::function<void(const std::string&)>& visit) const;
    Result<catalog::Run> run(const proto::Call& call) const;
    std::vector<Result<void>> put_all(const std::vector<catalog::Item>& items, const std::string& run);
    Result<model::Manifest> manifest(const proto::Call& call, const OnPart& on_part = {}) const;
    Error lost(const std::string& cause) const;

    std::string folder_;
    mutable Stream stream_;
    engine::Configuration configuration_;
    Lost on_lost_;
    mutable std::mutex mutex_;
    mutable std::optional<Error> lost_;
    mutable std::atomic<std::uint64_t> events_most_ = std::numeric_limits<std::uint64_t>::max();  // of the first look
};

}  // namespace vitrina::owner
