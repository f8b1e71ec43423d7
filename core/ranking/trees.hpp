#pragma once
// The value of a forest (model/forest.hpp) for many rows of features at once.
//
// Threads: immutable. Lifetime: owns what it needs, the forest may go.
// Shapes: `features` is rows × `features()`, row-major; `values` has one element a row.
// Precondition: the forest was checked (`forest_of`); features are finite.
// The value is the sum of leaves added in float from the first tree to the last, starting from 0: to the last bit what XGBoost
// predicts with a base score of 0.
// Cost: trees · depth steps a row, eight rows side by side so that their loads overlap; some hundred nanoseconds a row.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/forest.hpp"

namespace vitrina::ranking {

class Trees {
public:
    // The trees from number `begin` up to, without, `end`; as far as the forest has them.
    explicit Trees(const model::Forest& forest, std::size_t begin = 0, std::size_t end = static_cast<std::size_t>(-1));

    std::size_t features() const { return features_; }
    std::size_t size() const { return trees_.size(); }
    void score(std::span<const float> features, std::span<float> values) const;

private:
    // A leaf leads to itself, so that every path of a tree has as many steps as its longest.
    struct Node {
        float threshold;
        std::uint32_t feature;
        std::uint32_t left;
    };
    struct Tree {
        std::uint32_t first;
        std::uint32_t depth;
    };
    template <std::size_t Rows>
    void score_rows(const float* features, float* values) const;

    std::size_t features_;
    std::vector<Tree> trees_;
    std::vector<Node> nodes_;
    std::vector<float> leaves_;  // beside `nodes_`
};

}  // namespace vitrina::ranking
