#pragma once
// Learns the stacked ranker on validation questions, and says whether it is worth more than the blend.
//
// The sources were learned from what lies before the questions, so their candidates' features know nothing of the answers. The
// questions fall into two halves (by user or session); trees learned on one half order the candidates of the other. Which
// shape, how many trees are kept, and whether the stack is taken at all, is read from these orders: it must gain more than the standard error of
// the mean difference (of the objective itself where questions are sampled, see tuning.hpp). What is returned is learned on all
// of the questions.
// Threads: uses the executor; the same on any number of threads.
// Errors: exhausted before more than `memory_bytes` is taken; what XGBoost says. Not an error: too few questions (fewer than 200 have a relevant candidate) – no trees.
// Cost: answers of all sources to every question, kept (8 bytes an item), and two forests a shape and one more of `questions · 60` rows,
// which take 24 bytes a value, 40 where forests grow side by side.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/executor.hpp"
#include "candidates/candidate_features.hpp"
#include "candidates/source.hpp"
#include "evaluation/bootstrap.hpp"
#include "evaluation/question.hpp"
#include "evaluation/tuning.hpp"
#include "training/boosting.hpp"

namespace vitrina::evaluation {

struct StackingInput {
    std::shared_ptr<const model::Model> model;  // with facts about its items
    std::span<const candidates::Source* const> sources;
    std::span<const double> blend_weights;  // beside `sources`
    std::span<const Question> questions;
};

// Small trees for little data, larger ones for much; both within 200 µs for 200 candidates.
inline constexpr training::BoostingRecipe shallow_trees{
    .rounds = 150, .depth = 4, .learning_rate = 0.05, .least_weight = 5};
inline constexpr training::BoostingRecipe deep_trees{
    .rounds = 120, .depth = 6, .learning_rate = 0.06, .least_weight = 20};

struct StackingSettings {
    TuningSettings tuning;
    candidates::CandidateLimits limits;
    std::vector<training::BoostingRecipe> shapes{shallow_trees, deep_trees};  // tried; the first where equal
    std::size_t list = 20;       // length of the lists that are kept, at least the cut-off
    std::size_t negatives = 60;  // of one question that trees learn from, drawn from its candidates
    std::uint64_t seed = 1;
    // Also tell what every source and every group of features adds: two more, smaller forests for each of them.
    bool ablation = false;
    std::uint64_t memory_bytes = ~0ULL;  // that it may take
};

// What the trees lose without one part of what they know (evaluation/ablation.hpp), on the same questions: the objective with it less
// the objective without it. Trees of the shape and number that were chosen, learned anew from about 8,000 questions and 20 candidates
// of each, the other half asked as ever.
struct Ablation {
    std::string without;
    Interval
        gain;  // by pairs, 95 % bootstrap over users or sessions; how trees differ by what they learned from is not in it
};

// Fewer with a relevant candidate are too few.
inline constexpr std::size_t least_stacked_questions = 200;

struct StackingChoice {
    model::ForestArrays forest;  // without trees where the blend stays
    std::size_t questions = 0;   // asked
    training::BoostingRecipe boosting;
    std::size_t trees = 0;  // kept
    double objective = 0;   // of the questions, ordered by trees that learned from the other half
    double blend_objective = 0;
    PairedGain gain;                                // stack less blend
    std::vector<std::vector<std::uint32_t>> lists;  // one a question, so ordered, as long as the cut-off of the list
    double candidate_coverage = 0;
    std::vector<Ablation> ablation;  // where asked for
    bool worth_it = false;
};

Result<StackingChoice> choose_stack(const StackingInput& input, const StackingSettings& settings, Executor& executor);

// The answers of sources to a question, after what is excluded is gone.
std::vector<std::vector<Scored>> allowed_answers(std::span<const candidates::Source* const> sources,
                                                 const Question& question, std::size_t limit,
                                                 candidates::Scratch& scratch);

}  // namespace vitrina::evaluation
