// Long because every member function of Engine is one call here.

#include "owner/remote_engine.hpp"

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "base/version.hpp"
#include "catalog/codec.hpp"
#include "event/codec.hpp"
#include "feedback/shopper.hpp"
#include "owner/socket_file.hpp"
#include "proto/exposure.pb.h"

namespace vitrina::owner {

namespace {

constexpr TimeMs greeting_within_ms = 10 * second_ms;
constexpr std::size_t call_bytes = 8 << 20;  // events and items of one call, about

std::unexpected<Error> misunderstood() {
    return fail(ErrorCode::corrupt_data, "the owner's answer cannot be read; are both programs of one version?");
}

// Its user, the folder's or root; anybody else is an impostor.
bool may_own(const Peer& peer, const std::string& folder) {
    struct stat status{};
    return peer.user == ::geteuid() || peer.user == 0 ||
           (::stat(folder.c_str(), &status) == 0 && status.st_uid == peer.user);
}

bool is_last(const proto::Reply& reply) {
    return reply.reply_case() != proto::Reply::kPart && reply.reply_case() != proto::Reply::kProgress;
}

}  // namespace

Result<std::unique_ptr<engine::Engine>>
RemoteEngine::connect(const std::string& folder, const engine::Configuration& configuration, Lost on_lost) {
    auto socket = connect_to(folder);
    if (!socket) return std::unexpected(socket.error());
    const engine::OwnerSettings& settings = configuration.owner;
    Stream stream(std::move(*socket), {.message_bytes = settings.message_bytes, .timeout_ms = settings.timeout_ms});
    std::unique_ptr<RemoteEngine> engine(
        new RemoteEngine(folder, std::move(stream), configuration, std::move(on_lost)));
    if (auto greeted = engine->greeted(); !greeted) return std::unexpected(greeted.error());
    return engine;
}

RemoteEngine::RemoteEngine(std::string folder, Stream stream, const engine::Configuration& configuration, Lost on_lost)
    : folder_(std::move(folder)),
      stream_(std::move(stream)),
      configuration_(configuration),
      on_lost_(std::move(on_lost)) {}

Result<void> RemoteEngine::greeted() {
    if (!may_own(stream_.peer(), folder_))
        return fail(ErrorCode::conflict, fmt::format("process {} listens in {}, which is not its user's; ask that user",
                                                     stream_.peer().process, folder_));
    const auto message = stream_.receive(greeting_within_ms);
    proto::Reply reply;
    if (!message || !*message || !reply.ParseFromString(**message))
        return fail(ErrorCode::unavailable,
                    fmt::format("process {} owns {} but does not answer{}", stream_.peer().process, folder_,
                                message ? "" : ": " + message.error().message));
    if (reply.has_failure()) {
        const Error refused = read(reply.failure());
        return fail(refused.code, fmt::format("process {}, which owns {}, refuses: {}", stream_.peer().process, folder_,
                                              refused.message));
    }
    if (reply.hello().protocol() != protocol || reply.hello().version() != program_version)
        return fail(ErrorCode::conflict,
                    fmt::format("process {}, which owns {}, is vitrina {} and this is {}; use the same, or restart it",
                                stream_.peer().process, folder_, reply.hello().version(), program_version));
    return {};
}

Error RemoteEngine::lost(const std::string& cause) const {
    return {ErrorCode::unavailable,
            fmt::format("process {}, which owns {}, is gone ({}); what it had taken is kept: run the command again",
                        stream_.peer().process, folder_, cause)};
}

Result<proto::Reply> RemoteEngine::ask(const proto::Call& call, const OnPart& on_part) const {
    const std::lock_guard lock(mutex_);
    if (lost_) return std::unexpected(*lost_);
    const std::string message = call.SerializeAsString();
    if (message.size() > configuration_.owner.message_bytes)
        return fail(ErrorCode::exhausted, fmt::format("{} bytes are too much for one call to process {}; raise "
                                                      "owner.message_bytes",
                                                      message.size(), stream_.peer().process));
    auto reply = reply_to(message, on_part);
    if (lost_ && on_lost_) on_lost_(*lost_);
    if (!reply) return reply;
    if (reply->has_failure()) return std::unexpected(read(reply->failure()));
    return reply;
}

// A part that is not wanted any more is still read, so that the next reply is the next call's.
Result<proto::Reply> RemoteEngine::reply_to(const std::string& message, const OnPart& on_part) const {
    const auto lose = [&](const std::string& cause) {
        lost_ = lost(cause);
        return std::unexpected(*lost_);
    };
    if (auto sent = stream_.send(message); !sent) return lose(sent.error().message);
    Result<void> taken;
    for (;;) {
        const auto received = stream_.receive();
        if (!received) return lose(received.error().message);
        if (!*received) return lose("it has closed the connection");
        proto::Reply reply;
        if (!reply.ParseFromString(**received)) return lose("its answer cannot be read");
        if (is_last(reply)) return taken ? Result<proto::Reply>(std::move(reply)) : std::unexpected(taken.error());
        if (taken && on_part) taken = on_part(reply);
    }
}

Result<void> RemoteEngine::done(const proto::Call& call) const {
    const auto reply = ask(call);
    if (!reply) return std::unexpected(reply.error());
    return {};
}

Result<std::string> RemoteEngine::text(const proto::Call& call) const {
    const auto reply = ask(call);
    if (!reply) return std::unexpected(reply.error());
    if (reply->blobs().blobs_size() != 1) return misunderstood();
    return reply->blobs().blobs(0);
}

Result<model::Manifest> RemoteEngine::manifest(const proto::Call& call, const OnPart& on_part) const {
    const auto reply = ask(call, on_part);
    if (!reply) return std::unexpected(reply.error());
    auto manifests = read_manifests(reply->blobs());
    if (!manifests) return std::unexpected(manifests.error());
    if (manifests->size() != 1) return misunderstood();
    return std::move(manifests->front());
}

Result<engine::AcceptReport> RemoteEngine::accept(const std::vector<event::Event>& events) {
    engine::AcceptReport all;
    for (std::size_t next = 0; next < events.size();) {
        proto::Call call;
        for (std::size_t bytes = 0; next < events.size() && bytes < call_bytes; ++next) {
            std::string encoded = event::encode(events[next]);
            bytes += encoded.size();
            *call.mutable_accept()->add_blobs() = std::move(encoded);
        }
        const auto reply = ask(call);
        if (!reply) return std::unexpected(reply.error());
        auto report = read(reply->accepted());
        if (!report) return report;
        all.accepted += report->accepted;
        all.duplicates += report->duplicates;
        std::ranges::move(report->verdicts, std::back_inserter(all.verdicts));
    }
    return all;
}

Result<catalog::Run> RemoteEngine::run(const proto::Call& call) const {
    const auto reply = ask(call);
    if (!reply) return std::unexpected(reply.error());
    if (!reply->has_item_run()) return misunderstood();
    return read(reply->item_run());
}

Result<catalog::Run> RemoteEngine::begin_item_run() {
    proto::Call call;
    call.mutable_begin_item_run();
    return run(call);
}

Result<catalog::Run> RemoteEngine::item_run(const std::string& id) const {
    proto::Call call;
    call.set_item_run(id);
    return run(call);
}

Result<catalog::RunOutcome> RemoteEngine::end_item_run(const catalog::Run& run, const catalog::RunClaim& claim) {
    proto::Call call;
    call.mutable_end_item_run()->set_run(run.id);
    call.mutable_end_item_run()->set_items(claim.items);
    call.mutable_end_item_run()->set_force(claim.force);
    const auto reply = ask(call);
    if (!reply) return std::unexpected(reply.error());
    return read(reply->run_outcome());
}

std::vector<Result<void>> RemoteEngine::put_items(std::vector<catalog::Item> items) { return put_all(items, ""); }
std::vector<Result<void>> RemoteEngine::put_items(std::vector<catalog::Item> items, const catalog::Run& run) {
    return put_all(items, run.id);
}

std::vector<Result<void>> RemoteEngine::put_all(const std::vector<catalog::Item>& items, const std::string& run) {
    std::vector<Result<void>> all;
    for (std::size_t next = 0; next < items.size();) {
        const std::size_t first = next;
        proto::Call call;
        for (std::size_t bytes = 0; next < items.size() && bytes < call_bytes; ++next) {
            std::string encoded = catalog::encode(items[next]);
            bytes += encoded.size();
            proto::Blobs& blobs =
                run.empty() ? *call.mutable_put_items() : *call.mutable_put_items_of_run()->mutable_items();
            *blobs.add_blobs() = std::move(encoded);
        }
        if (!run.empty()) call.mutable_put_items_of_run()->set_run(run);
        const auto reply = ask(call);
        auto outcomes = reply ? read(reply->outcomes()) : std::vector<Result<void>>{};
        const Error failure = reply ? misunderstood().error() : reply.error();
        if (outcomes.size() != next - first) outcomes.assign(next - first, std::unexpected(failure));
        std::ranges::move(outcomes, std::back_inserter(all));
    }
    return all;
}

Result<void> RemoteEngine::remove_item(const std::string& item_id) {
    proto::Call call;
    call.set_remove_item(item_id);
    return done(call);
}

std::optional<catalog::Item> RemoteEngine::item(const std::string& item_id) const {
    proto::Call call;
    call.set_item(item_id);
    const auto reply = ask(call);
    if (!reply) return std::nullopt;
    auto items = read_items(reply->blobs());
    if (!items || items->empty()) return std::nullopt;
    return std::move(items->front());
}

void RemoteEngine::each_item(const std::function<void(const catalog::Item&)>& visit) const {
    proto::Call call;
    call.mutable_each_item();
    static_cast<void>(ask(call, [&](const proto::Reply& part) -> Result<void> {
        const auto items = read_items(part.part());
        if (!items) return std::unexpected(items.error());
        for (const catalog::Item& item : *items) visit(item);
        return {};
    }));
}

Result<std::vector<recommendation::Recommendation>>
RemoteEngine::recommend(const engine::RecommendationRequest& request) {
    proto::Call call;
    write(request, *call.mutable_recommend());
    const auto reply = ask(call);
    if (!reply) return std::unexpected(reply.error());
    auto answers = read(reply->recommendations());
    if (answers.size() != request.requests.size()) return misunderstood();
    return answers;
}

Result<engine::VisitorReport> RemoteEngine::visitor(const std::string& visitor_id) const {
    proto::Call call;
    call.set_visitor(visitor_id);
    const auto reply = ask(call);
    if (!reply) return std::unexpected(reply.error());
    return read(reply->visitor());
}

Result<model::Manifest> RemoteEngine::train(const engine::Progress& progress, const engine::TrainingOrder& order) {
    proto::Call call;
    call.mutable_train()->set_force(order.force);
    return manifest(call, [&](const proto::Reply& part) -> Result<void> {
        if (progress) progress(part.progress().step(), part.progress().share());
        return {};
    });
}

Result<std::vector<model::Manifest>> RemoteEngine::models() const {
    proto::Call call;
    call.mutable_models();
    const auto reply = ask(call);
    if (!reply) return std::unexpected(reply.error());
    return read_manifests(reply->blobs());
}

std::optional<model::RefusedRelease> RemoteEngine::refused_release() const {
    proto::Call call;
    call.mutable_refused_release();
    const auto json = text(call);
    if (!json || json->empty()) return std::nullopt;
    auto refused = model::refused_from_json(*json);
    return refused ? std::optional(std::move(*refused)) : std::nullopt;
}

std::string RemoteEngine::current_model() const {
    proto::Call call;
    call.mutable_current_model();
    return text(call).value_or("none");
}

Result<model::Manifest> RemoteEngine::use_model(const std::string& version) {
    proto::Call call;
    call.set_use_model(version);
    return manifest(call);
}

Result<model::Manifest> RemoteEngine::rollback_model() {
    proto::Call call;
    call.mutable_rollback_model();
    return manifest(call);
}

Result<void> RemoteEngine::events_while(const std::function<bool(const event::Event&)>& visit) const {
    proto::Call call;
    call.set_each_event(events_most_);
    std::uint64_t count = 0;
    bool wanted = true;
    const auto reply = ask(call, [&](const proto::Reply& part) -> Result<void> {
        const auto events = read_events(part.part());
        if (!events) return std::unexpected(events.error());
        count += events->size();
        for (const event::Event& event : *events) {
            wanted = wanted && visit(event);
            if (!wanted) break;
        }
        return {};
    });
    if (!reply) return std::unexpected(reply.error());
    events_most_ = std::min<std::uint64_t>(events_most_, count);
    return {};
}

Result<void> RemoteEngine::refresh_trends() {
    proto::Call call;
    call.mutable_refresh_trends();
    return done(call);
}

engine::Counters RemoteEngine::counters() const {
    proto::Call call;
    call.mutable_counters();
    const auto reply = ask(call);
    return reply ? read(reply->figures()).value_or(engine::Counters{}) : engine::Counters{};
}

Result<void> RemoteEngine::checkpoint() {
    proto::Call call;
    call.mutable_checkpoint();
    return done(call);
}

Result<std::string> RemoteEngine::state_digest() {
    proto::Call call;
    call.mutable_state_digest();
    return text(call);
}

Result<std::string> RemoteEngine::replayed_digest() const {
    proto::Call call;
    call.mutable_replayed_digest();
    return text(call);
}

std::vector<std::string> RemoteEngine::exposures(const std::string& visitor_id, std::size_t limit) {
    proto::Call call;
    call.mutable_exposures()->set_visitor_id(visitor_id);
    call.mutable_exposures()->set_limit(limit);
    const auto reply = ask(call);
    if (!reply) return {};
    return {reply->blobs().blobs().begin(), reply->blobs().blobs().end()};
}

Result<void> RemoteEngine::each_trigger(const std::string& experiment,
                                        const std::function<void(const engine::Trigger&)>& visit) {
    proto::Call call;
    call.set_each_trigger(experiment);
    const auto reply = ask(call, [&](const proto::Reply& part) -> Result<void> {
        for (const std::string& bytes : part.part().blobs()) {
            proto::Trigger trigger;
            if (!trigger.ParseFromString(bytes)) return misunderstood();
            visit({trigger.unit(), trigger.arm(), trigger.first_ms(), trigger.mixed()});
        }
        return {};
    });
    if (!reply) return std::unexpected(reply.error());
    return {};
}

Result<void> RemoteEngine::each_outcome(const std::function<void(const feedback::Outcome&)>& visit) {
    proto::Call call;
    call.mutable_each_outcome();
    const auto reply = ask(call, [&](const proto::Reply& part) -> Result<void> {
        for (const std::string& bytes : part.part().blobs()) {
            const auto outcome = feedback::decode_outcome(bytes);
            if (!outcome) return misunderstood();
            visit(*outcome);
        }
        return {};
    });
    if (!reply) return std::unexpected(reply.error());
    return {};
}

Result<void> RemoteEngine::each_exposure(const std::function<void(const std::string&)>& visit) {
    proto::Call call;
    call.mutable_each_exposure();
    return each_blob(call, visit);
}

Result<void> RemoteEngine::each_featured_exposure(const std::function<void(const std::string&)>& visit) {
    proto::Call call;
    call.mutable_each_featured_exposure();
    return each_blob(call, visit);
}

std::vector<std::string> RemoteEngine::feature_names(std::uint64_t layout) const {
    proto::Call call;
    call.set_feature_names(layout);
    const auto reply = ask(call);
    if (!reply) return {};
    return {reply->blobs().blobs().begin(), reply->blobs().blobs().end()};
}

// The owner's, whatever the command's configuration says: it decides who is in which arm.
experiment::Programme RemoteEngine::programme() const {
    proto::Call call;
    call.mutable_programme();
    const auto reply = ask(call);
    if (!reply) return configuration_.experiments;
    return read(reply->programme()).value_or(configuration_.experiments);
}

Result<void> RemoteEngine::each_blob(const proto::Call& call,
                                     const std::function<void(const std::string&)>& visit) const {
    const auto reply = ask(call, [&](const proto::Reply& part) -> Result<void> {
        for (const std::string& bytes : part.part().blobs()) visit(bytes);
        return {};
    });
    if (!reply) return std::unexpected(reply.error());
    return {};
}

Result<void> RemoteEngine::each_success(const std::function<void(ItemKey, const std::string&)>& visit) {
    proto::Call call;
    call.mutable_each_success();
    const auto reply = ask(call, [&](const proto::Reply& part) -> Result<void> {
        for (const std::string& bytes : part.part().blobs()) {
            proto::SuccessOfItem of_item;
            if (!of_item.ParseFromString(bytes)) return misunderstood();
            visit(static_cast<ItemKey>(of_item.item()), of_item.state());
        }
        return {};
    });
    if (!reply) return std::unexpected(reply.error());
    return {};
}

TimeMs RemoteEngine::now() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

}  // namespace vitrina::owner
