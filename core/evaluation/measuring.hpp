#pragma once
// Asks a ranker every question and says how good its lists are.
//
// Threads: uses the executor; the same report on any number of threads. Cost: one list a question is kept (4 · k bytes).

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/executor.hpp"
#include "candidates/source.hpp"
#include "evaluation/question.hpp"
#include "evaluation/report.hpp"

namespace vitrina::evaluation {

// The first k rows for question number q, best first, without what is excluded; fewer where it knows no more.
using Ranker = std::function<std::vector<std::uint32_t>(std::size_t q, const Question& question, std::size_t k,
                                                        candidates::Scratch& scratch)>;

struct MeasureSettings {
    std::vector<std::size_t> cut_offs{20};
    Ideal ideal = Ideal::cut;
    BootstrapSettings bootstrap;
    std::size_t rows = 0;                      // of the model
    std::span<const std::uint8_t> tercile_of;  // of each row: 0 head, 1 middle, 2 tail; empty: no breakdown
};

// Metrics (and terciles) only; names and times are the caller's.
ModelReport measure(const Ranker& ranker, std::span<const Question> questions, const MeasureSettings& settings,
                    Executor& executor);

// Rows in thirds: the most popular that together hold a third of `counts`, the next, the rest.
std::vector<std::uint8_t> terciles_of(std::span<const std::uint64_t> counts);

}  // namespace vitrina::evaluation
