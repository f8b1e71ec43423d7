#include "base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

namespace vitrina {
namespace {

struct Moments {
    double mean = 0, variance = 0;
};

template <class Draw>
Moments moments_of(Draw draw) {
    constexpr int draws = 100'000;
    double sum = 0, squares = 0;
    for (int i = 0; i < draws; ++i) {
        const double value = draw();
        sum += value;
        squares += value * value;
    }
    const double mean = sum / draws;
    return {mean, squares / draws - mean * mean};
}

// Five standard errors of the mean of so many draws, and three parts in a hundred of the variance.
TEST(Random, draws_gammas_of_the_mean_and_variance_of_their_shape) {
    Random random(1);
    for (const double shape : {0.5, 1.0, 2.5, 40.0, 1e4}) {
        const Moments found = moments_of([&] { return random.gamma(shape); });
        EXPECT_NEAR(found.mean, shape, 5 * std::sqrt(shape / 1e5)) << shape;
        EXPECT_NEAR(found.variance / shape, 1, 0.03) << shape;
    }
}

TEST(Random, draws_betas_of_the_mean_and_variance_of_their_parameters) {
    Random random(2);
    for (const auto& [a, b] : {std::pair{0.5, 0.5}, {1.0, 1.0}, {2.0, 98.0}, {300.0, 20.0}}) {
        const double n = a + b, mean = a / n, variance = mean * (1 - mean) / (n + 1);
        const Moments found = moments_of([&] { return random.beta(a, b); });
        EXPECT_NEAR(found.mean, mean, 5 * std::sqrt(variance / 1e5)) << a << " " << b;
        EXPECT_NEAR(found.variance / variance, 1, 0.03) << a << " " << b;
    }
}

}  // namespace
}  // namespace vitrina
