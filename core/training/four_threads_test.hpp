#pragma once
// For tests: four threads that take blocks in whatever order they come to them, so that a result which depends on threads shows it.

#include <atomic>
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

#include "base/executor.hpp"

namespace vitrina::training {

class FourThreads final : public Executor {
public:
    void for_each_block(std::size_t blocks, const std::function<void(std::size_t)>& work) override {
        std::atomic<std::size_t> next = 0;
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                for (std::size_t block = next++; block < blocks; block = next++) work(block);
            });
    }
    std::size_t width() const override { return 4; }
};

}  // namespace vitrina::training
