#pragma once
// Is the simulated shop like a real one? Measured on the organic log, nobody recommending; each target with its source and how
// far off it may be.
//
// Threads: pure function. Cost: the life of the shop, person by person.

#include <string>
#include <vector>

#include "simulator/population.hpp"

namespace vitrina::simulator {

struct Target {
    std::string what;
    double low = 0, high = 0;
    double measured = 0;
    std::string source;
    bool holds() const { return measured >= low && measured <= high; }
};

std::vector<Target> calibrated(const World& world);

}  // namespace vitrina::simulator
