#pragma once
// Threads that may wait for the disk, and a bounded line of work for them.
//
// Threads: may be called from any thread. Lifetime: the destructor waits for the work that was begun and drops the rest.
// Not an error: a full line, which `offer` answers with false.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace vitrina::server {

class WaitingPool {
public:
    WaitingPool(std::size_t threads, std::size_t line_max) : line_max_(line_max) {
        for (std::size_t i = 0; i < threads; ++i)
            threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
    }

    bool offer(std::function<void()> work) {
        {
            const std::lock_guard lock(mutex_);
            if (line_.size() == line_max_) return false;
            line_.push_back(std::move(work));
        }
        ready_.notify_one();
        return true;
    }

private:
    void run(const std::stop_token& stop) {
        while (true) {
            std::function<void()> work;
            {
                std::unique_lock lock(mutex_);
                if (!ready_.wait(lock, stop, [&] { return !line_.empty(); }) || stop.stop_requested()) return;
                work = std::move(line_.front());
                line_.pop_front();
            }
            work();
        }
    }

    const std::size_t line_max_;
    std::mutex mutex_;
    std::condition_variable_any ready_;
    std::deque<std::function<void()>> line_;
    std::vector<std::jthread> threads_;
};

}  // namespace vitrina::server
