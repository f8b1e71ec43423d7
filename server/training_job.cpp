#include "server/training_job.hpp"

namespace vitrina::server {

Result<void> TrainingJob::start() {
    const std::lock_guard lock(mutex_);
    if (status_.state == State::running)
        return fail(ErrorCode::conflict, "a training is running; GET /v1/models says how far it is");
    if (thread_.joinable()) thread_.join();  // it has ended: its last act was to leave `running`
    status_ = {.state = State::running};
    thread_ = std::jthread([this] { run(); });
    return {};
}

TrainingJob::Status TrainingJob::status() const {
    const std::lock_guard lock(mutex_);
    return status_;
}

void TrainingJob::run() {
    const auto manifest = engine_.train([this](const std::string& step, double share) {
        const std::lock_guard lock(mutex_);
        status_.step = step;
        status_.share = share;
    });
    const std::lock_guard lock(mutex_);
    status_ = manifest ? Status{} : Status{.state = State::failed, .message = manifest.error().message};
}

}  // namespace vitrina::server
