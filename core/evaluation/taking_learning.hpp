#pragma once
// Learns how likely a person takes an item, into the cart or home, once he looks at it, and says whether answers may use it.
//
// Looks (evaluation/taking_rows.hpp) fall into three slices by time: shallow trees learn from the first, the second says how many of
// them are kept and calibrates them (Platt), the third judges. The trees are released when
//   calibrated   their probabilities are meant (evaluation/calibration.hpp), and
//   better       what a person took stands surely higher among the items of its kind where the order by how often they are looked at is
//                multiplied by the probability than where it is not: 1 / log2(2 + place), 95 % paired bootstrap by person, lower
//                bound above 0. Not among the items that he looked at: who takes something looks no further, so that what stands
//                first in a listing would seem not to be taken.
// Then the facts of items are counted from all looks; the trees are kept: they know rates, prices and counts, not items.
// Why the two factors multiply: P(taken) = P(looked at) · P(taken | looked at), and views say much more than the few answers
// whose outcome is known. Source: Ma et al. (2018), "Entire space multi-task model" (ESMM); each factor with its own model here.
// Threads: uses the executor; the same on any number of threads. Errors: what XGBoost says.
// Not an error: no views, too few takes: nothing is learned, and `why` says so.
// Cost: a row of features a look, at most `looks` of them, `folds` times the counting, one forest.

#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "base/executor.hpp"
#include "evaluation/bootstrap.hpp"
#include "evaluation/calibration.hpp"
#include "evaluation/taking_rows.hpp"
#include "training/boosting.hpp"
#include "training/taking.hpp"

namespace vitrina::evaluation {

struct TakingSettings {
    TimeMs horizon_ms = 7 * day_ms;
    double learn_share = 0.6, calibrate_share = 0.2;     // of the looks; the rest judges
    std::size_t least_learned = 100, least_judged = 30;  // takes in the first slice, and in each of the others
    std::size_t looks = 200'000;                         // newest that count
    std::uint32_t folds = 5;                             // of people
    training::BoostingRecipe boosting{.rounds = 100,
                                      .depth = 3,
                                      .learning_rate = 0.08,
                                      .least_weight = 5,
                                      .bins = 64,
                                      .loss = training::Loss::logistic};
    BootstrapSettings bootstrap{.resamples = 1000};
};

struct TakingChoice {
    bool released = false;
    std::string why;
    training::LearnedTaking learned;  // where released
    std::size_t looks = 0, takes = 0, trees = 0;
    Reliability judged;
    double without = 0;  // what the order by looks is worth on the third slice
    Interval gain;
};

// What a training knows; borrowed for the call.
struct TakingInput {
    const training::History& history;
    const training::ItemText& text;
    const training::ItemPrice& price;
};

Result<TakingChoice> learn_taking(const TakingInput& input, const TakingSettings& settings, Executor& executor);

}  // namespace vitrina::evaluation
