#pragma once
// Chance by key: a draw depends on what it is for and on nothing that was drawn before, so that two runs of a shop in which
// different things are shown share every draw that both of them make (common random numbers).
//
// Threads: values and pure functions. Precondition: a purpose is used for one thing only (the enumeration is the list).

#include <cmath>
#include <cstdint>
#include <numbers>

#include "base/random.hpp"

namespace vitrina::simulator {

enum class Purpose : std::uint64_t {
    leaf,
    item,
    stock,
    person,
    taste,
    drift,
    own_taste,
    arrival,
    gap,
    visit,
    device,
    landing,
    mission,
    intent,
    patience,
    budget,
    wants,
    examine_listing,
    perceive,
    judge,
    attend,
    examine_slot,
    remember,
    give_up,
    checkout,
    quantity,
    refill,
    bot,
    random_arm,
    carry,
    time_of_day,
    parameters,
    cookie,
    group
};

struct Chance {
    std::uint64_t key = 0;

    // A key of its own for one purpose and up to two numbers.
    constexpr Chance of(Purpose purpose, std::uint64_t a = 0, std::uint64_t b = 0) const {
        const std::uint64_t first = Random(key, static_cast<std::uint64_t>(purpose) << 32 ^ a).next();
        return {b == 0 ? first : Random(first, b).next()};
    }
    // In (0, 1).
    constexpr double unit() const { return (static_cast<double>(key >> 11) + 0.5) * 0x1.0p-53; }
    bool happens(double probability) const { return unit() < probability; }
    double normal() const {
        const double radius = std::sqrt(-2 * std::log((static_cast<double>(key >> 32) + 0.5) * 0x1.0p-32));
        return radius * std::cos(2 * std::numbers::pi * (static_cast<double>(key & 0xffffffffu) + 0.5) * 0x1.0p-32);
    }
    double gumbel() const { return -std::log(-std::log(unit())); }
    // How many failures before the first success; mean (1 - p) / p.
    std::uint32_t geometric(double p) const { return static_cast<std::uint32_t>(std::log(unit()) / std::log1p(-p)); }
    std::uint32_t below(std::uint32_t bound) const { return static_cast<std::uint32_t>(unit() * bound); }
};

inline double logistic(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace vitrina::simulator
