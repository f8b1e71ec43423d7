#pragma once
// What an analysis needs of its units: how many there are, their mean and how far they spread; of one number a unit (orders, revenue) or of
// two (revenue and sessions, for a rate a session).
//
// A unit is a visitor or a user, whatever was assigned; never a session or an event, since those of one unit resemble each other.
// Threads: values. The same numbers in the same order give the same bits.
// Errors: none. Not an error: no units (all zero).
// Source: Welford 1962; the co-moment as in Chan, Golub and LeVeque 1983.

#include <cstdint>

namespace vitrina::experiment {

struct Moments {
    std::uint64_t units = 0;
    double mean = 0;
    double squares = 0;  // Σ (x − mean)²

    void add(double x);
    // Of the units, with n − 1 below the line; 0 where there are fewer than two.
    double variance() const;
    // Of the mean.
    double mean_variance() const;
    bool operator==(const Moments&) const = default;
};

// Of so many units so many did it: the moments of zeros and ones. Precondition: ones ≤ units.
Moments moments_of_rate(std::uint64_t ones, std::uint64_t units);

struct PairMoments {
    Moments above;        // the numerator a unit
    Moments below;        // the denominator a unit
    double products = 0;  // Σ (y − mean y)(x − mean x)

    void add(double numerator, double denominator);
    // Σy / Σx. Precondition: below.mean ≠ 0.
    double ratio() const;
    // Of that ratio over units, by the delta method (Deng, Knoblich and Lu 2018, section 3). Precondition: below.mean ≠ 0.
    double ratio_variance() const;
};

}  // namespace vitrina::experiment
