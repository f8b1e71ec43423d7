// Any bytes are trees or refused; trees that are taken can be walked, and to the same end by two ways.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "ranking/trees.hpp"

namespace {

// The first byte says how many trees begin, the second how many features there are; nodes are what follows.
vitrina::model::ForestArrays forest_of(const std::uint8_t* data, std::size_t size) {
    vitrina::model::ForestArrays forest;
    forest.features.assign(data[1] % 8, 1);
    const std::size_t trees = data[0] % 8;
    std::size_t at = 2;
    for (std::size_t t = 0; t < trees && at < size; ++t) forest.trees.push_back(forest.trees.back() + data[at++] % 64);
    forest.nodes.resize((size - at) / sizeof(vitrina::model::TreeNode));
    if (!forest.nodes.empty())
        std::memcpy(forest.nodes.data(), data + at, forest.nodes.size() * sizeof(vitrina::model::TreeNode));
    return forest;
}

float walked(const vitrina::model::Forest& forest, std::span<const float> row) {
    float sum = 0;
    for (std::size_t t = 0; t < forest.size(); ++t) {
        const auto tree = forest.tree(t);
        std::size_t at = 0;
        while (tree[at].left != 0) at = tree[at].left + (row[tree[at].feature] < tree[at].value ? 0u : 1u);
        sum += tree[at].value;
    }
    return sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const auto forest = forest_of(data, size);
    if (!vitrina::model::check_forest(forest.view())) return 0;
    constexpr std::size_t rows = 9;  // eight side by side and one
    std::vector<float> features(rows * forest.features.size()), values(rows);
    for (std::size_t f = 0; f < features.size(); ++f) features[f] = static_cast<float>(data[f % size]) - 100.0f;
    vitrina::ranking::Trees(forest.view()).score(features, values);
    for (std::size_t r = 0; r < rows; ++r) {
        const float same =
            walked(forest.view(), std::span(features).subspan(r * forest.features.size(), forest.features.size()));
        if (std::memcmp(&same, &values[r], sizeof same) != 0) __builtin_trap();
    }
    return 0;
}
