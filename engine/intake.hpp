#pragma once
// The way in: batches of events become durable, are folded and then acknowledged, in that order.
//
// One thread takes all batches that wait (up to `group_events`), appends them to the log as one synced record, folds them and
// answers everybody. So the disk is asked once for many callers, and the folds see the events in the order of the log.
// Threads: `accept` and `between_groups` from any thread; they wait for the intake's own.
// Lifetime: the destructor folds what was taken and begins no new group.
// Errors: exhausted when `queue_batches` callers wait already; io when the disk refuses: then nothing of the batch was taken, and
// sending it again does no harm. io also while checkpoints fail and too much would pile up in memory, and for good once a state
// could not be read while folding: the log holds the events, opening the folder again folds them (`intact`).

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "engine/checkpointer.hpp"
#include "engine/configuration.hpp"
#include "engine/engine.hpp"
#include "engine/event_log.hpp"
#include "engine/folding.hpp"

namespace vitrina::engine {

struct IntakeParts {
    EventLog& log;
    Folding& folding;
    StateCaches& caches;
    Checkpointer& checkpointer;
    const PersonHasher& hasher;
};

class Intake {
public:
    Intake(const IntakeParts& parts, const LogSettings& settings);
    ~Intake();
    Intake(const Intake&) = delete;
    Intake& operator=(const Intake&) = delete;

    Result<AcceptReport> accept(const std::vector<event::Event>& events);
    // Runs `work` when everything accepted before is folded and nothing later is.
    void between_groups(std::function<void()> work);
    // Batches that wait to be written.
    std::size_t waiting() const;
    // False once events of the log could not be folded: then no checkpoint may be made. To be asked between groups.
    const Result<void>& intact() const { return intact_; }
    // Position of the last event that is durable and folded.
    Position position() const { return position_; }

private:
    struct Waiting {
        std::span<const event::Event> events;  // of the caller, who waits
        std::string encoded;
        std::promise<Result<AcceptReport>> answer;
        std::function<void()> work;  // instead of events
    };
    using Group = std::vector<std::unique_ptr<Waiting>>;

    Result<void> enqueue(std::unique_ptr<Waiting> waiting, bool bounded);
    void run();
    Group next_group();
    void take(Group& group);
    Result<void> append(const Group& group);
    Result<std::vector<state::Verdict>> fold(const Group& group);
    void checkpoint_if_due();

    IntakeParts parts_;
    LogSettings settings_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<std::unique_ptr<Waiting>> queue_;
    bool stopping_ = false;
    std::atomic<Position> position_;
    Position checkpoint_begun_;
    Result<void> intact_;
    std::chrono::steady_clock::time_point checkpoint_time_;
    std::thread thread_;
};

}  // namespace vitrina::engine
