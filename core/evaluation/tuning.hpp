#pragma once
// Which sources, with which weights: chosen on validation questions, cheaply, because each source is asked once and only the
// blend is tried again and again.
//
// The objective of a question is (recall@k + ndcg@k) / 2 of the blend as ranking/blend.hpp makes it: scores over their maximum,
// after what must not be shown is gone. Weights are found by forward selection from the best single source, then refined by
// coordinate descent over factors. The rule of one standard error prefers the simpler: a source comes in, or stays, only where
// the mean difference of the questions exceeds its standard error.
// Threads: uses the executor; the same choice on any number of threads. Deterministic without a seed.
// Cost: sources · questions answers once, then some hundred passes over the cached lists.
// Not an error: no questions (the first source alone is chosen), sources that answer nothing.

#include <cstddef>
#include <span>
#include <vector>

#include "base/executor.hpp"
#include "candidates/source.hpp"
#include "evaluation/question.hpp"

namespace vitrina::evaluation {

struct TuningSettings {
    std::size_t cut_off = 20;      // k
    std::size_t candidates = 200;  // of each source, after what is excluded
    std::size_t rows = 0;          // of the model
    // The questions are a random part of the past instead of what came next. Past and future differ by more than chance, so
    // a recipe then leaves its default only for a gain of a standard error of the objective itself.
    bool sampled = false;
    Ideal ideal = Ideal::cut;
};

struct WeightChoice {
    std::vector<double> weights;    // one a source, 0 where it is left out; the largest is 1
    double objective = 0;           // mean over the questions
    std::vector<double> alone;      // objective of each source by itself
    double candidate_coverage = 0;  // share of the relevant that any source offered: the ceiling
    std::size_t trials = 0;         // blends tried
};

WeightChoice choose_weights(std::span<const candidates::Source* const> sources, std::span<const Question> questions,
                            const TuningSettings& settings, Executor& executor);

// Mean of the values and its standard error.
struct MeanValue {
    double mean = 0, standard_error = 0;
};
MeanValue mean_value(std::span<const float> values);

// Mean of (after − before) over questions, and its standard error; zeros for fewer than two questions.
struct PairedGain {
    double mean = 0, standard_error = 0;
};
PairedGain paired_gain(std::span<const float> before, std::span<const float> after);

// What a source answers once what is excluded is gone; the first step of every blend of an evaluation.
std::vector<Scored> allowed_candidates(const candidates::Source& source, const Question& question, std::size_t limit,
                                       candidates::Scratch& scratch);

// Objective of every question for one source by itself.
std::vector<float> objectives_of(const candidates::Source& source, std::span<const Question> questions,
                                 const TuningSettings& settings, Executor& executor);

}  // namespace vitrina::evaluation
