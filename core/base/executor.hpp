#pragma once
// Parallelism as an argument: the core says what may run side by side, a host says on which threads.
//
// `for_each_block(n, work)` calls work(block) once for each block 0 … n−1, in any order, on any threads, and returns when all
// are done. Work on different blocks must not write to the same memory; sums are kept a block and added in block order by the
// caller, so results never depend on the number of threads.
// Threads: an executor may be used by one caller at a time unless its host says otherwise.
// Errors: an exception of `work` is thrown again at the caller after all blocks have ended.

#include <cstddef>
#include <functional>

namespace vitrina {

class Executor {
public:
    virtual ~Executor() = default;
    virtual void for_each_block(std::size_t blocks, const std::function<void(std::size_t)>& work) = 0;
    // How many blocks may run at once; for sizing scratch memory, never for results.
    virtual std::size_t width() const = 0;
};

class SerialExecutor final : public Executor {
public:
    void for_each_block(std::size_t blocks, const std::function<void(std::size_t)>& work) override {
        for (std::size_t block = 0; block < blocks; ++block) work(block);
    }
    std::size_t width() const override { return 1; }
};

// The number of rows in a block wherever bytes are promised (DESIGN.md, "Parity").
inline constexpr std::size_t block_rows = 4096;

inline constexpr std::size_t block_count(std::size_t rows, std::size_t rows_a_block = block_rows) {
    return (rows + rows_a_block - 1) / rows_a_block;
}

}  // namespace vitrina
