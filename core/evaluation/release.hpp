#pragma once
// The release gate: whether what is about to be learned may replace what is in use.
//
//   input    events, their kinds and their items look like before (evaluation/input_review.hpp)
//   recipe   where it is another than that of the model in use: not surely worse on a slice that neither was trained on
//            (evaluation/recipe_comparison.hpp). The upper end of the 95 % interval of the relative change, over all placements
//            and of each, must not lie below −`loss`
//   answers  what the new model answers to people as they are now: lists as full, and as many different items in them, as those
//            of the model in use, times `coverage_share`; figures of a manifest
// The recipe is searched first where trials are given, on what lies before the slice of the comparison. One that the search found and
// that loses gives way to the one in use, without a refusal.
// `plan_release` comes before the training and `review_answers` after it. A release that fails a check is "refused", or "forced"
// where the host was told so; the first of a shop replaces nothing and is never refused.
// Threads: uses the executor; the same plan on any number of threads and in every host.
// Cost: input and answers: a second on 10⁷ entries. Recipe: nothing where it is the one in use, else twice a training on a part.
// Errors: those of training. Not an error: a release that is refused; whoever is the host tells it (`refusal`).

#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "evaluation/input_review.hpp"
#include "evaluation/recipe_choice.hpp"
#include "evaluation/recipe_comparison.hpp"
#include "model/store.hpp"

namespace vitrina::evaluation {

struct ReleaseSettings {
    InputLimits input;
    std::uint64_t trials = 0;  // of the search for a recipe before the comparison (evaluation/shop_tuning.hpp); 0: none
    double loss = 0.01;
    double coverage_share = 0.5;
    std::size_t people = 500;  // that are asked for `answers`
    ComparisonSettings comparison;
};

struct ReleaseInput {
    TrainingInput training;  // its recipe: what the shop wants, defaults where it says nothing
    const std::map<std::string, recommendation::PlacementSettings>& placements;
    KnownItem known;                          // may be empty: not looked at
    const model::Manifest* in_use = nullptr;  // none: the first release
    bool force = false;
    ReleaseSettings settings;
};

struct ReleasePlan {
    training::Recipe recipe;  // to train with
    model::Release release;
    model::Tuning tuning;
};

Result<ReleasePlan> plan_release(const ReleaseInput& input, Executor& executor);

// A model that was just learned, as it would answer now.
struct NewModel {
    std::shared_ptr<const model::Model> model;
    const PlacementChoice& choice;
};
// Adds to the checks of the release, and answers the figures for the manifest.
std::vector<model::Figure> review_answers(const NewModel& learned, const ReleaseInput& input, model::Release& release,
                                          Executor& executor);

// What a host has not to say itself: the recipe, what was chosen, figures, and why it was released.
model::Manifest manifest_of(const ReleasePlan& plan, const PlacementChoice& choice,
                            const std::vector<model::Figure>& figures);

inline bool is_refused(const model::Release& release) { return release.verdict == "refused"; }
// What did not pass, and how to release it all the same.
std::string refusal(const model::Release& release);

}  // namespace vitrina::evaluation
