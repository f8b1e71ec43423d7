#pragma once
// An engine that only remembers what it was given, for the tests and the benchmark of the import.
//
// Duplicates are told by event id, as the real one tells them; nothing is durable, nothing is folded, nothing is answered.
// Threads: one caller at a time.

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.hpp"

namespace vitrina::import {

class RecordingEngine final : public engine::Engine {
public:
    Result<engine::AcceptReport> accept(const std::vector<event::Event>& given) override {
        if (--accepts_until_failure == 0) return fail(ErrorCode::io, "the disk is full");
        if (full_answers > 0 && full_answers-- > 0) return fail(ErrorCode::exhausted, "the queue is full");
        engine::AcceptReport report;
        for (const auto& event : given) {
            const bool fresh = ids_.insert(event.event_id).second;
            report.verdicts.push_back(fresh ? state::Verdict::folded : state::Verdict::duplicate);
            ++(fresh ? report.accepted : report.duplicates);
            if (fresh) events.push_back(event);
        }
        return report;
    }
    std::vector<Result<void>> put_items(std::vector<catalog::Item> given) override {
        for (auto& item : given) items[item.item_id] = item;
        return std::vector<Result<void>>(given.size());
    }
    Result<catalog::Run> begin_item_run() override { return catalog::Run{"i-run", time}; }
    Result<catalog::Run> item_run(const std::string&) const override { return absent(); }
    std::vector<Result<void>> put_items(std::vector<catalog::Item> given, const catalog::Run& run) override {
        for (const auto& item : given) mentioned[run.id].insert(item.item_id);
        return put_items(std::move(given));
    }
    Result<catalog::RunOutcome> end_item_run(const catalog::Run& run, const catalog::RunClaim& claim) override {
        ended.push_back(claim);
        const std::size_t seen = mentioned[run.id].size();
        return catalog::RunOutcome{
            .expected = claim.items, .seen = seen, .vanished = items.size() - seen, .message = {}};
    }
    Result<void> remove_item(const std::string& item_id) override {
        return items.erase(item_id) > 0 ? Result<void>{} : fail(ErrorCode::not_found, item_id);
    }
    std::optional<catalog::Item> item(const std::string& item_id) const override {
        const auto found = items.find(item_id);
        return found == items.end() ? std::nullopt : std::optional(found->second);
    }
    void each_item(const std::function<void(const catalog::Item&)>& visit) const override {
        for (const auto& [id, item] : items) visit(item);
    }
    Result<void> events_while(const std::function<bool(const event::Event&)>& visit) const override {
        for (const auto& event : events)
            if (!visit(event)) break;
        return {};
    }
    const engine::Configuration& configuration() const override { return configuration_; }
    TimeMs now() const override { return time; }
    engine::Counters counters() const override { return {}; }
    Result<void> checkpoint() override { return {}; }
    Result<std::string> state_digest() override { return absent(); }
    Result<std::string> replayed_digest() const override { return absent(); }
    std::vector<std::string> exposures(const std::string&, std::size_t) override { return {}; }
    Result<void> each_trigger(const std::string&, const std::function<void(const engine::Trigger&)>&) override {
        return absent();
    }
    Result<void> each_outcome(const std::function<void(const feedback::Outcome&)>&) override { return absent(); }
    Result<void> refresh_trends() override { return {}; }
    std::string current_model() const override { return "none"; }

    Result<std::vector<recommendation::Recommendation>> recommend(const engine::RecommendationRequest&) override {
        return absent();
    }
    Result<engine::VisitorReport> visitor(const std::string&) const override { return absent(); }
    Result<model::Manifest> train(const engine::Progress&, const engine::TrainingOrder&) override { return absent(); }
    Result<std::vector<model::Manifest>> models() const override { return absent(); }
    Result<model::Manifest> use_model(const std::string&) override { return absent(); }
    Result<model::Manifest> rollback_model() override { return absent(); }

    std::vector<event::Event> events;  // without duplicates, in the order of acceptance
    std::map<std::string, catalog::Item> items;
    std::map<std::string, std::set<std::string>> mentioned;  // by run
    std::vector<catalog::RunClaim> ended;
    TimeMs time = 1'767'614'400'000;  // 2026-01-05T12:00:00Z
    int full_answers = 0;             // so many calls of `accept` find the queue full
    int accepts_until_failure = 0;    // that call fails; 0: none does

private:
    static std::unexpected<Error> absent() { return fail(ErrorCode::unavailable, "this engine only records"); }
    std::set<std::string> ids_;
    engine::Configuration configuration_;
};

}  // namespace vitrina::import
