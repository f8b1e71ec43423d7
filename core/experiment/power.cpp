#include "experiment/power.hpp"

#include <boost/math/distributions/normal.hpp>
#include <cmath>

#include "base/error.hpp"

namespace vitrina::experiment {
namespace {

// How many standard errors the effect must be away from 0.
double errors_away(const Test& test) {
    ensure(test.alpha > 0 && test.alpha < 1 && test.power > 0 && test.power < 1, "alpha and power lie between 0 and 1");
    const boost::math::normal standard;
    return boost::math::quantile(standard, 1 - test.alpha / 2) + boost::math::quantile(standard, test.power);
}

}  // namespace

double units_an_arm(double control_variance, double treated_variance, double effect, const Test& test) {
    ensure(effect != 0, "no number of units shows an effect of nothing");
    const double errors = errors_away(test) / effect;
    return errors * errors * (control_variance + treated_variance);
}

double units_an_arm_of_rate(double rate, double lift, const Test& test) {
    const double lifted = rate * (1 + lift);
    ensure(rate > 0 && rate < 1 && lifted > 0 && lifted < 1, "rates lie between 0 and 1");
    return units_an_arm(rate * (1 - rate), lifted * (1 - lifted), lifted - rate, test);
}

double detectable_effect(double control_variance, double treated_variance, double units, const Test& test) {
    ensure(units > 0, "units above 0");
    return errors_away(test) * std::sqrt((control_variance + treated_variance) / units);
}

}  // namespace vitrina::experiment
