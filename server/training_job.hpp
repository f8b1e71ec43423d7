#pragma once
// A training asked for through HTTP: it runs beside the answers, and `GET /v1/models` says how far it is.
//
// Threads: may be called from any thread; owns one thread while a training runs.
// Lifetime: the destructor waits for the running training, which cannot be cut short.
// Errors: `start` answers conflict while the last one still runs.

#include <mutex>
#include <string>
#include <thread>

#include "engine/engine.hpp"

namespace vitrina::server {

class TrainingJob {
public:
    enum class State { idle, running, failed };  // idle: never asked for, or the last one succeeded

    struct Status {
        State state = State::idle;
        std::string step;     // while running: "ials"
        double share = 0;     // of the step, 0 to 1
        std::string message;  // why it failed
    };

    explicit TrainingJob(engine::Engine& engine) : engine_(engine) {}
    ~TrainingJob() = default;
    TrainingJob(const TrainingJob&) = delete;
    TrainingJob& operator=(const TrainingJob&) = delete;

    Result<void> start();
    Status status() const;

private:
    void run();

    engine::Engine& engine_;
    mutable std::mutex mutex_;
    Status status_;
    std::jthread thread_;
};

}  // namespace vitrina::server
