// How long the ranker of a shop takes for the 200 candidates of one answer: their features, then 100 trees of depth 4. A person with
// 60 actions, eight sources with 100 answers each, 20,000 items with 100 followers each. The order is checked against a walk
// of the forest over the same features. Limit: 200 µs on one core.
#include <benchmark/benchmark.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/random.hpp"
#include "candidates/source.hpp"
#include "ranking/stacked.hpp"

namespace {

using namespace vitrina;

constexpr std::uint32_t items = 20'000, followers = 100;
constexpr std::size_t trees = 100, inner = 15, answered = 100;

std::vector<std::string_view> sources() {
    const auto& known = candidates::source_names();
    return {known.begin(), known.begin() + 8};
}

// Full trees; what they split by is of the size that features have.
model::ForestArrays full_forest(const std::vector<std::string>& names, Random& random) {
    model::ForestArrays forest;
    for (const std::string& name : names) forest.features.push_back(model::feature_hash(name));
    for (std::size_t t = 0; t < trees; ++t) {
        for (std::size_t n = 0; n < 2 * inner + 1; ++n)
            forest.nodes.push_back({static_cast<float>(n < inner ? 4 * random.unit() : random.normal()),
                                    static_cast<std::uint16_t>(n < inner ? random.below(names.size()) : 0),
                                    static_cast<std::uint16_t>(n < inner ? 2 * n + 1 : 0)});
        forest.trees.push_back(static_cast<std::uint32_t>(forest.nodes.size()));
    }
    return forest;
}

struct Shop {
    std::shared_ptr<const model::Model> model;
    model::ForestArrays forest;
};

Shop shop() {
    Random random(1);
    std::vector<ItemKey> keys;
    for (std::uint64_t key = 0; key < items; ++key) keys.push_back(ItemKey{key});
    model::ModelBuilder builder(keys);
    std::vector<std::uint64_t> offsets{0};
    std::vector<std::uint32_t> columns;
    std::vector<float> values, numbers;
    for (std::uint32_t row = 0; row < items; ++row) {
        numbers.push_back(static_cast<float>(random.below(1000)));
        for (std::uint32_t n = 0; n < followers; ++n) {
            columns.push_back(static_cast<std::uint32_t>(random.below(items)));
            values.push_back(1.0f / static_cast<float>(n + 2));
        }
        offsets.push_back(columns.size());
    }
    builder.add("facts.next.offsets", offsets);
    builder.add("facts.next.columns", columns);
    builder.add("facts.next.values", values);
    for (const char* column : {"facts.people", "facts.count", "facts.lately", "facts.repeat"})
        builder.add(column, numbers);
    Shop made;
    const auto bare = *model::Model::from_bytes(builder.bytes());
    made.forest = full_forest(candidates::CandidateFeatures(bare, sources(), ranking::shop_limits).names(), random);
    model::add_forest(builder, "ranker.home", made.forest);
    made.model = *model::Model::from_bytes(builder.bytes());
    return made;
}

struct Asked {
    features::Query query;
    std::vector<std::vector<Scored>> answers;
};

Asked question() {
    Random random(2);
    Asked made;
    for (std::uint32_t n = 0; n < 60; ++n)
        made.query.history.push_back({static_cast<std::uint32_t>(random.below(items)), state::Action::buy,
                                      static_cast<TimeMs>(n) * day_ms, 1, n / 6});
    const auto pool = static_cast<std::uint32_t>(random.below(items - 400));
    for (std::size_t s = 0; s < sources().size(); ++s) {
        std::vector<std::uint32_t> rows(300);
        for (std::uint32_t n = 0; n < rows.size(); ++n) rows[n] = pool + n;
        std::vector<Scored>& answer = made.answers.emplace_back();
        for (std::size_t n = 0; n < answered; ++n) {
            std::swap(rows[n], rows[n + random.below(rows.size() - n)]);
            answer.push_back({rows[n], 1.0f / static_cast<float>(n + 1)});
        }
    }
    return made;
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

std::vector<Scored> by_hand(const Shop& shop, const Asked& asked) {
    const candidates::CandidateFeatures features(shop.model, sources(), ranking::shop_limits);
    const auto candidates = features.make(asked.query, asked.answers);
    const std::size_t width = features.names().size();
    std::vector<Scored> order;
    for (std::size_t r = 0; r < candidates.rows.size(); ++r)
        order.push_back(
            {candidates.rows[r], walked(shop.forest.view(), std::span(candidates.values).subspan(r * width, width))});
    std::ranges::sort(order, better);
    return order;
}

void features_and_trees_of_200_candidates(benchmark::State& state) {
    const Shop made = shop();
    const Asked asked = question();
    const auto ranker = ranking::StackedRanker::of(made.model, "ranker.home", ranking::shop_limits);
    ensure(ranker.has_value(), "a forest of the program's own features must be usable");
    std::vector<Scored> order;
    for (auto _ : state) {
        order = ranker->rank(asked.query, asked.answers);
        benchmark::DoNotOptimize(order.data());
    }
    ensure(order.size() == 200, "there must be 200 candidates");
    ensure(order == by_hand(made, asked), "the ranker must say what a walk says");
}
BENCHMARK(features_and_trees_of_200_candidates)->Unit(benchmark::kMicrosecond);

}  // namespace
