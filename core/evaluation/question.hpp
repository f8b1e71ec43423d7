#pragma once
// One question of an evaluation: what was known, what came later, and what must not be shown.
//
// Lifetime: a value. Units: rows of the model that is asked.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "evaluation/metrics.hpp"
#include "features/query.hpp"

namespace vitrina::evaluation {

struct Question {
    features::Query query;
    std::vector<std::uint32_t> relevant;  // rows, sorted, without repeats
    std::size_t relevant_count = 0;       // with the items that no model knows; > 0
    std::vector<std::uint32_t> excluded;  // rows never to be shown, sorted: what was seen, where repeats do not count
    std::vector<std::uint32_t> among;     // rows that may be shown, sorted; empty: all
    std::uint32_t unit = 0;               // user or session, for the bootstrap

    Relevant truth() const { return {relevant, relevant_count}; }
};

}  // namespace vitrina::evaluation
