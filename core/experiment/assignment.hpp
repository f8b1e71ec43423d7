#pragma once
// Who is in an experiment, and in which arm: a pure function of the unit's id and the experiment, the same on every machine and day.
//
// Experiments of one layer share out its units and never meet; those of different layers meet by chance, independently of each other. A
// ramp-up takes more and more of an experiment's units in and moves nobody from one arm to another.
// Threads: pure functions.
// Preconditions: `valid`. Not an error: a unit outside (nullopt): it is served as if there were no experiment.
// Source: Tang and others 2010, "Overlapping Experiment Infrastructure" (layers).

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace vitrina::experiment {

struct Arm {
    std::string name;
    double share = 0;  // of the experiment's units; all shares together are 1
};

struct Plan {
    std::string id;                       // also salts who gets which arm
    std::string layer;                    // salts who is in
    double layer_from = 0, layer_to = 1;  // the part of the layer that is this experiment's
    double ramp = 1;                      // the share of that part that takes part by now
    std::vector<Arm> arms;
};

// Names, shares and parts as above; says what is wrong and what to do.
Result<void> valid(const Plan& plan);

// The number of the unit's arm. A unit is a visitor's or a user's id, never empty.
std::optional<std::size_t> arm_of(const Plan& plan, std::string_view unit);

}  // namespace vitrina::experiment
