#include "engine/intake.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "event/codec.hpp"

namespace vitrina::engine {

namespace {

using Clock = std::chrono::steady_clock;

// While the disk refuses checkpoints, changed states pile up in memory; beyond so many limits nothing more is taken.
constexpr std::size_t dirty_limits_at_most = 4;

std::size_t lines_of(const std::vector<event::Event>& events) {
    std::size_t lines = 0;
    for (const event::Event& event : events) lines += 1 + event.items.size();
    return lines;
}

AcceptReport report_of(std::span<const state::Verdict> verdicts) {
    AcceptReport report;
    report.verdicts.assign(verdicts.begin(), verdicts.end());
    report.duplicates = static_cast<std::size_t>(std::ranges::count(verdicts, state::Verdict::duplicate));
    report.accepted = verdicts.size() - report.duplicates;
    return report;
}

}  // namespace

Intake::Intake(const IntakeParts& parts, const LogSettings& settings)
    : parts_(parts),
      settings_(settings),
      position_(parts.log.end()),
      checkpoint_begun_(parts.checkpointer.durable()),
      checkpoint_time_(Clock::now()),
      thread_([this] { run(); }) {}

Intake::~Intake() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    arrived_.notify_all();
    thread_.join();
}

Result<AcceptReport> Intake::accept(const std::vector<event::Event>& events) {
    if (events.empty()) return AcceptReport{};
    // The states of a large batch are read by the threads that fold it, each once.
    if (lines_of(events) < lines_worth_threads)
        for (const event::Event& event : events) warm(parts_.caches, parts_.hasher, event);
    auto waiting = std::make_unique<Waiting>();
    waiting->encoded = event::encode_batch(events);
    waiting->events = events;
    auto answer = waiting->answer.get_future();
    if (auto queued = enqueue(std::move(waiting), true); !queued) return std::unexpected(queued.error());
    return answer.get();
}

void Intake::between_groups(std::function<void()> work) {
    auto waiting = std::make_unique<Waiting>();
    waiting->work = std::move(work);
    auto answer = waiting->answer.get_future();
    if (enqueue(std::move(waiting), false)) static_cast<void>(answer.get());
}

std::size_t Intake::waiting() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

Result<void> Intake::enqueue(std::unique_ptr<Waiting> waiting, bool bounded) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return fail(ErrorCode::unavailable, "the data folder is being closed");
        if (bounded && queue_.size() >= settings_.queue_batches)
            return fail(ErrorCode::exhausted,
                        fmt::format("{} batches of events wait already; send this one again later", queue_.size()));
        queue_.push_back(std::move(waiting));
    }
    arrived_.notify_one();
    return {};
}

void Intake::run() {
    while (true) {
        Group group = next_group();
        checkpoint_if_due();
        if (group.empty()) {
            const std::lock_guard lock(mutex_);
            if (stopping_ && queue_.empty()) return;
            continue;
        }
        if (group.front()->work) {
            group.front()->work();
            group.front()->answer.set_value({});
        } else {
            take(group);
        }
    }
}

// Waits for the next batches: as many as fit in one record, or one piece of work. Empty when it is time to look at the clock.
Intake::Group Intake::next_group() {
    std::unique_lock lock(mutex_);
    arrived_.wait_until(lock, checkpoint_time_ + std::chrono::milliseconds(settings_.checkpoint_ms),
                        [this] { return stopping_ || !queue_.empty(); });
    Group group;
    std::size_t events = 0;
    while (!queue_.empty()) {
        const Waiting& next = *queue_.front();
        if (!group.empty() && (next.work || events + next.events.size() > settings_.group_events)) break;
        events += next.events.size();
        group.push_back(std::move(queue_.front()));
        queue_.pop_front();
        if (group.back()->work) break;
    }
    return group;
}

void Intake::take(Group& group) {
    const auto appended = append(group);
    const auto verdicts = appended ? fold(group) : std::unexpected(appended.error());
    std::size_t at = 0;
    for (auto& waiting : group) {
        const std::size_t events = waiting->events.size();
        waiting->answer.set_value(verdicts ? report_of(std::span(*verdicts).subspan(at, events))
                                           : Result<AcceptReport>(std::unexpected(verdicts.error())));
        at += events;
    }
}

Result<void> Intake::append(const Group& group) {
    if (!intact_) return intact_;
    if (parts_.caches.dirty_bytes() > dirty_limits_at_most * settings_.checkpoint_bytes)
        if (auto finished = parts_.checkpointer.finish(); !finished) return finished;
    std::string record;
    std::size_t events = 0;
    for (const auto& waiting : group) {
        record += waiting->encoded;
        events += waiting->events.size();
    }
    return parts_.log.append(record, events, settings_.sync);
}

Result<std::vector<state::Verdict>> Intake::fold(const Group& group) {
    std::vector<const event::Event*> events;
    for (const auto& waiting : group)
        for (const event::Event& event : waiting->events) events.push_back(&event);
    auto verdicts = parts_.folding.fold(events, position_ + 1);
    if (verdicts)
        position_ += events.size();
    else
        intact_ = std::unexpected(verdicts.error());
    return verdicts;
}

void Intake::checkpoint_if_due() {
    const auto now = Clock::now();
    const bool timed = now - checkpoint_time_ >= std::chrono::milliseconds(settings_.checkpoint_ms);
    if (timed) checkpoint_time_ = now;
    const Position folded = position_;
    if (!intact_ || folded == checkpoint_begun_) return;
    const bool full = folded - checkpoint_begun_ >= settings_.checkpoint_events ||
                      parts_.caches.dirty_bytes() >= settings_.checkpoint_bytes;
    if ((timed || full) && parts_.checkpointer.begin(folded)) checkpoint_begun_ = folded;
}

}  // namespace vitrina::engine
