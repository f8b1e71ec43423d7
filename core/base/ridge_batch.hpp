#pragma once
// Up to sixteen of the small systems of base/ridge.hpp at once, one in each lane: systems with few rows are too small to fill the lanes
// by themselves.
//
// Bytes: those of RidgeSolver::solve, whichever systems stand side by side: a lane knows nothing of the others, and every sum of
// it has the order that the solver has. (On machines without fused multiply-add as base/dense.hpp says.)
// Threads: a batch belongs to one thread; it only holds working memory, at most 400 KB.
// Cost: that of the longest of them for each; so give it systems of about the same number of rows.

#include <cstddef>
#include <span>
#include <vector>

#include "base/matrix.hpp"
#include "base/ridge.hpp"

namespace vitrina {

class RidgeBatch {
public:
    static constexpr std::size_t systems_max = lane_group;
    static constexpr std::size_t rows_max = 48;  // with more, one system fills the lanes well enough

    explicit RidgeBatch(std::size_t dimensions);

    // Whether a system of so many rows may stand in a batch.
    bool takes(std::size_t rows) const { return rows > 0 && rows <= rows_max && rows < dimensions_; }

    struct System {
        RidgeSolver::Problem problem;
        std::span<float> x;
    };
    // Preconditions: 1 to 16 systems, each of which the batch takes; `x` as in RidgeSolver.
    void solve(std::span<const System> systems);

private:
    void prepare(std::span<const System> systems);
    void add_columns(std::span<const System> systems, std::size_t begin, std::size_t end);

    std::size_t dimensions_, stride_;
    std::size_t rows_ = 0;  // of the longest
    std::vector<float> scale_, diagonal_, roots_, summands_, upper_, right_, inverse_, solution_, nothing_;
};

}  // namespace vitrina
