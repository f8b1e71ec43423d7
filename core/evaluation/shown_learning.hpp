#pragma once
// What a training learns from what became of a placement's own answers, and whether answers may be put into its order.
//
// Of each placement that asks for it the rows are taken whose features are those that the model of this training makes; rows of other
// layouts are left out. From them evaluation/success_learning.hpp learns what becomes of an item that is shown; a goal is released where it is
//   calibrated   its probabilities are meant, and
//   better       its order succeeds surely more often than the one that was shown; where answers are in such an order already, it need
//                not be surely worse, because the order shown is then, in part, its predecessor's,
// on the latest slice, which it did not learn from. The rates of items that go with it are of all rows: each is what the trees read in
// learning, a rate of mature rows, only of more of them.
// Threads: uses the executor; the same on any number of threads. Errors: those of learn_success.
// Not an error: no rows, too few successes: nothing is learned, and the checks say so.
// Cost: one table of features a placement, at most `rows` of SuccessSettings, and a forest a goal.

#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/executor.hpp"
#include "evaluation/success_learning.hpp"
#include "feedback/training_rows.hpp"
#include "model/store.hpp"
#include "recommendation/snapshot.hpp"
#include "training/shown.hpp"

namespace vitrina::evaluation {

// Borrowed for the call.
struct ShownInput {
    std::set<std::string> placements;         // that ask for it
    std::vector<feedback::TrainingRow> rows;  // of all placements, ordered by time
    ShownItems items;
    std::set<std::pair<std::string, std::string>> in_use =
        {};  // placements and goals by which answers are ordered today
};

// The model that is being trained, as it will answer.
struct ShownModel {
    const std::map<std::string, recommendation::PlacementFeatures>& features;
    std::span<const ItemKey> items;
};

struct ShownChoice {
    std::vector<training::LearnedShown> learned;  // of placements with a goal that is released
    std::vector<model::ReleaseCheck> checks;      // notes: one a placement and goal
};

Result<ShownChoice> learn_shown(const ShownInput& input, const ShownModel& model, const SuccessSettings& settings,
                                Executor& executor);

}  // namespace vitrina::evaluation
