#include "base/ridge_batch.hpp"

#include <gtest/gtest.h>
#include <hwy/highway.h>

#include <cmath>

#include "base/dense.hpp"
#include "base/error.hpp"
#include "base/random.hpp"

namespace vitrina {
namespace {

struct Case {
    std::vector<std::uint32_t> which;
    std::vector<float> weights, diagonal, alone, together;
};

Case random_case(Random& random, std::size_t d, std::size_t n) {
    Case made;
    for (std::size_t j = 0; j < n; ++j) made.which.push_back(static_cast<std::uint32_t>(random.below(300)));
    if (random.below(2) == 0)
        for (std::size_t j = 0; j < n; ++j)
            made.weights.push_back(random.below(8) == 0 ? 0.0f : static_cast<float>(random.unit()));
    for (std::size_t k = 0; k < d; ++k) made.diagonal.push_back(static_cast<float>(0.05 + random.unit()));
    made.alone.assign(padded(d), -1.0f);
    made.together.assign(padded(d), -1.0f);
    return made;
}

// Calls `work` with nothing wider than each target that this machine has.
template <class Work>
void on_each_target(const Work& work) {
    for (const std::int64_t target : {HWY_AVX3, HWY_AVX2, HWY_SSE4, HWY_SSSE3}) {
        if ((hwy::SupportedTargets() & target) == 0) continue;
        hwy::SetSupportedTargetsForTest(target);
        hwy::GetChosenTarget().DeInit();
        SCOPED_TRACE(kernel_target());
        work();
        hwy::SetSupportedTargetsForTest(0);
        hwy::GetChosenTarget().DeInit();
    }
}

void compare_with_each_alone() {
    Random random(5);
    for (const std::size_t d : {2u, 15u, 17u, 33u, 64u, 100u, 256u}) {
        Matrix factors(300, d);
        for (std::size_t r = 0; r < 300; ++r)
            for (std::size_t k = 0; k < d; ++k) factors[r][k] = static_cast<float>(0.3 * random.normal());
        RidgeSolver solver(d);
        RidgeBatch batch(d);
        const std::size_t most = std::min(RidgeBatch::rows_max, d - 1);
        for (int round = 0; round < 30; ++round) {
            std::vector<Case> cases;
            const std::size_t count = 1 + random.below(RidgeBatch::systems_max);
            for (std::size_t s = 0; s < count; ++s) cases.push_back(random_case(random, d, 1 + random.below(most)));
            std::vector<RidgeBatch::System> systems;
            for (Case& one : cases) {
                const RidgeSolver::Problem problem{factors, one.which, one.weights, one.diagonal};
                ASSERT_TRUE(batch.takes(one.which.size()));
                solver.solve(problem, one.alone);
                systems.push_back({problem, one.together});
            }
            batch.solve(systems);
            for (const Case& one : cases) EXPECT_EQ(one.together, one.alone) << "d " << d << ", " << one.which.size();
        }
    }
}

TEST(RidgeBatch, gives_the_bytes_of_each_system_alone_whoever_stands_beside_it_on_every_machine) {
    on_each_target(compare_with_each_alone);
}

TEST(RidgeBatch, takes_systems_with_a_few_rows_only) {
    const RidgeBatch batch(40);
    EXPECT_FALSE(batch.takes(0));
    EXPECT_TRUE(batch.takes(1));
    EXPECT_TRUE(batch.takes(39));
    EXPECT_FALSE(batch.takes(40));
    EXPECT_FALSE(RidgeBatch(200).takes(RidgeBatch::rows_max + 1));
}

TEST(RidgeBatch, stops_at_numbers_that_are_not_finite) {
    Matrix factors(1, 2);
    factors[0][0] = std::nanf("");
    RidgeBatch batch(2);
    std::vector<float> x(factors.stride());
    const std::vector<std::uint32_t> which{0};
    const std::vector<float> diagonal{1, 1};
    const RidgeBatch::System system{{factors, which, {}, diagonal}, x};
    EXPECT_THROW(batch.solve({&system, 1}), BrokenInvariant);
}

}  // namespace
}  // namespace vitrina
