#include "base/random.hpp"

#include <cmath>
#include <numbers>

namespace vitrina {

double Random::normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - unit()));
    return radius * std::cos(2.0 * std::numbers::pi * unit());
}

double Random::gamma(double shape) {
    if (shape < 1) {
        const double larger = gamma(shape + 1);
        return larger * std::pow(1.0 - unit(), 1 / shape);
    }
    const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
    while (true) {
        const double x = normal(), root = 1 + c * x, v = root * root * root;
        if (v <= 0) continue;
        const double u = 1.0 - unit();
        const bool surely = u < 1 - 0.0331 * x * x * x * x;  // the paper's squeeze, which spares two logarithms
        if (surely || std::log(u) < x * x / 2 + d * (1 - v + std::log(v))) return d * v;
    }
}

double Random::beta(double a, double b) {
    const double x = gamma(a), y = gamma(b);
    return x / (x + y);
}

}  // namespace vitrina
