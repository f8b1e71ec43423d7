#pragma once
// An engine in memory for tests, fuzzing and the measurement of the bare server: it keeps what it is given and answers what it
// is told to. Its clock stands until it is moved.
//
// Threads: any for the members of Engine; the public fields are set before requests come.

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.hpp"
#include "event/event.hpp"

namespace vitrina::server {

class FakeEngine final : public engine::Engine {
public:
    explicit FakeEngine(engine::Configuration configuration = {}) : configuration_(std::move(configuration)) {}

    // Events whose id begins with "fails" do not become durable.
    Result<engine::AcceptReport> accept(const std::vector<event::Event>& given) override {
        const std::lock_guard lock(mutex_);
        if (failure) return std::unexpected(*failure);
        engine::AcceptReport report;
        for (std::size_t i = 0; i < given.size(); ++i) {
            const event::Event& event = given[i];
            if (event.event_id.starts_with("fails")) {
                report.failed.push_back({i, {ErrorCode::unavailable, "the brokers are away"}});
                report.verdicts.push_back(state::Verdict::folded);
                continue;
            }
            const bool is_new = std::ranges::find(events, event.event_id, &event::Event::event_id) == events.end();
            ++(is_new ? report.accepted : report.duplicates);
            report.verdicts.push_back(is_new ? state::Verdict::folded : state::Verdict::duplicate);
            if (is_new) events.push_back(event);
        }
        return report;
    }

