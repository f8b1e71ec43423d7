#include "base/ridge.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>

#include "base/error.hpp"
#include "base/random.hpp"

namespace vitrina {
namespace {

struct Problem {
    Matrix factors;
    std::vector<std::uint32_t> which;
    std::vector<float> weights;
    std::vector<float> diagonal;
    RidgeSolver::Problem view() const { return {factors, which, weights, diagonal}; }
};

Problem random_problem(Random& random, std::size_t d, std::size_t n) {
    Problem problem{Matrix(300, d), {}, {}, {}};
    for (std::size_t r = 0; r < 300; ++r)
        for (std::size_t k = 0; k < d; ++k)
            problem.factors[r][k] = static_cast<float>(random.normal() / std::sqrt(static_cast<double>(d)));
    for (std::size_t j = 0; j < n; ++j) problem.which.push_back(static_cast<std::uint32_t>(random.below(300)));
    if (random.below(2) == 0)
        for (std::size_t j = 0; j < n; ++j) problem.weights.push_back(static_cast<float>(random.unit()));
    for (std::size_t k = 0; k < d; ++k) problem.diagonal.push_back(static_cast<float>(0.05 + random.unit()));
    return problem;
}

Eigen::VectorXd by_eigen(const Problem& problem) {
    const auto d = static_cast<Eigen::Index>(problem.diagonal.size());
    Eigen::MatrixXd a = Eigen::MatrixXd::Zero(d, d);
    Eigen::VectorXd b = Eigen::VectorXd::Zero(d);
    for (Eigen::Index k = 0; k < d; ++k) a(k, k) = static_cast<double>(problem.diagonal[static_cast<std::size_t>(k)]);
    for (std::size_t j = 0; j < problem.which.size(); ++j) {
        const double weight = problem.weights.empty() ? 1.0 : static_cast<double>(problem.weights[j]);
        const Eigen::VectorXd v =
            Eigen::Map<const Eigen::VectorXf>(problem.factors[problem.which[j]], d).cast<double>();
        a += weight * v * v.transpose();
        b += weight * v;
    }
    return a.llt().solve(b);
}

TEST(RidgeSolver, agrees_with_eigen_for_every_shape) {
    Random random(11);
    for (const std::size_t d : {1u, 2u, 5u, 15u, 16u, 17u, 33u, 64u, 100u}) {
        RidgeSolver solver(d);
        for (const std::size_t n : {1u, 2u, 6u, 7u, 15u, 16u, 17u, 31u, 40u, 63u, 64u, 65u, 150u, 3u}) {
            SCOPED_TRACE(testing::Message() << "d " << d << " n " << n);
            const Problem problem = random_problem(random, d, n);
            std::vector<float> x(problem.factors.stride(), -1.0f);
            solver.solve(problem.view(), x);
            const Eigen::VectorXd expected = by_eigen(problem);
            for (std::size_t k = 0; k < d; ++k)
                EXPECT_NEAR(static_cast<double>(x[k]), expected(static_cast<Eigen::Index>(k)),
                            2e-5 * (1 + expected.norm()))
                    << k;
            for (std::size_t k = d; k < x.size(); ++k) EXPECT_EQ(x[k], 0.0f);
        }
    }
}

TEST(RidgeSolver, answers_nothing_for_nobody) {
    RidgeSolver solver(3);
    const Matrix factors(2, 3);
    std::vector<float> x(factors.stride(), 9.0f);
    solver.solve({factors, {}, {}, std::vector<float>{1, 1, 1}}, x);
    EXPECT_EQ(x, std::vector<float>(factors.stride(), 0.0f));
}

TEST(RidgeSolver, stops_at_numbers_that_are_not_finite) {
    Matrix factors(1, 2);
    factors[0][0] = std::nanf("");
    RidgeSolver solver(2);
    std::vector<float> x(factors.stride());
    const std::vector<std::uint32_t> which{0};
    EXPECT_THROW(solver.solve({factors, which, {}, std::vector<float>{1, 1}}, x), BrokenInvariant);
}

}  // namespace
}  // namespace vitrina
