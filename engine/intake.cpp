#include "engine/intake.hpp"

#include <fmt/core.h>

#include <chrono>
#include <utility>

#include "event/codec.hpp"

namespace vitrina::engine {

namespace {

using Clock = std::chrono::steady_clock;

// While the disk refuses checkpoints, changed states pile up in memory; beyond so many limits nothing more is taken.
constexpr std::size_t dirty_limits_at_most = 4;

}  // namespace

Intake::Intake(const IntakeParts& parts, const LogSettings& settings)
    : parts_(parts),
      settings_(settings),
      position_(parts.log.end()),
      folded_(parts.log.end()),
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

Result<AcceptReport> Intake::accept(std::vector<event::Event> events) {
    if (events.empty()) return AcceptReport{};
    for (const event::Event& event : events) warm(parts_.caches, parts_.hasher, event);
    auto waiting = std::make_unique<Waiting>();
    waiting->encoded = event::encode_batch(events);
    waiting->events = std::move(events);
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
    std::vector<Result<AcceptReport>> reports;
    for (auto& waiting : group) reports.push_back(appended ? fold(waiting->events) : std::unexpected(appended.error()));
    position_ = folded_;
    for (std::size_t i = 0; i < group.size(); ++i) group[i]->answer.set_value(std::move(reports[i]));
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

Result<AcceptReport> Intake::fold(const std::vector<event::Event>& events) {
    if (!intact_) return std::unexpected(intact_.error());
    AcceptReport report;
    report.verdicts.reserve(events.size());
    for (const event::Event& event : events) {
        const auto verdict = parts_.folding.fold(event, ++folded_);
        if (!verdict) {
            intact_ = std::unexpected(verdict.error());
            return std::unexpected(verdict.error());
        }
        report.verdicts.push_back(*verdict);
        ++(*verdict == state::Verdict::duplicate ? report.duplicates : report.accepted);
    }
    return report;
}

void Intake::checkpoint_if_due() {
    const auto now = Clock::now();
    const bool timed = now - checkpoint_time_ >= std::chrono::milliseconds(settings_.checkpoint_ms);
    if (timed) checkpoint_time_ = now;
    if (!intact_ || folded_ == checkpoint_begun_) return;
    const bool full = folded_ - checkpoint_begun_ >= settings_.checkpoint_events ||
                      parts_.caches.dirty_bytes() >= settings_.checkpoint_bytes;
    if ((timed || full) && parts_.checkpointer.begin(folded_)) checkpoint_begun_ = folded_;
}

}  // namespace vitrina::engine
