#pragma once
// A queue between two threads that holds at most so many things: whoever is faster waits.
//
// Threads: any number of pushers and poppers.
// Not an error: `push` after `stop` (the thing is dropped, the answer says so), `pop` after the last thing (nothing).

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace vitrina::import {

template <class Thing>
class BoundedQueue {
public:
    explicit BoundedQueue(std::size_t most) : most_(most) {}

    // Waits for room. False where nobody takes anything any more.
    bool push(Thing thing) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return things_.size() < most_ || stopped_; });
        if (stopped_) return false;
        things_.push_back(std::move(thing));
        changed_.notify_all();
        return true;
    }
    // Waits for a thing; nothing once the queue is closed and empty, or stopped.
    std::optional<Thing> pop() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return !things_.empty() || closed_ || stopped_; });
        if (stopped_ || things_.empty()) return {};
        std::optional<Thing> thing(std::move(things_.front()));
        things_.pop_front();
        changed_.notify_all();
        return thing;
    }
    // Nothing more will be pushed.
    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        changed_.notify_all();
    }
    // Nothing more will be popped.
    void stop() {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        changed_.notify_all();
    }

private:
    std::size_t most_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Thing> things_;
    bool closed_ = false;
    bool stopped_ = false;
};

}  // namespace vitrina::import
