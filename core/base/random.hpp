#pragma once
// Seeded randomness (SplitMix64; Steele, Lea and Flood 2014). Same seed, same numbers, on every machine.
//
// Threads: a `Random` belongs to one thread; make one for each block from (seed, block number).

#include <cstdint>

namespace vitrina {

class Random {
public:
    explicit constexpr Random(std::uint64_t seed, std::uint64_t stream = 0)
        : state_(mix(seed) ^ mix(stream + 0x9e3779b97f4a7c15ull)) {}

    constexpr std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15ull;
        return mix(state_);
    }
    // In [0, 1), 53 bits.
    constexpr double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    // In [0, bound). Precondition: bound > 0. The bias is below bound / 2^64.
    constexpr std::uint64_t below(std::uint64_t bound) {
        return static_cast<std::uint64_t>((static_cast<unsigned __int128>(next()) * bound) >> 64);
    }
    // Standard normal by the sum of a Box–Muller pair's first half.
    double normal();
    // Gamma with scale 1 (Marsaglia and Tsang 2000, "A simple method for generating gamma variables"). Precondition: shape > 0.
    double gamma(double shape);
    // Beta(a, b), from two gammas. Precondition: a, b > 0; below some hundredths both may be too small to tell from 0.
    double beta(double a, double b);

private:
    static constexpr std::uint64_t mix(std::uint64_t z) {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        return z ^ (z >> 31);
    }
    std::uint64_t state_;
};

}  // namespace vitrina
