#include "experiment/comparison.hpp"

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "base/error.hpp"

namespace vitrina::experiment {
namespace {

namespace math = boost::math;

bool can_say(const Moments& treated, const Moments& control) { return treated.units > 1 && control.units > 1; }

template <class Distribution>
Estimate estimate(double value, double variance, const Distribution& standard, double confidence) {
    ensure(confidence > 0 && confidence < 1, "a confidence lies between 0 and 1");
    const double error = std::sqrt(variance);
    const double reach = math::quantile(standard, 0.5 + confidence / 2) * error;
    return {.value = value,
            .low = value - reach,
            .high = value + reach,
            .p_value = 2 * math::cdf(math::complement(standard, std::abs(value) / error))};
}

// Welch and Satterthwaite.
double degrees_of_freedom(const Moments& treated, const Moments& control) {
    const double t = treated.mean_variance(), c = control.mean_variance();
    const auto share = [](double variance, std::uint64_t units) {
        return variance * variance / static_cast<double>(units - 1);
    };
    return (t + c) * (t + c) / (share(t, treated.units) + share(c, control.units));
}

// The quotient of two independent estimates, less one.
std::optional<Estimate> quotient(double treated, double treated_variance, double control, double control_variance,
                                 double confidence) {
    if (!(control > 0) || !(treated_variance + control_variance > 0)) return std::nullopt;
    const double q = treated / control;
    return estimate(q - 1, (treated_variance + q * q * control_variance) / (control * control), math::normal(),
                    confidence);
}

}  // namespace

std::optional<Estimate> difference(const Moments& treated, const Moments& control, double confidence) {
    const double variance = treated.mean_variance() + control.mean_variance();
    if (!can_say(treated, control) || !(variance > 0)) return std::nullopt;
    return estimate(treated.mean - control.mean, variance, math::students_t(degrees_of_freedom(treated, control)),
                    confidence);
}

std::optional<Estimate> lift(const Moments& treated, const Moments& control, double confidence) {
    if (!can_say(treated, control)) return std::nullopt;
    return quotient(treated.mean, treated.mean_variance(), control.mean, control.mean_variance(), confidence);
}

std::optional<Estimate> rate_difference(const PairMoments& treated, const PairMoments& control, double confidence) {
    if (!can_say(treated.above, control.above) || treated.below.mean == 0 || control.below.mean == 0)
        return std::nullopt;
    const double variance = treated.ratio_variance() + control.ratio_variance();
    if (!(variance > 0)) return std::nullopt;
    return estimate(treated.ratio() - control.ratio(), variance, math::normal(), confidence);
}

std::optional<Estimate> rate_lift(const PairMoments& treated, const PairMoments& control, double confidence) {
    if (!can_say(treated.above, control.above) || treated.below.mean == 0 || control.below.mean == 0)
        return std::nullopt;
    return quotient(treated.ratio(), treated.ratio_variance(), control.ratio(), control.ratio_variance(), confidence);
}

}  // namespace vitrina::experiment
