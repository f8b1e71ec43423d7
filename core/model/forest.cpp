#include "model/forest.hpp"

#include <algorithm>
#include <cmath>
#include <xxhash.h>

#include <fmt/format.h>

namespace vitrina::model {
namespace {

bool walkable(std::span<const TreeNode> tree, std::size_t features) {
    if (tree.empty() || tree.size() > 0xffff) return false;
    for (std::size_t n = 0; n < tree.size(); ++n) {
        const TreeNode& node = tree[n];
        if (!std::isfinite(node.value) || (node.left == 0 && node.feature != 0)) return false;
        const bool below = node.left > n && std::size_t{node.left} + 1 < tree.size();
        if (node.left != 0 && (!below || node.feature >= features)) return false;
    }
    return true;
}

template <class T>
Result<std::span<const T>> array_of(const Model& model, const std::string& name) {
    if (model.element_bytes(name) != sizeof(T))
        return fail(ErrorCode::corrupt_data,
                    fmt::format("the model's trees cannot be read: {} has elements of {} bytes instead of {}", name,
                                model.element_bytes(name), sizeof(T)));
    return model.section<T>(name);
}

}  // namespace

std::uint64_t feature_hash(std::string_view feature) { return XXH3_64bits(feature.data(), feature.size()); }

ForestArrays first_trees(const Forest& forest, std::size_t trees) {
    ensure(trees <= forest.size(), "a forest has no more trees than it has");
    const auto nodes = forest.nodes.first(forest.trees[trees]);
    return {.trees = {forest.trees.begin(), forest.trees.begin() + static_cast<std::ptrdiff_t>(trees) + 1},
            .nodes = {nodes.begin(), nodes.end()},
            .features = {forest.features.begin(), forest.features.end()}};
}

Result<void> check_forest(const Forest& forest) {
    const auto& trees = forest.trees;
    if (trees.empty() || trees.front() != 0 || trees.back() != forest.nodes.size() || !std::ranges::is_sorted(trees))
        return fail(ErrorCode::corrupt_data, "the model's trees do not lie one behind the other; train it anew");
    for (std::size_t t = 0; t < forest.size(); ++t)
        if (!walkable(forest.tree(t), forest.features.size()))
            return fail(ErrorCode::corrupt_data,
                        fmt::format("tree {} of the model cannot be walked to its leaves; train it anew", t));
    return {};
}

Result<Forest> forest_of(const Model& model, std::string_view name) {
    const std::string prefix(name);
    if (!model.has(prefix + ".trees"))
        return fail(ErrorCode::not_found, fmt::format("the model has no trees {}", name));
    const auto trees = array_of<std::uint32_t>(model, prefix + ".trees");
    const auto nodes = array_of<TreeNode>(model, prefix + ".nodes");
    const auto features = array_of<std::uint64_t>(model, prefix + ".features");
    if (!trees) return std::unexpected(trees.error());
    if (!nodes) return std::unexpected(nodes.error());
    if (!features) return std::unexpected(features.error());
    const Forest forest{*trees, *nodes, *features};
    if (auto checked = check_forest(forest); !checked) return std::unexpected(checked.error());
    return forest;
}

void add_forest(ModelBuilder& builder, const std::string& name, const ForestArrays& forest) {
    const auto checked = check_forest(forest.view());
    ensure(checked.has_value(), "trees must be walkable before they go into a model");
    builder.add(name + ".trees", forest.trees);
    builder.add(name + ".nodes", forest.nodes);
    builder.add(name + ".features", forest.features);
}

}  // namespace vitrina::model
