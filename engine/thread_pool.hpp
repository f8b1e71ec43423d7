#pragma once
// Executor on threads of its own, which give way to serving unless serving waits for them.
//
// Threads: one caller of `for_each_block` at a time; the caller works too. Work inside `work` must not call it again.
// Errors: the first exception of `work` is thrown again at the caller after all blocks have ended.

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/executor.hpp"

namespace vitrina::engine {

enum class Priority {
    background,  // gives way to serving
    serving,
};

class ThreadPool final : public Executor {
public:
    // `width` threads in all, the caller's included; at least one.
    explicit ThreadPool(std::size_t width, Priority priority = Priority::background);
    ~ThreadPool() override;
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    void for_each_block(std::size_t blocks, const std::function<void(std::size_t)>& work) override;
    std::size_t width() const override { return threads_.size() + 1; }

private:
    void run(Priority priority);
    void work_on(const std::function<void(std::size_t)>& work, std::size_t blocks);

    std::mutex mutex_;
    std::condition_variable started_, ended_;
    const std::function<void(std::size_t)>* work_ = nullptr;
    std::size_t blocks_ = 0;
    std::atomic<std::size_t> next_ = 0;
    std::size_t round_ = 0, busy_ = 0;
    std::exception_ptr failure_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace vitrina::engine
