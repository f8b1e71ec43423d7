#include "base/random.hpp"

#include <cmath>
#include <numbers>

namespace vitrina {

double Random::normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - unit()));
    return radius * std::cos(2.0 * std::numbers::pi * unit());
}

}  // namespace vitrina
