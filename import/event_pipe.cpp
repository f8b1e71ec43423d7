#include "import/event_pipe.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "import/bounded_queue.hpp"
#include "import/known_events.hpp"

namespace vitrina::import {
namespace {

using Batch = std::vector<event::Event>;

constexpr std::size_t batch_lines = 60'000;  // orders are long; a batch is bounded by its lines too
constexpr std::size_t batches_waiting = 4;
constexpr std::chrono::milliseconds full_pause{10};
constexpr int full_tries = 6000;  // a minute

// A full queue is asked again for a while.
Result<engine::AcceptReport> accepted(engine::Engine& engine, const Batch& batch) {
    for (int tries = 1;; ++tries) {
        auto report = engine.accept(batch);
        if (report || tries == full_tries || report.error().code != ErrorCode::exhausted) return report;
        std::this_thread::sleep_for(full_pause);
    }
}

void count(ImportReport& report, const engine::AcceptReport& accepted) {
    report.events_accepted += accepted.accepted;
    const auto unchanged = static_cast<std::uint64_t>(std::ranges::count(accepted.verdicts, state::Verdict::unchanged));
    report.events_unchanged += unchanged;
    report.events_duplicate += accepted.duplicates;
}

// Gathers what is emitted into batches.
class Batches {
public:
    Batches(BoundedQueue<Batch>& queue, const KnownEvents& known, std::size_t most)
        : queue_(queue), known_(known), most_(most) {}
    bool add(event::Event event) {
        if (known_.contains(event)) {
            ++duplicates_;
            return true;
        }
        lines_ += event.items.size();
        batch_.push_back(std::move(event));
        return batch_.size() < most_ && lines_ < batch_lines ? true : flush();
    }
    bool flush() {
        lines_ = 0;
        return batch_.empty() || queue_.push(std::exchange(batch_, {}));
    }

    std::uint64_t duplicates() const { return duplicates_; }

private:
    BoundedQueue<Batch>& queue_;
    const KnownEvents& known_;
    std::uint64_t duplicates_ = 0;
    std::size_t most_;
    std::size_t lines_ = 0;
    Batch batch_;
};

}  // namespace

Result<void> EventPipe::run(const std::function<Result<void>(const Emit&)>& produce) const {
    const auto known = KnownEvents::of(engine, limits.known_events);
    if (!known) return std::unexpected(known.error());
    BoundedQueue<Batch> queue(batches_waiting);
    Batches batches(queue, *known, limits.batch_events);
    Result<void> produced;
    std::thread producer([&] {
        produced = produce([&](event::Event event) { return batches.add(std::move(event)); });
        batches.flush();
        queue.close();
    });
    Result<void> sent;
    while (auto batch = queue.pop()) {
        const auto taken = accepted(engine, *batch);
        if (!taken) {
            sent = std::unexpected(taken.error());
            queue.stop();
            break;
        }
        count(report, *taken);
        if (after_batch) after_batch();
    }
    producer.join();
    report.events_duplicate += batches.duplicates();
    return sent ? produced : sent;
}

}  // namespace vitrina::import