    // Items whose id begins with "fails" fail as `failure` or, without one, as a full disk does.
    std::vector<Result<void>> put_items(std::vector<catalog::Item> given) override {
        const std::lock_guard lock(mutex_);
        std::vector<Result<void>> results;
        for (catalog::Item& item : given) {
            if (failure || item.item_id.starts_with("fails")) {
                results.emplace_back(std::unexpected(failure.value_or(Error{ErrorCode::io, "the disk is full"})));
            } else {
                results.emplace_back();
                items[item.item_id] = std::move(item);
            }
        }
        return results;
    }
    // A run is what `runs` has; its outcome is `outcome`.
    Result<catalog::Run> begin_item_run() override {
        const std::lock_guard lock(mutex_);
        if (failure) return std::unexpected(*failure);
        runs.push_back("i-" + std::to_string(runs.size() + 1));
        return catalog::Run{runs.back(), time};
    }
    Result<catalog::Run> item_run(const std::string& id) const override {
        const std::lock_guard lock(mutex_);
        if (failure) return std::unexpected(*failure);
        if (std::ranges::find(runs, id) != runs.end()) return catalog::Run{id, time};
        return fail(ErrorCode::not_found, "there is no run " + id);
    }
    std::vector<Result<void>> put_items(std::vector<catalog::Item> given, const catalog::Run& run) override {
        for (const catalog::Item& item : given) mentioned.push_back(run.id + ' ' + item.item_id);
        return put_items(std::move(given));
    }
    Result<catalog::RunOutcome> end_item_run(const catalog::Run&, const catalog::RunClaim& given) override {
        const std::lock_guard lock(mutex_);
        if (failure) return std::unexpected(*failure);
        claim = given;
        return outcome;
    }
    Result<void> remove_item(const std::string& item_id) override {
        const std::lock_guard lock(mutex_);
        if (failure) return std::unexpected(*failure);
        if (items.erase(item_id) == 0) return fail(ErrorCode::not_found, "there is no item " + item_id);
        return {};
    }
    std::optional<catalog::Item> item(const std::string& item_id) const override {
        const std::lock_guard lock(mutex_);
        const auto found = items.find(item_id);
        return found == items.end() ? std::nullopt : std::optional(found->second);
    }
    void each_item(const std::function<void(const catalog::Item&)>& visit) const override {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, item] : items) visit(item);
    }

    // The items in order of their ids, for any placement that is configured.
    Result<std::vector<recommendation::Recommendation>>
    recommend(const engine::RecommendationRequest& request) override {
        const std::lock_guard lock(mutex_);
        if (failure) return std::unexpected(*failure);
        asked = request;
        std::vector<recommendation::Recommendation> answers;
        for (const auto& one : request.requests) {
            if (!configuration_.placements.contains(one.placement))
                return fail(ErrorCode::invalid_input, "there is no placement " + one.placement);
            answers.push_back(answer(one));
        }
        return answers;
    }

    Result<engine::VisitorReport> visitor(const std::string& visitor_id) const override {
        const std::lock_guard lock(mutex_);
        if (failure) return std::unexpected(*failure);
        engine::VisitorReport report;
        for (const event::Event& event : events) {
            if (event.visitor_id != visitor_id) continue;
            report.known = true;
            for (const event::EventItem& line : event.items)
                report.actions.push_back({.time = event.time, .item = item_key(line.item_id)});
        }
        return report;
    }

    Result<model::Manifest> train(const engine::Progress& progress, const engine::TrainingOrder& given) override {
        if (progress) progress("fake", 1);
        std::unique_lock lock(mutex_);
        order = given;
        status = {.state = engine::TrainingStatus::State::running, .step = "fake", .share = 1};
        training_.wait(lock, [&] { return !training_held_; });
        status = {};
        if (failure) status = {.state = engine::TrainingStatus::State::failed, .message = failure->message};
        if (failure) return std::unexpected(*failure);
        manifests.insert(manifests.begin(), model::Manifest{.version = "v" + std::to_string(manifests.size() + 1)});
        return manifests.front();
    }
    std::optional<model::RefusedRelease> refused_release() const override {
        const std::lock_guard lock(mutex_);
        return refused;
    }
    engine::TrainingStatus training() const override {
        const std::lock_guard lock(mutex_);
        return status;
    }
    Result<std::vector<model::Manifest>> models() const override {
        const std::lock_guard lock(mutex_);
        if (failure) return std::unexpected(*failure);
        return manifests;
    }
    std::string current_model() const override {
        const std::lock_guard lock(mutex_);
        return manifests.empty() ? "none" : manifests.front().version;
    }
    Result<model::Manifest> use_model(const std::string& version) override {
        return fail(ErrorCode::not_found, "there is no version " + version);
    }
    Result<model::Manifest> rollback_model() override {
        const std::lock_guard lock(mutex_);
        if (failure) return std::unexpected(*failure);
        if (manifests.size() < 2) return fail(ErrorCode::conflict, "there is no older model version");
        manifests.erase(manifests.begin());
        return manifests.front();
    }

    Result<void> events_while(const std::function<bool(const event::Event&)>& visit) const override {
        const std::lock_guard lock(mutex_);
        for (const event::Event& event : events)
            if (!visit(event)) break;
        return {};
    }
    engine::Counters counters() const override {
        const std::lock_guard lock(mutex_);
        return {.events = events.size(), .catalog_items = items.size()};
    }
    Result<void> checkpoint() override {
        const std::lock_guard lock(mutex_);
        ++checkpoints;
        return {};
    }
    engine::Readiness readiness() const override { return ready; }
    engine::Peers* peers() override { return others; }
    Result<void> refresh_trends() override { return {}; }
    Result<std::string> state_digest() override { return std::string(); }
    Result<std::string> replayed_digest() const override { return std::string(); }
    std::vector<std::string> exposures(const std::string&, std::size_t) override { return {}; }
    Result<void> each_trigger(const std::string&, const std::function<void(const engine::Trigger&)>& visit) override {
        if (failure) return std::unexpected(*failure);
        for (const engine::Trigger& trigger : triggers) visit(trigger);
        return {};
    }
    Result<void> each_outcome(const std::function<void(const feedback::Outcome&)>&) override { return read(); }
    Result<void> each_exposure(const std::function<void(const std::string&)>&) override { return read(); }
    Result<void> each_success(const std::function<void(ItemKey, const std::string&)>&) override { return read(); }
    const engine::Configuration& configuration() const override { return configuration_; }
    TimeMs now() const override {
        if (broken) throw std::runtime_error("the fake engine is broken");
        return time;
    }

    // A training begun in between lasts in between.
    void hold_training() { training_held_ = true; }
    void let_training_go() {
        const std::lock_guard lock(mutex_);
        training_held_ = false;
        training_.notify_all();
    }

    engine::Readiness ready;
    engine::Peers* others = nullptr;
    bool broken = false;              // reading the clock throws: a fault of ours
    std::optional<Error> failure;     // what every call that can fail answers
    TimeMs time = 1'767'607'200'000;  // 2026-01-05T10:00:00Z
    std::vector<event::Event> events;
    std::map<std::string, catalog::Item> items;
    std::vector<std::string> runs, mentioned;  // "RUN ITEM"
    catalog::RunClaim claim;                   // the last one
    catalog::RunOutcome outcome;
    std::vector<engine::Trigger> triggers;   // of every experiment
    std::vector<model::Manifest> manifests;  // newest first
    engine::TrainingStatus status;           // of the last training
    engine::TrainingOrder order;             // of it
    std::optional<model::RefusedRelease> refused;
    engine::RecommendationRequest asked;  // the last one
    std::size_t checkpoints = 0;

private:
    Result<void> read() const { return failure ? Result<void>(std::unexpected(*failure)) : Result<void>{}; }
    recommendation::Recommendation answer(const recommendation::Request& request) const {
        recommendation::Recommendation answer{
            .placement = request.placement, .recommendation_id = "r-1", .variant = "default", .model_version = "v1"};
        for (const auto& [id, item] : items) {
            if (answer.items.size() == request.size) break;
            recommendation::AnsweredItem line{
                .item_id = id, .score = .5F, .source = "popular", .reason = {"popular", "", "Popular"}};
            if (request.explain) line.explained.push_back({"popular", 7, 1});
            answer.items.push_back(std::move(line));
        }
        if (answer.items.empty()) answer.empty_reason = "no_items";
        if (request.explain) answer.trace.push_back({"", "relaxed:diversity"});
        return answer;
    }

    engine::Configuration configuration_;
    mutable std::mutex mutex_;
    std::condition_variable training_;
    bool training_held_ = false;
};

}  // namespace vitrina::server
