#pragma once
// A training asked for through HTTP: it runs beside the answers, `GET /v1/models` says how far it is, and the log how it ended.
//
// Threads: may be called from any thread; owns one thread while a training runs.
// Lifetime: the destructor waits for the running training, which cannot be cut short.
// Errors: `start` answers conflict while one runs, asked for or scheduled.

#include <mutex>
#include <thread>

#include "engine/engine.hpp"

namespace vitrina::server {

class TrainingJob {
public:
    explicit TrainingJob(engine::Engine& engine) : engine_(engine) {}
    ~TrainingJob() = default;
    TrainingJob(const TrainingJob&) = delete;
    TrainingJob& operator=(const TrainingJob&) = delete;

    Result<void> start(const engine::TrainingOrder& order = {});
    // Of the engine's trainings, whoever asked for them.
    engine::TrainingStatus status() const;

private:
    void run(const engine::TrainingOrder& order);

    engine::Engine& engine_;
    mutable std::mutex mutex_;
    bool running_ = false;
    std::jthread thread_;
};

}  // namespace vitrina::server
