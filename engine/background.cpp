#include "engine/background.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <utility>

namespace vitrina::engine {

namespace {
constexpr int background_nice = 10;
}

// On Linux the priority belongs to the thread that asks.
void give_way() { static_cast<void>(setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), background_nice)); }

Periodic::Periodic(TimeMs every_ms, std::function<void()> work)
    : thread_([this, every_ms, work = std::move(work)] { run(every_ms, work); }) {}

Periodic::~Periodic() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Periodic::wake() {
    {
        const std::lock_guard lock(mutex_);
        woken_ = true;
    }
    changed_.notify_all();
}

void Periodic::run(TimeMs every_ms, const std::function<void()>& work) {
    give_way();
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait_for(lock, std::chrono::milliseconds(every_ms), [this] { return stopping_ || woken_; });
        if (stopping_) return;
        woken_ = false;
        lock.unlock();
        work();
        lock.lock();
    }
}

}  // namespace vitrina::engine
