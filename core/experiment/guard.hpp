#pragma once
// Does an arm harm the shop? What an experiment that is still running is ended for, before its horizon.
//
// Looked at again and again, so a breach must be beyond doubt: the interval of the lift, at guard_confidence, lies wholly below minus
// the trial's guard. At an arm that does no harm at all that is far rarer than one look in a thousand; at one that harms by just the
// guard it is one in a thousand a look and measure (Bonferroni: 60 daily looks at three measures stop it in at most 18 of 100 cases).
// Threads: pure function. Not an error: too few buyers to tell, shares that were not got (another alarm): no breach.
// Source: Kohavi, Tang and Xu 2020, chapters 15 (ramping) and 18 (guard-rails).

#include <optional>
#include <string>

#include "experiment/analysis.hpp"

namespace vitrina::experiment {

inline constexpr double guard_confidence = 0.998;  // of the analysis: one in a thousand on the side of harm
// Of the control, and of an arm if it did as the control: with fewer the intervals are not to be trusted.
inline constexpr double guard_buyers_least = 50;

struct Breach {
    std::string arm;
    std::string what;  // "conversion", "revenue a unit" or "margin a unit"
    Estimate lift;
};

// Precondition: the analysis is of this trial, at guard_confidence.
std::optional<Breach> breach(const Trial& trial, const Analysis& analysis);

}  // namespace vitrina::experiment
