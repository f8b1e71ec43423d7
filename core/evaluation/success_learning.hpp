#pragma once
// Learns what becomes of an item when it is shown: probabilities of click, cart and purchase given the exposure, and says how far they
// can be believed.
//
// The answers fall into three slices by time: trees learn from the first (Loss::logistic), the second says how many of them are
// kept and calibrates them (Platt), the third is for judging alone. Rates of items know the first slice only; in it each row's rate
// leaves its own exposure out.
// Position is a feature: trees say with it how much places are looked at, and it is fixed at the first place when items are put in order, so
// that what stood on top is not praised for standing there. `position = false` leaves it out, for tests of what it is worth.
// Order: on the third slice each answer's items are put into the order of the probability, beside the order in which they were
// shown (that of the stacked ranker or the blend). An item that succeeded at place k counts 1 / (attention of k · log2(2 + its place)), attention
// at least a tenth of the first place's: places that are looked at less say more when they succeed.
// Threads: uses the executor; the same on any number of threads. Errors: exhausted where XGBoost cannot get what it needs.
// Not an error: too few successes: the goal is not learned and says why.
// Source: position as a feature, Zhao et al. (2019); inverse propensity of places, Joachims, Swaminathan and Schnabel (2017).

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/executor.hpp"
#include "evaluation/bootstrap.hpp"
#include "evaluation/calibration.hpp"
#include "evaluation/success_rows.hpp"
#include "model/forest.hpp"
#include "training/boosting.hpp"

namespace vitrina::evaluation {

struct SuccessSettings {
    double learn_share = 0.6, calibrate_share = 0.2;    // of the answers; the rest judges
    std::size_t least_learned = 50, least_judged = 20;  // successes in the first slice, and in each of the others
    training::BoostingRecipe boosting{
        .rounds = 120, .depth = 4, .learning_rate = 0.06, .least_weight = 3, .loss = training::Loss::logistic};
    bool position = true;
    std::size_t rows = 300'000;  // newest of a placement that a training learns from
    BootstrapSettings bootstrap{.resamples = 1000};
};

// Of one goal.
struct SuccessModel {
    model::ForestArrays forest;
    Calibration calibration;
    std::vector<double> said(const SuccessRows& wide) const;
    // As if all stood in the first place.
    std::vector<double> said_in_first_place(SuccessRows wide) const;
};

struct GoalJudged {
    std::string not_learned;  // why; empty: it was learned
    SuccessModel model;
    std::size_t learned_successes = 0;
    std::size_t trees = 0;
    Reliability judged;
    // Of the order, against the one shown: the mean over answers, its difference, and that over the mean.
    double shown_value = 0;
    Interval gain;
    double relative() const { return shown_value > 0 ? gain.value / shown_value : 0; }
    bool calibrated() const { return not_learned.empty() && judged.calibrated(); }
    bool better() const { return not_learned.empty() && gain.low > 0; }
};

struct LearnedSuccess {
    std::array<GoalJudged, goals> of;
    SuccessRates rates;
    std::size_t learned_rows = 0, calibration_rows = 0, judged_rows = 0;
};

Result<LearnedSuccess> learn_success(const SuccessRows& rows, const SuccessSettings& settings, Executor& executor);

}  // namespace vitrina::evaluation
