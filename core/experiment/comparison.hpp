#pragma once
// What a treatment did, against a control: the difference of two means, and by what share the one is larger, with interval and p-value.
//
// Intention to treat: every unit counts in the arm it was given, from its first triggered request, whatever it saw afterwards.
// At a fixed horizon only: looking again and again and stopping at the first small p-value makes false alarms frequent.
// Threads: pure functions.
// Errors: nullopt where the units cannot say: fewer than two in an arm, no spread in either, or a lift over a control that is not above 0.
// Sources: Welch 1947 (difference); delta method (lift, rates).

#include <optional>

#include "experiment/moments.hpp"

namespace vitrina::experiment {

struct Estimate {
    double value = 0, low = 0, high = 0;
    double p_value = 1;  // two-sided, against no effect
};

// treated − control, with Welch's degrees of freedom. Precondition: 0 < confidence < 1.
std::optional<Estimate> difference(const Moments& treated, const Moments& control, double confidence = 0.95);

// treated / control − 1: .07 is seven per cent more.
std::optional<Estimate> lift(const Moments& treated, const Moments& control, double confidence = 0.95);

// The same of a rate over something that the units themselves decide, such as revenue a session: clustered on the unit.
// A rate a session, or a mean a buyer, compares those whom the treatment chose: it is no effect on a fixed set of shoppers.
std::optional<Estimate> rate_difference(const PairMoments& treated, const PairMoments& control,
                                        double confidence = 0.95);
std::optional<Estimate> rate_lift(const PairMoments& treated, const PairMoments& control, double confidence = 0.95);

}  // namespace vitrina::experiment
