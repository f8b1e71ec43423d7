#pragma once
// What a query says about a person's taste, as weighted distinct rows: the form that sources over neighbour tables and
// factors share.
//
// Threads: pure function. Rows come in the order of the query, newest first, each once.
// Not an error: an empty query gives an empty taste; refunds and rows outside of the model are left out.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/top_k.hpp"
#include "features/query.hpp"

namespace vitrina::candidates {

struct TasteWeights {
    double view = 1, wish = 1, cart = 1, buy = 1;
    double half_life_days = 0;  // 0: an old action counts as much as a new one
    std::size_t items = 256;    // newest distinct items that count

    // As the five doubles of a model's section "<source>.query".
    static TasteWeights from(std::span<const double> section);
};

// Distinct items of the history with the weight of the strongest action on each, at its age.
std::vector<Scored> taste_of(std::span<const features::Seen> history, const TasteWeights& weights, std::size_t rows);

// The rows of the context with weight 1, or where there is no context the taste of the history.
std::vector<Scored> asked_about(const features::Query& query, const TasteWeights& weights, std::size_t rows);

}  // namespace vitrina::candidates
