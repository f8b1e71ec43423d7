// How long the trees take for the candidates of one answer; the values are checked against a walk, tree by tree.
#include <benchmark/benchmark.h>

#include <cmath>

#include "base/error.hpp"
#include "base/random.hpp"
#include "ranking/trees.hpp"

namespace {

using namespace vitrina;

constexpr std::size_t rows = 200, features = 44;

// Full trees, the worst of a depth.
model::ForestArrays full_forest(std::size_t trees, std::size_t depth) {
    Random random(1);
    model::ForestArrays forest;
    forest.features.assign(features, 1);
    const std::size_t inner = (std::size_t{1} << depth) - 1;
    for (std::size_t t = 0; t < trees; ++t) {
        for (std::size_t n = 0; n < 2 * inner + 1; ++n)
            forest.nodes.push_back({static_cast<float>(random.normal()),
                                    static_cast<std::uint16_t>(n < inner ? random.below(features) : 0),
                                    static_cast<std::uint16_t>(n < inner ? 2 * n + 1 : 0)});
        forest.trees.push_back(static_cast<std::uint32_t>(forest.nodes.size()));
    }
    return forest;
}

float walked(const model::Forest& forest, std::span<const float> row) {
    float sum = 0;
    for (std::size_t t = 0; t < forest.size(); ++t) {
        const auto tree = forest.tree(t);
        std::size_t at = 0;
        while (tree[at].left != 0) at = tree[at].left + (row[tree[at].feature] < tree[at].value ? 0u : 1u);
        sum += tree[at].value;
    }
    return sum;
}

void trees_of_200_candidates(benchmark::State& state) {
    const auto forest = full_forest(static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)));
    const ranking::Trees trees(forest.view());
    Random random(2);
    std::vector<float> values(rows * features), scores(rows);
    for (float& value : values) value = static_cast<float>(random.normal());
    for (auto _ : state) {
        trees.score(values, scores);
        benchmark::DoNotOptimize(scores.data());
    }
    for (std::size_t r = 0; r < rows; ++r)
        ensure(scores[r] == walked(forest.view(), std::span(values).subspan(r * features, features)),
               "the trees must say what a walk says");
}
BENCHMARK(trees_of_200_candidates)
    ->ArgNames({"trees", "depth"})
    ->Args({150, 4})
    ->Args({100, 6})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
