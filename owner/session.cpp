#include "owner/session.hpp"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <exception>
#include <limits>
#include <utility>

#include "base/version.hpp"
#include "catalog/codec.hpp"
#include "event/codec.hpp"
#include "feedback/shopper.hpp"
#include "proto/exposure.pb.h"

namespace vitrina::owner {

namespace {

constexpr std::size_t part_bytes = 256 << 10;

// Sends what is added in parts of some size; after a failure nothing more.
class Parts {
public:
    explicit Parts(const std::function<Result<void>(const proto::Reply&)>& send) : send_(send) {}
    bool add(std::string blob) {
        bytes_ += blob.size();
        *reply_.mutable_part()->add_blobs() = std::move(blob);
        if (bytes_ >= part_bytes) static_cast<void>(flush());  // `sent_` tells
        return sent_.has_value();
    }
    Result<void> flush() {
        if (sent_ && bytes_ > 0) sent_ = send_(reply_);
        reply_.Clear();
        bytes_ = 0;
        return sent_;
    }

private:
    const std::function<Result<void>(const proto::Reply&)>& send_;
    proto::Reply reply_;
    std::size_t bytes_ = 0;
    Result<void> sent_;
};

// The engine takes nothing unjudged, whoever sends it.
Result<std::vector<event::Event>> judged(const proto::Blobs& wire, const event::Limits& limits) {
    auto events = read_events(wire);
    if (!events) return events;
    for (event::Event& event : *events) {
        if (event.received_at <= 0) return fail(ErrorCode::invalid_input, "an event says not when it arrived");
        auto valid = event::validated(std::move(event), limits);
        if (!valid) return fail(ErrorCode::invalid_input, valid.error().message);
        event = std::move(*valid);
    }
    return events;
}

}  // namespace

Result<void> Session::send(const proto::Reply& reply) { return send_(reply.SerializeAsString()); }

Result<void> Session::greet() {
    proto::Reply reply;
    reply.mutable_hello()->set_protocol(protocol);
    reply.mutable_hello()->set_version(program_version);
    return send(reply);
}

Result<void> Session::refuse(const Error& error) {
    proto::Reply reply;
    write(error, *reply.mutable_failure());
    return send(reply);
}

Result<void> Session::done(const Result<void>& outcome) {
    if (!outcome) return refuse(outcome.error());
    proto::Reply reply;
    reply.mutable_done();
    return send(reply);
}

Result<void> Session::text(const Result<std::string>& outcome) {
    if (!outcome) return refuse(outcome.error());
    proto::Reply reply;
    reply.mutable_blobs()->add_blobs(*outcome);
    return send(reply);
}

Result<void> Session::manifests(const Result<std::vector<model::Manifest>>& outcome) {
    if (!outcome) return refuse(outcome.error());
    proto::Reply reply;
    write(*outcome, *reply.mutable_blobs());
    return send(reply);
}

Result<void> Session::manifest(Result<model::Manifest> outcome) {
    if (!outcome) return refuse(outcome.error());
    return manifests(std::vector{std::move(*outcome)});
}

Result<void> Session::answer(std::string_view message) {
    try {
        proto::Call call;
        if (message.size() > std::numeric_limits<int>::max() ||
            !call.ParseFromArray(message.data(), static_cast<int>(message.size())))
            return refuse({ErrorCode::corrupt_data, "a call cannot be read; are both programs of one version?"});
        return answer(call);
    } catch (const std::exception& bug) {
        spdlog::error("a command's call met a bug: {}", bug.what());
        return refuse({ErrorCode::unavailable, fmt::format("a bug of the owner: {}", bug.what())});
    }
}

Result<void> Session::answer(const proto::Call& call) {
    using Kind = proto::Call::CallCase;
    switch (call.call_case()) {
        case Kind::kAccept: return accept(call.accept());
        case Kind::kPutItems: return put_items(call.put_items());
        case Kind::kRemoveItem: return done(engine_.remove_item(call.remove_item()));
        case Kind::kItem: return send_item(call.item());
        case Kind::kEachItem: return send_items();
        case Kind::kEachEvent: return send_events(call.each_event());
        case Kind::kRecommend: {
            const auto request = read(call.recommend());
            if (!request) return refuse(request.error());
            const auto answers = engine_.recommend(*request);
            if (!answers) return refuse(answers.error());
            proto::Reply reply;
            write(*answers, *reply.mutable_recommendations());
            return send(reply);
        }
        case Kind::kVisitor: {
            const auto report = engine_.visitor(call.visitor());
            if (!report) return refuse(report.error());
            proto::Reply reply;
            write(*report, *reply.mutable_visitor());
            return send(reply);
        }
        default: return answer_runs(call);
    }
}

Result<void> Session::answer_runs(const proto::Call& call) {
    using Kind = proto::Call::CallCase;
    switch (call.call_case()) {
        case Kind::kBeginItemRun: return send_run(engine_.begin_item_run());
        case Kind::kItemRun: return send_run(engine_.item_run(call.item_run()));
        case Kind::kPutItemsOfRun: {
            const auto run = engine_.item_run(call.put_items_of_run().run());
            return run ? put_items(call.put_items_of_run().items(), &*run) : refuse(run.error());
        }
        case Kind::kEndItemRun: return end_run(call.end_item_run());
        default: return answer_models(call);
    }
}

Result<void> Session::send_run(const Result<catalog::Run>& run) {
    if (!run) return refuse(run.error());
    proto::Reply reply;
    write(*run, *reply.mutable_item_run());
    return send(reply);
}

Result<void> Session::end_run(const proto::EndOfRun& end) {
    const auto run = engine_.item_run(end.run());
    if (!run) return refuse(run.error());
    const auto outcome = engine_.end_item_run(*run, {.items = end.items(), .force = end.force()});
    if (!outcome) return refuse(outcome.error());
    proto::Reply reply;
    write(*outcome, *reply.mutable_run_outcome());
    return send(reply);
}

Result<void> Session::answer_models(const proto::Call& call) {
    using Kind = proto::Call::CallCase;
    switch (call.call_case()) {
        case Kind::kTrain: return train(call.train());
        case Kind::kModels: return manifests(engine_.models());
        case Kind::kCurrentModel: return text(engine_.current_model());
        case Kind::kRefusedRelease: {
            const auto refused = engine_.refused_release();
            return text(refused ? model::to_json(*refused) : std::string());
        }
        case Kind::kUseModel: return manifest(engine_.use_model(call.use_model()));
        case Kind::kRollbackModel: return manifest(engine_.rollback_model());
        default: return answer_upkeep(call);
    }
}

Result<void> Session::answer_upkeep(const proto::Call& call) {
    using Kind = proto::Call::CallCase;
    proto::Reply reply;
    switch (call.call_case()) {
        case Kind::kRefreshTrends: return done(engine_.refresh_trends());
        case Kind::kCheckpoint: return done(engine_.checkpoint());
        case Kind::kStateDigest: return text(engine_.state_digest());
        case Kind::kReplayedDigest: return text(engine_.replayed_digest());
        case Kind::kCounters: write(engine_.counters(), *reply.mutable_figures()); return send(reply);
        case Kind::kExposures:
            reply.mutable_blobs();
            for (auto& exposure : engine_.exposures(call.exposures().visitor_id(), call.exposures().limit()))
                reply.mutable_blobs()->add_blobs(std::move(exposure));
            return send(reply);
        case Kind::kEachTrigger: return send_triggers(call.each_trigger());
        case Kind::kEachOutcome: return send_outcomes();
        case Kind::kEachExposure: return send_exposures(&engine::Engine::each_exposure);
        case Kind::kEachFeaturedExposure: return send_exposures(&engine::Engine::each_featured_exposure);
        case Kind::kProgramme: write(engine_.programme(), *reply.mutable_programme()); return send(reply);
        case Kind::kFeatureNames:
            reply.mutable_blobs();
            for (std::string& name : engine_.feature_names(call.feature_names()))
                reply.mutable_blobs()->add_blobs(std::move(name));
            return send(reply);
        case Kind::kEachSuccess: return send_successes();
        default: return refuse({ErrorCode::corrupt_data, "a call says not what it wants"});
    }
}

Result<void> Session::accept(const proto::Blobs& events) {
    const auto valid = judged(events, engine_.configuration().events);
    if (!valid) return refuse(valid.error());
    auto report = engine_.accept(*valid);
    if (report && !report->failed.empty())
        report = fail(report->failed.front().error.code,
                      fmt::format("{} of {} events did not become durable: {}; send them again", report->failed.size(),
                                  valid->size(), report->failed.front().error.message));
    if (!report) return refuse(report.error());
    proto::Reply reply;
    write(*report, *reply.mutable_accepted());
    return send(reply);
}

Result<void> Session::put_items(const proto::Blobs& items, const catalog::Run* run) {
    auto given = read_items(items);
    if (!given) return refuse(given.error());
    for (catalog::Item& item : *given) {
        auto valid = catalog::validated(std::move(item));
        if (!valid) return refuse(valid.error());
        item = std::move(*valid);
    }
    proto::Reply reply;
    auto written = run == nullptr ? engine_.put_items(std::move(*given)) : engine_.put_items(std::move(*given), *run);
    write(written, *reply.mutable_outcomes());
    return send(reply);
}

Result<void> Session::send_item(const std::string& item_id) {
    const auto item = engine_.item(item_id);
    proto::Reply reply;
    reply.mutable_blobs();
    if (item) reply.mutable_blobs()->add_blobs(catalog::encode(*item));
    return send(reply);
}

Result<void> Session::send_items() {
    std::vector<std::string> items;
    engine_.each_item([&](const catalog::Item& item) { items.push_back(catalog::encode(item)); });
    const std::function<Result<void>(const proto::Reply&)> sender = [this](const auto& reply) { return send(reply); };
    Parts parts(sender);
    for (std::string& item : items)
        if (!parts.add(std::move(item))) break;
    if (auto sent = parts.flush(); !sent) return sent;
    return done({});
}

Result<void> Session::send_triggers(const std::string& experiment) {
    const std::function<Result<void>(const proto::Reply&)> sender = [this](const auto& reply) { return send(reply); };
    Parts parts(sender);
    bool going = true;
    const auto read = engine_.each_trigger(experiment, [&](const engine::Trigger& trigger) {
        proto::Trigger message;
        message.set_unit(trigger.unit);
        message.set_arm(trigger.arm);
        message.set_first_ms(trigger.first);
        message.set_mixed(trigger.mixed);
        going = going && parts.add(message.SerializeAsString());
    });
    if (auto sent = parts.flush(); !sent) return sent;
    return done(read);
}

Result<void> Session::send_outcomes() {
    const std::function<Result<void>(const proto::Reply&)> sender = [this](const auto& reply) { return send(reply); };
    Parts parts(sender);
    bool going = true;
    const auto read = engine_.each_outcome(
        [&](const feedback::Outcome& outcome) { going = going && parts.add(feedback::encode(outcome)); });
    if (auto sent = parts.flush(); !sent) return sent;
    return done(read);
}

Result<void> Session::send_exposures(EachExposure each) {
    const std::function<Result<void>(const proto::Reply&)> sender = [this](const auto& reply) { return send(reply); };
    Parts parts(sender);
    bool going = true;
    const auto read = (engine_.*each)([&](const std::string& bytes) { going = going && parts.add(bytes); });
    if (auto sent = parts.flush(); !sent) return sent;
    return done(read);
}

Result<void> Session::send_successes() {
    const std::function<Result<void>(const proto::Reply&)> sender = [this](const auto& reply) { return send(reply); };
    Parts parts(sender);
    bool going = true;
    const auto read = engine_.each_success([&](ItemKey item, const std::string& state) {
        proto::SuccessOfItem message;
        message.set_item(static_cast<std::uint64_t>(item));
        message.set_state(state);
        going = going && parts.add(message.SerializeAsString());
    });
    if (auto sent = parts.flush(); !sent) return sent;
    return done(read);
}

Result<void> Session::send_events(std::uint64_t most) {
    const std::function<Result<void>(const proto::Reply&)> sender = [this](const auto& reply) { return send(reply); };
    Parts parts(sender);
    std::uint64_t count = 0;
    const auto read = engine_.events_while([&](const event::Event& event) {
        if (count == most) return false;
        ++count;
        return parts.add(event::encode(event));
    });
    if (auto sent = parts.flush(); !sent) return sent;
    return done(read);
}

// The training goes on where its command has gone: what it learns is everybody's.
Result<void> Session::train(const proto::TrainCall& call) {
    return manifest(engine_.train(
        [this](const std::string& step, double share) {
            proto::Reply reply;
            reply.mutable_progress()->set_step(step);
            reply.mutable_progress()->set_share(share);
            static_cast<void>(send(reply));
        },
        {.force = call.force()}));
}

}  // namespace vitrina::owner
