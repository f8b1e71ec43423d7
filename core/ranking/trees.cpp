#include "ranking/trees.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace vitrina::ranking {
namespace {

// Children stand behind their parents, so one pass from the front knows every node's depth.
std::uint32_t depth_of(std::span<const model::TreeNode> tree) {
    std::vector<std::uint32_t> depth(tree.size(), 0);
    std::uint32_t most = 0;
    for (std::size_t n = 0; n < tree.size(); ++n) {
        most = std::max(most, depth[n]);
        if (tree[n].left == 0) continue;
        for (const std::size_t child : {std::size_t{tree[n].left}, std::size_t{tree[n].left} + 1})
            depth[child] = std::max(depth[child], depth[n] + 1);
    }
    return most;
}

}  // namespace

Trees::Trees(const model::Forest& forest, std::size_t begin, std::size_t end) : features_(forest.features.size()) {
    for (std::size_t t = begin; t < std::min(end, forest.size()); ++t) {
        const auto tree = forest.tree(t);
        const auto first = static_cast<std::uint32_t>(nodes_.size());
        trees_.push_back({first, depth_of(tree)});
        for (std::uint32_t n = 0; n < tree.size(); ++n) {
            const bool leaf = tree[n].left == 0;
            nodes_.push_back({leaf ? std::numeric_limits<float>::infinity() : tree[n].value, tree[n].feature,
                              first + (leaf ? n : tree[n].left)});
            leaves_.push_back(leaf ? tree[n].value : 0.0f);
        }
    }
}

template <std::size_t Rows>
void Trees::score_rows(const float* features, float* values) const {
    std::array<float, Rows> sums{};
    std::array<std::uint32_t, Rows> at;
    for (const Tree& tree : trees_) {
        at.fill(tree.first);
        for (std::uint32_t step = 0; step < tree.depth; ++step)
            for (std::size_t r = 0; r < Rows; ++r) {
                const Node& node = nodes_[at[r]];
                const float value = features[r * features_ + node.feature];
                at[r] = node.left + (value < node.threshold ? 0u : 1u);
            }
        for (std::size_t r = 0; r < Rows; ++r) sums[r] += leaves_[at[r]];
    }
    std::ranges::copy(sums, values);
}

void Trees::score(std::span<const float> features, std::span<float> values) const {
    ensure(features.size() == values.size() * features_, "rows of features and values must fit together");
    constexpr std::size_t together = 8;
    std::size_t row = 0;
    for (; row + together <= values.size(); row += together)
        score_rows<together>(features.data() + row * features_, values.data() + row);
    for (; row < values.size(); ++row) score_rows<1>(features.data() + row * features_, values.data() + row);
}

}  // namespace vitrina::ranking
