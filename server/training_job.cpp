#include "server/training_job.hpp"

#include <fmt/core.h>

#include "server/request_log.hpp"

namespace vitrina::server {

using State = engine::TrainingStatus::State;

Result<void> TrainingJob::start(const engine::TrainingOrder& order) {
    const std::lock_guard lock(mutex_);
    if (running_ || engine_.training().state == State::running)
        return fail(ErrorCode::conflict, "a training is running; GET /v1/models says how far it is");
    if (thread_.joinable()) thread_.join();  // it has ended: its last act was to leave `running_`
    running_ = true;
    thread_ = std::jthread([this, order] { run(order); });
    return {};
}

engine::TrainingStatus TrainingJob::status() const {
    const std::lock_guard lock(mutex_);
    engine::TrainingStatus status = engine_.training();
    if (running_ && status.state != State::running)
        status = {.state = State::running};  // about to begin, or just ended
    return status;
}

void TrainingJob::run(const engine::TrainingOrder& order) {
    const auto manifest = engine_.train({}, order);
    if (manifest)
        log_service("trained", fmt::format("{} from {} events in {:.1f} s", manifest->version, manifest->events,
                                           manifest->train_seconds));
    else
        log_service("training failed", manifest.error().message);
    const std::lock_guard lock(mutex_);
    running_ = false;
}

}  // namespace vitrina::server
