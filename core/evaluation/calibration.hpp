#pragma once
// Whether probabilities are meant: calibration of a ranker's values, and how probabilities did on rows that they did not learn from.
//
// Calibration is Platt's: p = 1 / (1 + exp(−(slope · value + offset))), fitted by Newton's method to targets pulled in from 0 and 1, so
// it keeps every order as long as the slope is above 0. Two numbers, because purchases are too few for a step function.
// ECE: rows in ten parts of equal size by p; the mean over parts, by size, of |mean p − share of successes|. `chance` is the ECE that
// perfectly meant probabilities would be expected to have for being so few: √(2 / π) · √(Σ p (1 − p)) / n a part.
// Threads: pure functions. Shapes: one label (0 or 1) a value. Not an error: nothing at all, only one kind of label (identity).
// Source: Platt (1999), "Probabilistic outputs for support vector machines", with the targets and the method of Lin, Lin and Weng (2007);
// Naeini, Cooper and Hauskrecht (2015) for ECE.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace vitrina::evaluation {

struct Calibration {
    double slope = 1, offset = 0;
    double operator()(float value) const;
};
Calibration calibrate(std::span<const float> values, std::span<const std::uint8_t> labels);

struct ReliabilityPart {
    std::size_t rows = 0;
    double said = 0, was = 0;  // means
};

struct Reliability {
    std::size_t rows = 0, successes = 0;
    double auc = 0.5;                        // ties count half
    double log_loss = 0, log_loss_mean = 0;  // a row; the second of everybody's mean
    double ece = 0, chance = 0;
    std::vector<ReliabilityPart> parts;
    double mean() const { return rows > 0 ? static_cast<double>(successes) / static_cast<double>(rows) : 0; }
    // As far as can be told: ECE beyond chance is at most this part of the mean.
    bool calibrated(double most = 0.15) const { return rows > 0 && ece - chance <= most * mean(); }
};
Reliability reliability(std::span<const double> said, std::span<const std::uint8_t> labels);

}  // namespace vitrina::evaluation
