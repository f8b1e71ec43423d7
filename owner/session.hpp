#pragma once
// One command's calls, answered by the owner's engine: bytes in, bytes out, no socket.
//
// Threads: one call at a time; while a training runs, its progress is sent from the engine's thread.
// Errors: whatever `send` answers, which ends the session. What the engine refuses, a call that cannot be read and a bug of ours
// are answered to the command; the session goes on.
// Surprising cost: `each_item` copies the catalogue, so that a slow reader does not hold up whoever changes it.

#include <functional>
#include <string_view>

#include "base/error.hpp"
#include "engine/engine.hpp"
#include "owner/wire.hpp"

namespace vitrina::owner {

class Session {
public:
    using Send = std::function<Result<void>(std::string_view message)>;

    Session(engine::Engine& engine, Send send) : engine_(engine), send_(std::move(send)) {}

    // The first word, before any call.
    Result<void> greet();
    Result<void> refuse(const Error& error);
    Result<void> answer(std::string_view message);

private:
    Result<void> answer(const proto::Call& call);
    Result<void> answer_models(const proto::Call& call);
    Result<void> answer_upkeep(const proto::Call& call);
    Result<void> accept(const proto::Blobs& events);
    Result<void> answer_runs(const proto::Call& call);
    Result<void> put_items(const proto::Blobs& items, const catalog::Run* run = nullptr);
    Result<void> send_run(const Result<catalog::Run>& run);
    Result<void> end_run(const proto::EndOfRun& end);
    Result<void> send_item(const std::string& item_id);
    Result<void> send_items();
    Result<void> send_outcomes();
    using EachExposure = Result<void> (engine::Engine::*)(const std::function<void(const std::string&)>&);
    Result<void> send_exposures(EachExposure each);
    Result<void> send_successes();
    Result<void> send_events(std::uint64_t most);
    Result<void> send_triggers(const std::string& experiment);
    Result<void> train(const proto::TrainCall& call);

    Result<void> send(const proto::Reply& reply);
    Result<void> done(const Result<void>& outcome);
    Result<void> text(const Result<std::string>& outcome);
    Result<void> manifests(const Result<std::vector<model::Manifest>>& outcome);
    Result<void> manifest(Result<model::Manifest> outcome);

    engine::Engine& engine_;
    Send send_;
};

}  // namespace vitrina::owner
