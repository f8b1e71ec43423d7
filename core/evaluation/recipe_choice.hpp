#pragma once
// What a training chooses by itself: the weight of each source in each placement, and whether trees order its candidates instead
// (evaluation/stacking.hpp), on the last weeks of what it knows.
//
// The history is cut before its last `horizon`; sources are learned from what lies before, asked as the placement would ask
// them, and measured against what came after (evaluation/tuning.hpp says how weights are found). The model that is published
// is then learned from everything with these weights, and keeps the trees.
//   home                       persons known at the cut; relevant: what they bought until the end
//   buy_again                  of these what they had bought before, among all that they had
//   cart                       something carted, with the visit until then; relevant: what it took after it. Orders with one line
//                              hidden, where there are more of these
//   product_addons             one line of an order as the page; relevant: its other lines
//   product                    a view as the page, with the visit until then; relevant: what it turned to after it (needs views)
// Threads: uses the executor; the same choice on any number of threads.
// Cost: one training on a part of the history, at most `questions` answers of each source a placement, and for the trees another
// `ranker.questions` of them and three forests.
// Not an error: too little to choose from (fewer than `least_questions`): that placement keeps the weights of its configuration.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/executor.hpp"
#include "evaluation/report.hpp"
#include "evaluation/shown_learning.hpp"
#include "evaluation/taking_learning.hpp"
#include "model/forest.hpp"
#include "model/store.hpp"
#include "recommendation/placement.hpp"
#include "training/history.hpp"
#include "training/trainer.hpp"

namespace vitrina::evaluation {

struct RecipeChoiceSettings {
    TimeMs horizon_ms = 30 * day_ms;  // at most a fifth of what the history spans
    std::size_t questions = 800;      // a placement, for its weights; a seeded sample where there are more
    std::size_t least_questions = 30;
    std::size_t cut_off = 20;
    std::size_t candidates = 100;     // of each source; more hardly changes the first twenty
    std::size_t context_items = 64;   // lines of a cart that are asked about
    std::size_t history_items = 512;  // newest actions of a person that are asked about
    std::uint64_t seed = 1;
    TakingSettings taking;
    SuccessSettings success;
    bool ablation = false;  // also tell what each source and group of features adds to the trees
};

struct PlacementChoice {
    std::vector<model::SourceWeight> weights;  // by placement and source
    std::vector<model::Figure> figures;        // on the slice: "home", "validation objective@20"
    std::vector<model::RankerChoice> rankers;  // of every placement that was asked
    std::vector<std::pair<std::string, model::ForestArrays>>
        forests;                         // of those that are taken, by their names in a model
    std::vector<AblationLine> ablation;  // where asked for
    TakingChoice taking;
    ShownChoice shown;

    // For training::Prepared; borrows this.
    std::vector<training::LearnedRanker> learned() const {
        std::vector<training::LearnedRanker> all;
        for (const auto& [name, forest] : forests) all.push_back({name, &forest});
        return all;
    }
    // The same for what is taken; null where it is not released.
    const training::LearnedTaking* taken() const { return taking.released ? &taking.learned : nullptr; }
};

// What a training is given; borrowed for the call.
struct TrainingInput {
    const training::History& history;
    const training::Recipe& recipe;
    const training::ItemText& text;
    training::ItemPrice price = {};     // nobody knows what anything costs
    const ShownInput* shown = nullptr;  // null: no placement asks for it
};

Result<PlacementChoice> choose_recipe(const TrainingInput& input,
                                      const std::map<std::string, recommendation::PlacementSettings>& placements,
                                      Executor& executor, const RecipeChoiceSettings& settings = {});

}  // namespace vitrina::evaluation
