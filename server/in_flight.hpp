#pragma once
// How many requests are being answered, from their last byte to the last byte of their answers.
//
// Threads: may be called from any thread.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace vitrina::server {

class InFlight {
public:
    void enter() { ++count_; }
    void leave() {
        if (--count_ > 0) return;
        const std::lock_guard lock(mutex_);
        none_.notify_all();
    }
    bool wait_for_none(std::chrono::milliseconds most) {
        std::unique_lock lock(mutex_);
        return none_.wait_for(lock, most, [&] { return count_ == 0; });
    }

private:
    std::atomic<std::size_t> count_ = 0;
    std::mutex mutex_;
    std::condition_variable none_;
};

}  // namespace vitrina::server
