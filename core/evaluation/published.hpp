#pragma once
// The evaluation of published files: split, choose on validation data only, refit on everything before the test, measure once.
//
// Every number that is chosen comes from the validation questions: recipes by a bounded number of trials, weights by
// evaluation/tuning.hpp. A valid file is used where one is given; else the last 5 % of sessions, the last item but one, a random
// tenth of the pairs, or the last basket before the test. Without a test file the same is done once more for the test
// (a fifth of the pairs).
// Ranks are over all items known before the test; what was seen is left out for user-items and sequences, allowed for sessions and
// baskets. For baskets the ideal of ndcg is the whole basket, as its literature has it.
// Threads: uses the executor given; the same request gives the same report on any number of threads, but for the times.
// Errors: invalid_input when a split leaves nothing to learn from or nothing to test.
// Cost: (trials + 2) trainings of single sources, and answers to all test questions by every model.

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/executor.hpp"
#include "evaluation/interactions.hpp"
#include "evaluation/report.hpp"

namespace vitrina::evaluation {

struct PublishedRequest {
    Interactions data;
    std::vector<std::size_t> cut_offs;  // empty: 20 for user-items and sessions, 10 for sequences and baskets
    std::size_t trials = 40;            // recipes tried over all sources; 0: the defaults
    std::uint64_t seed = 1;
    std::size_t tuning_questions =
        8000;                      // validation questions used for choosing; a seeded sample where there are more
    std::size_t candidates = 200;  // of each source in the blend
    std::size_t ranker_questions =
        24'000;  // validation questions that the stacked ranker learns from, sampled likewise
    std::size_t resamples = 500;
    bool single_sources = true;  // also measure each source by itself
    bool ablation = false;       // also tell what each source and group of features adds to the stacked ranker
};

// What only a host knows; any may be empty.
struct Probes {
    std::function<double()> seconds;         // a clock that only goes forward
    std::function<double()> peak_memory_mb;  // of the process
    std::function<void(std::string_view step)> progress;
};

Result<Report> evaluate_published(const PublishedRequest& request, Executor& executor, const Probes& probes = {});

}  // namespace vitrina::evaluation
