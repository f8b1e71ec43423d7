#pragma once
// Threads that work beside serving: they give way to it, and they stop when told to.
//
// Threads: `Periodic` may be woken from any thread. Lifetime: the destructor waits for the work that runs.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/time.hpp"

namespace vitrina::engine {

// Makes the calling thread yield the processor to others that want it.
void give_way();

// Calls `work` every `every_ms` and whenever it is woken, on a thread that gives way; never twice at once.
class Periodic {
public:
    Periodic(TimeMs every_ms, std::function<void()> work);
    ~Periodic();
    Periodic(const Periodic&) = delete;
    Periodic& operator=(const Periodic&) = delete;
    void wake();

private:
    void run(TimeMs every_ms, const std::function<void()>& work);

    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false, woken_ = false;
    std::thread thread_;
};

}  // namespace vitrina::engine
