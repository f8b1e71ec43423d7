#include "evaluation/calibration.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"

namespace vitrina::evaluation {
namespace {

struct Drawn {
    std::vector<float> values;
    std::vector<std::uint8_t> labels;
};

// Success with chance 1 / (1 + exp(−(slope · value + offset))).
Drawn drawn(std::size_t rows, double slope, double offset) {
    Random random(7);
    Drawn all;
    for (std::size_t r = 0; r < rows; ++r) {
        const double value = random.normal();
        all.values.push_back(static_cast<float>(value));
        all.labels.push_back(random.unit() < 1 / (1 + std::exp(-(slope * value + offset))) ? 1 : 0);
    }
    return all;
}

TEST(Calibration, finds_what_probabilities_were_drawn_with) {
    const Drawn rows = drawn(200'000, 0.6, -3);
    const Calibration fit = calibrate(rows.values, rows.labels);
    EXPECT_NEAR(fit.slope, 0.6, 0.03);
    EXPECT_NEAR(fit.offset, -3, 0.03);
}

TEST(Calibration, leaves_values_alone_where_nothing_can_be_learned) {
    const Calibration fit = calibrate(std::vector<float>{1, 2}, std::vector<std::uint8_t>{0, 0});
    EXPECT_EQ(fit.slope, 1);
    EXPECT_EQ(fit.offset, 0);
}

TEST(Reliability, is_good_where_probabilities_are_meant_and_bad_where_they_are_not) {
    const Drawn rows = drawn(100'000, 1, -2);
    const Calibration meant{1, -2}, doubled{1, -1};
    std::vector<double> said, exaggerated;
    for (const float value : rows.values) {
        said.push_back(meant(value));
        exaggerated.push_back(doubled(value));
    }
    const Reliability good = reliability(said, rows.labels), bad = reliability(exaggerated, rows.labels);
    EXPECT_TRUE(good.calibrated()) << good.ece << ' ' << good.chance;
    EXPECT_NEAR(good.ece, good.chance, 0.5 * good.chance);
    EXPECT_FALSE(bad.calibrated());
    EXPECT_GT(bad.ece, 0.08);
    EXPECT_EQ(good.auc, bad.auc) << "the order is the same";
    EXPECT_LT(good.log_loss, good.log_loss_mean);
    EXPECT_EQ(good.parts.size(), 10u);
}

TEST(Reliability, counts_pairs_for_the_auc_by_hand) {
    EXPECT_DOUBLE_EQ(reliability(std::vector<double>{.1, .4, .35, .8}, std::vector<std::uint8_t>{0, 0, 1, 1}).auc, .75);
    EXPECT_DOUBLE_EQ(reliability(std::vector<double>{.5, .5, .5}, std::vector<std::uint8_t>{0, 1, 1}).auc, .5);
    EXPECT_DOUBLE_EQ(reliability({}, {}).auc, .5);
    const Reliability two = reliability(std::vector<double>{.2, .6}, std::vector<std::uint8_t>{0, 1});
    EXPECT_NEAR(two.ece, (.2 + .4) / 2, 1e-12);
}

}  // namespace
}  // namespace vitrina::evaluation
