#pragma once
// The items that the person bought, by the number of orders, older orders counting less: what `bought_before` of
// recommendation/pool.hpp, which reads the visitor's actions, is to a query. Needs no training and no model.
//
// Threads: pure. Shapes: as candidates/source.hpp.

#include "candidates/source.hpp"

namespace vitrina::candidates {

// Of an order's weight.
inline constexpr double bought_half_life_days = 90;

class BoughtBefore final : public Source {
public:
    std::string_view name() const override { return "bought_before"; }
    std::vector<Scored> candidates(const features::Query& query, std::size_t limit, Scratch& scratch) const override;
};

}  // namespace vitrina::candidates
