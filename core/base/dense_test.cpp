#include "base/dense.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <hwy/highway.h>

#include "base/eigenbasis.hpp"
#include "base/random.hpp"
#include "base/ridge.hpp"
#include "base/sorting.hpp"

namespace vitrina {
namespace {

Matrix random_matrix(Random& random, std::size_t rows, std::size_t columns) {
    Matrix matrix(rows, columns);
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t k = 0; k < columns; ++k) matrix[r][k] = static_cast<float>(random.normal());
    return matrix;
}

double naive_dot(const float* a, const float* b, std::size_t count) {
    double sum = 0;
    for (std::size_t k = 0; k < count; ++k) sum += static_cast<double>(a[k]) * static_cast<double>(b[k]);
    return sum;
}

TEST(Dense, dot_products_agree_with_the_naive_sum) {
    Random random(1);
    for (const std::size_t columns : {1u, 15u, 16u, 17u, 64u, 100u}) {
        const Matrix rows = random_matrix(random, 23, columns), query = random_matrix(random, 1, columns);
        std::vector<float> scores(19);
        dot_rows(rows, 3, query[0], scores);
        for (std::size_t r = 0; r < scores.size(); ++r)
            EXPECT_NEAR(static_cast<double>(scores[r]), naive_dot(rows[r + 3], query[0], columns), 1e-4);
    }
}

TEST(Dense, a_dot_product_has_the_same_bytes_alone_and_among_others) {
    Random random(2);
    const Matrix rows = random_matrix(random, 9, 40), query = random_matrix(random, 1, 40);
    std::vector<float> together(9);
    dot_rows(rows, 0, query[0], together);
    for (std::size_t r = 0; r < 9; ++r) {
        float alone = 0;
        dot_rows(rows, r, query[0], {&alone, 1});
        EXPECT_EQ(alone, together[r]);
    }
}

TEST(Dense, axpy_adds_a_multiple) {
    Random random(3);
    const Matrix x = random_matrix(random, 1, 50);
    Matrix y = random_matrix(random, 1, 50);
    const std::vector<float> before(y[0], y[0] + 50);
    axpy(0.5f, x[0], y[0], y.stride());
    for (std::size_t k = 0; k < 50; ++k) EXPECT_NEAR(y[0][k], before[k] + 0.5f * x[0][k], 1e-6f);
}

TEST(Dense, products_of_rows_agree_with_the_naive_sum) {
    Random random(4);
    for (const std::size_t d : {1u, 6u, 16u, 31u, 64u}) {
        const Matrix from = random_matrix(random, 20, d), basis = random_matrix(random, d, d);
        Matrix to(20, d);
        multiply_rows({from, basis, to}, 2, 17);
        for (std::size_t r = 2; r < 17; ++r)
            for (std::size_t j = 0; j < d; ++j) {
                double sum = 0;
                for (std::size_t k = 0; k < d; ++k)
                    sum += static_cast<double>(from[r][k]) * static_cast<double>(basis[k][j]);
                EXPECT_NEAR(static_cast<double>(to[r][j]), sum, 1e-4);
            }
        for (std::size_t j = 0; j < d; ++j) EXPECT_EQ(to[17][j], 0.0f);
    }
}

TEST(Dense, symmetric_sums_agree_with_the_naive_sum) {
    Random random(5);
    for (const std::size_t d : {1u, 7u, 16u, 18u, 40u, 65u}) {
        const Matrix rows = random_matrix(random, 30, d);
        Matrix sum(d, d);
        symmetric_sum(rows, 4, 29, sum);
        for (std::size_t i = 0; i < d; ++i)
            for (std::size_t j = i; j < d; ++j) {
                double expected = 0;
                for (std::size_t r = 4; r < 29; ++r)
                    expected += static_cast<double>(rows[r][i]) * static_cast<double>(rows[r][j]);
                EXPECT_NEAR(static_cast<double>(sum[i][j]), expected, 1e-4) << d << ' ' << i << ' ' << j;
            }
    }
}

// Everything that the kernels compute for one random problem.
std::vector<float> everything() {
    Random random(8);
    const Matrix rows = random_matrix(random, 37, 30), basis = random_matrix(random, 30, 30);
    std::vector<float> all(rows.rows());
    dot_rows(rows, 0, basis[0], all);
    Matrix turned(37, 30), sum(30, 30);
    multiply_rows({rows, basis, turned}, 0, 37);
    symmetric_sum(rows, 0, 37, sum);
    all.insert(all.end(), turned.numbers().begin(), turned.numbers().end());
    for (std::size_t i = 0; i < 30; ++i) all.insert(all.end(), sum[i] + i, sum[i] + 30);
    RidgeSolver solver(30);
    for (const std::size_t n : {5u, 29u, 37u}) {
        std::vector<std::uint32_t> which(n);
        std::iota(which.begin(), which.end(), 0u);
        std::vector<float> x(rows.stride());
        solver.solve({rows, which, {}, std::vector<float>(30, 2.0f)}, x);
        all.insert(all.end(), x.begin(), x.end());
    }
    return all;
}

// Runs with nothing wider than `target`; everything again afterwards.
std::vector<float> everything_on(std::int64_t target) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().DeInit();
    const std::vector<float> all = everything();
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().DeInit();
    return all;
}

