#pragma once
// Regression trees as arrays: what a ranker learned, in a layout of our own (docs/model-format.md, "Trees").
//
// In a model it is three sections: "<name>.trees" (u32, trees + 1: where each tree's nodes begin), "<name>.nodes" (8 bytes a node)
// and "<name>.features" (u64, the XXH3-64 of each feature's name, in the order of a row of features).
// A row of features goes from a tree's first node to a leaf: left where the feature is below the threshold, else right, which
// stands behind left. The forest's value is the sum of its leaves, added in float, tree after tree.
// Threads: values. Lifetime: a `Forest` borrows the model. Shapes: at most 65,535 nodes a tree, 65,535 features.
// Errors: `forest_of` answers corrupt_data for anything that could not be walked to a leaf: offsets that do not ascend, a child
// that does not stand behind its parent or outside of its tree, an unknown feature, numbers that are not finite.
// Not an error: no such section (not_found).

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "model/model.hpp"

namespace vitrina::model {

struct TreeNode {
    float value = 0;            // the threshold; of a leaf what it adds
    std::uint16_t feature = 0;  // 0 in a leaf
    std::uint16_t left = 0;     // from the tree's first node; 0 says leaf
    bool operator==(const TreeNode&) const = default;
};
static_assert(sizeof(TreeNode) == 8);

struct Forest {
    std::span<const std::uint32_t> trees;
    std::span<const TreeNode> nodes;
    std::span<const std::uint64_t> features;
    std::size_t size() const { return trees.size() - 1; }
    std::span<const TreeNode> tree(std::size_t t) const { return nodes.subspan(trees[t], trees[t + 1] - trees[t]); }
};

// The same, owned: what training makes.
struct ForestArrays {
    std::vector<std::uint32_t> trees{0};
    std::vector<TreeNode> nodes;
    std::vector<std::uint64_t> features;
    Forest view() const { return {trees, nodes, features}; }
};

// What so many rounds of boosting would have learned. Precondition: it has as many trees.
ForestArrays first_trees(const Forest& forest, std::size_t trees);

std::uint64_t feature_hash(std::string_view feature);

Result<void> check_forest(const Forest& forest);
Result<Forest> forest_of(const Model& model, std::string_view name);
void add_forest(ModelBuilder& builder, const std::string& name, const ForestArrays& forest);

}  // namespace vitrina::model
