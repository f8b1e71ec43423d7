#include "experiment/moments.hpp"

#include "base/error.hpp"

namespace vitrina::experiment {

void Moments::add(double x) {
    ++units;
    const double from_mean = x - mean;
    mean += from_mean / static_cast<double>(units);
    squares += from_mean * (x - mean);
}

double Moments::variance() const { return units < 2 ? 0.0 : squares / static_cast<double>(units - 1); }

double Moments::mean_variance() const { return units == 0 ? 0.0 : variance() / static_cast<double>(units); }

Moments moments_of_rate(std::uint64_t ones, std::uint64_t units) {
    ensure(ones <= units, "no more units that did it than units");
    if (units == 0) return {};
    const double rate = static_cast<double>(ones) / static_cast<double>(units);
    return {.units = units, .mean = rate, .squares = static_cast<double>(units) * rate * (1 - rate)};
}

void PairMoments::add(double numerator, double denominator) {
    const double below_before = denominator - below.mean;
    above.add(numerator);
    below.add(denominator);
    products += below_before * (numerator - above.mean);
}

double PairMoments::ratio() const {
    ensure(below.mean != 0, "a rate needs something below the line");
    return above.mean / below.mean;
}

double PairMoments::ratio_variance() const {
    constexpr double rounding = 1e-13;
    const double r = ratio();
    if (above.units < 2) return 0;
    const double units = static_cast<double>(above.units);
    const double terms = above.squares + r * r * below.squares, squares = terms - 2 * r * products;
    // Where the numerator is always the same multiple of the denominator, what is left is rounding.
    if (squares <= rounding * terms) return 0;
    return squares / (units - 1) / (units * below.mean * below.mean);
}

}  // namespace vitrina::experiment