TEST(Dense, every_machine_with_fused_multiply_add_gives_the_same_bytes) {
    const std::int64_t supported = hwy::SupportedTargets();
    if ((supported & HWY_AVX2) == 0) GTEST_SKIP() << "this machine has no fused multiply-add";
    const std::vector<float> narrow = everything_on(HWY_AVX2);
    if ((supported & HWY_AVX3) == 0) GTEST_SKIP() << "this machine has no AVX-512 to compare with";
    EXPECT_EQ(everything_on(HWY_AVX3), narrow);
}

TEST(Dense, machines_without_it_agree_closely) {
    const std::vector<float> here = everything(), there = everything_on(HWY_SSSE3);
    for (std::size_t k = 0; k < here.size(); ++k) EXPECT_NEAR(here[k], there[k], 1e-3f);
}

TEST(Dense, says_what_it_runs_on) { EXPECT_FALSE(kernel_target().empty()); }

TEST(Eigenbasis, makes_a_symmetric_matrix_diagonal) {
    Random random(6);
    constexpr std::size_t d = 20;
    const Matrix rows = random_matrix(random, 50, d);
    Matrix sum(d, d);
    symmetric_sum(rows, 0, 50, sum);
    std::vector<double> symmetric(d * d, 0.0);
    for (std::size_t i = 0; i < d; ++i)
        for (std::size_t j = i; j < d; ++j) symmetric[i * d + j] = static_cast<double>(sum[i][j]);
    const Eigenbasis eigen = eigenbasis_of(symmetric, d);
    Matrix turned(50, d), turned_sum(d, d);
    multiply_rows({rows, eigen.basis, turned}, 0, 50);
    symmetric_sum(turned, 0, 50, turned_sum);
    for (std::size_t i = 0; i < d; ++i)
        for (std::size_t j = i; j < d; ++j)
            EXPECT_NEAR(static_cast<double>(turned_sum[i][j]), i == j ? eigen.values[i] : 0.0, 2e-3);
}

TEST(Sorting, sorts_downwards) {
    Random random(7);
    for (std::size_t size = 0; size < 2000; size += 1 + size / 3) {
        std::vector<std::uint64_t> numbers(size);
        for (auto& number : numbers) number = random.next() >> random.below(60);
        std::vector<std::uint64_t> expected = numbers;
        std::ranges::sort(expected, std::greater<>());
        sort_descending(numbers);
        EXPECT_EQ(numbers, expected);
    }
}

}  // namespace
}  // namespace vitrina
