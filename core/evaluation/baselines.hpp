#pragma once
// What every evaluation is held against: popularity, personal popularity, random.
//
//   popularity           what occurs most often in the history, the same for everybody
//   personal popularity  the person's own items by how often (ties: the newer), then popularity; where what was seen is
//                        excluded it is popularity
//   random               rows drawn evenly, by (seed, number of the question)
// Equal counts are ordered by row, which knows nothing of the items.
// Threads: immutable after construction. Lifetime: rankers borrow the baselines.

#include <cstdint>
#include <vector>

#include "evaluation/measuring.hpp"
#include "training/history.hpp"

namespace vitrina::evaluation {

class Baselines {
public:
    Baselines(const training::History& history, std::uint64_t seed);

    const std::vector<std::uint64_t>& counts() const { return counts_; }
    // Appends the most popular rows that are neither excluded nor in the list, until it has k.
    void fill(std::vector<std::uint32_t>& list, const Question& question, std::size_t k) const;

    Ranker popularity() const;
    Ranker personal_popularity() const;
    Ranker random() const;

private:
    std::vector<std::uint32_t> own_items(const Question& question) const;
    std::vector<std::uint32_t> drawn(std::size_t q, const Question& question, std::size_t k) const;

    std::vector<std::uint64_t> counts_;
    std::vector<std::uint32_t> by_count_;
    std::uint64_t seed_;
};

}  // namespace vitrina::evaluation
