#include "engine/thread_pool.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace vitrina::engine {
namespace {

TEST(ThreadPool, works_on_every_block_once) {
    for (const std::size_t width : {1, 2, 5}) {
        ThreadPool pool(width);
        EXPECT_EQ(pool.width(), width);
        for (const std::size_t blocks : {0, 1, 3, 1000}) {
            std::vector<std::atomic<int>> done(blocks);
            pool.for_each_block(blocks, [&](std::size_t block) { ++done[block]; });
            for (const auto& count : done) EXPECT_EQ(count, 1);
        }
    }
}

TEST(ThreadPool, throws_again_what_work_threw_and_goes_on) {
    ThreadPool pool(3);
    std::atomic<int> done = 0;
    EXPECT_THROW(pool.for_each_block(50,
                                     [&](std::size_t block) {
                                         ++done;
                                         if (block == 20) throw std::runtime_error("no");
                                     }),
                 std::runtime_error);
    EXPECT_EQ(done, 50);
    pool.for_each_block(10, [&](std::size_t) { ++done; });
    EXPECT_EQ(done, 60);
}

}  // namespace
}  // namespace vitrina::engine
