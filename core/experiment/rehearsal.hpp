#pragma once
// Whether the analysis keeps its promises with these people: the same log, drawn by lot again and again.
//
// Each round gives every unit an arm as an experiment of its own would, and analyses twice what came of it: with what the units really
// did, where no arm did anything (A/A), and with an effect put into the treated (A/B): every order is worth more, and some who did not
// order do. What a unit does in either arm is fixed before, so the true effect is known. Heavy tails, wholesalers and people who come
// again are those of the log.
// Threads: pure, rounds side by side on the executor; the same result on any. Money: units of the currency, as doubles.
// Preconditions: rounds > 0, lifts above −1. Errors: none. Not an error: units of whom nobody ordered (nothing is counted then).
// Cost: two analyses a round.
// Source: Kohavi, Tang and Xu 2020, chapter 19 (A/A tests on past data). That intervals miss a little less often than promised where the
// effect differs between units is Neyman 1923: the variance is estimated from above.

#include <cstdint>
#include <string>
#include <vector>

#include "base/executor.hpp"
#include "experiment/analysis.hpp"

namespace vitrina::experiment {

struct FrozenUnit {
    std::string id;
    std::vector<UnitOrder> orders;
};

struct RehearsalSettings {
    std::size_t rounds = 1000;
    double conversion_lift = 0.07;  // so many more buyers, of those who did not buy …
    double value_lift = 0.1;        // … and so much more money for every order
    double revenue_most = 0;        // as in AnalysisSettings
    TimeMs window_ms = 14 * day_ms;
    std::uint64_t seed = 1;
};

// How often something happened that should happen in a share of all rounds.
struct Frequency {
    std::string what;
    std::uint64_t times = 0, rounds = 0;
    double promised = 0;
    double low = 0,
           high =
               0;  // where 99 of 100 such rehearsals would find it, by the binomial distribution's normal approximation
    bool at_most = false;  // a promise from above: less is as good
    bool kept() const;
};

struct Rehearsal {
    std::uint64_t units = 0, buyers = 0, orders = 0;
    double conversion = 0, revenue_a_unit = 0;               // without an effect, with the bound
    double revenue_of_99 = 0;                                // 99 of 100 buyers spent up to this, without it
    double true_conversion_lift = 0, true_revenue_lift = 0;  // with it, over all units
    std::vector<Frequency> frequencies;
    double conversion_power = 0, revenue_power = 0;  // how often p below .05 found the effect
};

Rehearsal rehearse(const std::vector<FrozenUnit>& units, const RehearsalSettings& settings, Executor& executor);

}  // namespace vitrina::experiment
