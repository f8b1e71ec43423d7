#pragma once
// Stands in questions of the past for the source `bought_before` of recommendation/pool.hpp, which needs no training: the
// items that the person bought, by the number of orders, older orders counting less.
//
// Threads: pure. Shapes: as candidates/source.hpp.

#include "candidates/source.hpp"

namespace vitrina::evaluation {

class BoughtBefore final : public candidates::Source {
public:
    std::string_view name() const override { return "bought_before"; }
    std::vector<Scored> candidates(const features::Query& query, std::size_t limit,
                                   candidates::Scratch& scratch) const override;
};

}  // namespace vitrina::evaluation
