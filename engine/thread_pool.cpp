#include "engine/thread_pool.hpp"

#include <utility>

#include "engine/background.hpp"

namespace vitrina::engine {

ThreadPool::ThreadPool(std::size_t width, Priority priority) {
    for (std::size_t i = 1; i < width; ++i) threads_.emplace_back([this, priority] { run(priority); });
}

ThreadPool::~ThreadPool() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    started_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::for_each_block(std::size_t blocks, const std::function<void(std::size_t)>& work) {
    {
        const std::lock_guard lock(mutex_);
        work_ = &work;
        blocks_ = blocks;
        next_ = 0;
        busy_ = threads_.size();
        ++round_;
    }
    started_.notify_all();
    work_on(work, blocks);
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return busy_ == 0; });
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void ThreadPool::run(Priority priority) {
    if (priority == Priority::background) give_way();
    std::size_t seen = 0;
    std::unique_lock lock(mutex_);
    while (true) {
        started_.wait(lock, [&] { return stopping_ || round_ != seen; });
        if (stopping_) return;
        seen = round_;
        const auto* work = work_;
        const std::size_t blocks = blocks_;
        lock.unlock();
        work_on(*work, blocks);
        lock.lock();
        if (--busy_ == 0) ended_.notify_all();
    }
}

void ThreadPool::work_on(const std::function<void(std::size_t)>& work, std::size_t blocks) {
    for (std::size_t block = next_++; block < blocks; block = next_++) {
        try {
            work(block);
        } catch (...) {
            const std::lock_guard lock(mutex_);
            if (!failure_) failure_ = std::current_exception();
        }
    }
}

}  // namespace vitrina::engine
