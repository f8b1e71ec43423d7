#include "evaluation/metrics.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace vitrina::evaluation {

namespace {

double discount(std::size_t rank) { return 1.0 / std::log2(static_cast<double>(rank) + 1.0); }

}  // namespace

Metrics metrics_at(std::span<const std::uint32_t> list, Relevant relevant, std::size_t k, Ideal ideal) {
    ensure(k > 0 && relevant.count > 0 && relevant.count >= relevant.rows.size(),
           "metrics need a cut-off and something relevant");
    const std::size_t reachable = std::min(k, relevant.count);
    double gain = 0, precision = 0, best = 0;
    std::size_t hits = 0, first = 0;
    for (std::size_t rank = 1; rank <= std::min(k, list.size()); ++rank) {
        if (!std::binary_search(relevant.rows.begin(), relevant.rows.end(), list[rank - 1])) continue;
        if (hits++ == 0) first = rank;
        gain += discount(rank);
        precision += static_cast<double>(hits) / static_cast<double>(rank);
    }
    if (hits == 0) return {};
    for (std::size_t rank = 1; rank <= (ideal == Ideal::whole ? relevant.count : reachable); ++rank)
        best += discount(rank);
    return {.recall = static_cast<double>(hits) / static_cast<double>(relevant.count),
            .hr = 1,
            .ndcg = gain / best,
            .mrr = 1.0 / static_cast<double>(first),
            .map = precision / static_cast<double>(reachable)};
}

}  // namespace vitrina::evaluation
