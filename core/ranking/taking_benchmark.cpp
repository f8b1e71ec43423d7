// How long it takes to say of the 200 candidates of one answer how likely they are taken: their features, then 100 trees of depth 3, all
// that learning may keep. A person with 200 actions, 20,000 items of 300 kinds and 100 brands. Every probability is checked against a
// walk of the trees. Limit: 200 µs on one core.
#include <benchmark/benchmark.h>

#include <cmath>

#include "base/error.hpp"
#include "base/random.hpp"
#include "model/forest.hpp"
#include "ranking/taking.hpp"

namespace {

using namespace vitrina;

constexpr std::uint32_t items = 20'000;
constexpr std::size_t trees = 100, inner = 7;

model::ForestArrays full_forest(Random& random) {
    model::ForestArrays forest;
    for (const std::string& name : candidates::taking_names()) forest.features.push_back(model::feature_hash(name));
    for (std::size_t t = 0; t < trees; ++t) {
        for (std::size_t n = 0; n < 2 * inner + 1; ++n)
            forest.nodes.push_back({static_cast<float>(n < inner ? random.unit() : 0.02 * random.normal()),
                                    static_cast<std::uint16_t>(n < inner ? random.below(forest.features.size()) : 0),
                                    static_cast<std::uint16_t>(n < inner ? 2 * n + 1 : 0)});
        forest.trees.push_back(static_cast<std::uint32_t>(forest.nodes.size()));
    }
    return forest;
}

std::shared_ptr<const model::Model> model_of(const model::ForestArrays& forest, Random& random) {
    std::vector<ItemKey> keys;
    for (std::uint64_t key = 0; key < items; ++key) keys.push_back(ItemKey{key});
    model::ModelBuilder builder(keys);
    for (const char* column : {"taken.rate", "taken.orders", "taken.looks", "taken.price", "taken.level"}) {
        std::vector<float> numbers(items);
        for (float& number : numbers) number = static_cast<float>(random.unit());
        builder.add(column, numbers);
    }
    for (const auto& [column, names] : {std::pair("taken.kind", 300), {"taken.brand", 100}}) {
        std::vector<std::uint32_t> numbers(items);
        for (std::uint32_t& number : numbers) number = static_cast<std::uint32_t>(random.below(names));
        builder.add(column, numbers);
    }
    builder.add("taken.calibration", std::vector<double>{1, 0});
    model::add_forest(builder, "taken", forest);
    return *model::Model::from_bytes(builder.bytes());
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

void features_and_trees_of_what_is_taken_of_200_candidates(benchmark::State& state) {
    Random random(1);
    const model::ForestArrays forest = full_forest(random);
    const auto model = model_of(forest, random);
    const auto taking = ranking::Taking::of(model);
    ensure(taking.has_value(), "what was learned must be usable");
    features::Query query;
    for (std::uint32_t n = 0; n < candidates::taking_history; ++n)
        query.history.push_back({static_cast<std::uint32_t>(random.below(items)),
                                 n % 8 == 0 ? state::Action::cart : state::Action::view, n * hour_ms, 1, n / 6});
    std::vector<std::uint32_t> rows;
    for (int n = 0; n < 200; ++n) rows.push_back(static_cast<std::uint32_t>(random.below(items)));
    std::vector<float> said;
    for (auto _ : state) {
        said = taking->said(query, rows);
        benchmark::DoNotOptimize(said.data());
    }
    const auto values = candidates::taking_features(*candidates::taking_facts(*model), query, rows);
    const std::size_t width = candidates::taking_names().size();
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const double value = walked(forest.view(), std::span(values).subspan(r * width, width));
        ensure(std::fabs(static_cast<double>(said[r]) - 1 / (1 + std::exp(-value))) < 1e-6,
               "the probability must be what a walk says");
    }
}
BENCHMARK(features_and_trees_of_what_is_taken_of_200_candidates)->Unit(benchmark::kMicrosecond);

}  // namespace
