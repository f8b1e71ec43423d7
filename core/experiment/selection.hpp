#pragma once
// What a treatment did to a number that only some units have, such as the value of an order, which only buyers have.
//
// The mean order of each arm is the mean of other people: a treatment that wins small extra orders lowers it and harms nobody. What can be
// said without further belief are bounds on the effect on those who would buy in either arm, if the treatment keeps nobody from buying
// whom the control would have won (or the reverse).
// Threads: pure function. Cost: sorts a copy of one arm's values.
// Precondition: values.size() ≤ units. Errors: nullopt where an arm has no units or nobody with a value.
// Source: Lee 2009, "Training, Wages, and Sample Selection", section 2.

#include <cstdint>
#include <optional>
#include <span>

namespace vitrina::experiment {

struct Selected {
    std::uint64_t units = 0;         // of the arm
    std::span<const double> values;  // of those of them who have one
};

struct LeeBounds {
    double low = 0, high = 0;
    double trimmed = 0;  // the share of the larger group that the bounds leave out
};

std::optional<LeeBounds> lee_bounds(const Selected& treated, const Selected& control);

}  // namespace vitrina::experiment
