// How long the ranker of a shop takes for the 200 candidates of one answer: their features, then 100 trees of depth 4. A person with
// 60 actions, eight sources with 100 answers each, 20,000 items with 100 followers each. The order is checked against a walk
// of the forest over the same features. The same for what becomes of items that are shown: 120 trees over features as they are kept, all
// that learning may keep. Limit: 200 µs on one core.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/random.hpp"
#include "candidates/feature_bytes.hpp"
#include "candidates/shown.hpp"
#include "candidates/source.hpp"
#include "ranking/shown.hpp"
#include "ranking/stacked.hpp"

namespace {

using namespace vitrina;

constexpr std::uint32_t items = 20'000, followers = 100;
constexpr std::size_t ranker_trees = 100, shown_trees = 120, inner = 15, answered = 100;

std::vector<std::string_view> sources() {
    const auto& known = candidates::source_names();
    return {known.begin(), known.begin() + 8};
}

// Full trees; what they split by is of the size that features have.
model::ForestArrays full_forest(const std::vector<std::string>& names, std::size_t trees, Random& random) {
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
    model::ForestArrays forest, shown;
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
    const auto names = candidates::CandidateFeatures(bare, sources(), ranking::shop_limits).names();
    made.forest = full_forest(names, ranker_trees, random);
    made.shown = full_forest(candidates::with_shown_columns(names), shown_trees, random);
    model::add_forest(builder, "ranker.home", made.forest);
    const std::string shown = candidates::shown_name("click", "home");
    model::add_forest(builder, shown, made.shown);
    builder.add(shown + ".logit", std::vector<double>{0.01, 0});
    builder.add(candidates::shown_rates_name("home"),
                std::vector<float>(items * candidates::shown_rates.size(), 0.125f));
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

float said_by_hand(const model::ForestArrays& forest, std::span<const float> features) {
    std::vector<float> row;
    for (const float feature : features) row.push_back(candidates::quantised(feature));
    row.insert(row.end(), candidates::shown_rates.size(), 0.125f);
    row.push_back(0);
    return static_cast<float>(1 / (1 + std::exp(-0.01 * static_cast<double>(walked(forest.view(), row)))));
}

void features_and_trees_of_what_becomes_of_candidates(benchmark::State& state) {
    const Shop made = shop();
    const Asked asked = question();
    const candidates::CandidateFeatures features(made.model, sources(), ranking::shop_limits);
    const auto shown = ranking::Shown::of(made.model, "home", "click", features.names());
    ensure(shown.has_value(), "what was learned must be usable");
    auto wanted = features.make(asked.query, asked.answers).rows;
    wanted.resize(static_cast<std::size_t>(state.range(0)));
    candidates::RankingCandidates candidates;
    std::vector<float> said;
    for (auto _ : state) {
        candidates = features.make(asked.query, asked.answers, wanted);
        said = shown->said(candidates);
        benchmark::DoNotOptimize(said.data());
    }
    const std::size_t width = features.names().size();
    for (std::size_t r = 0; r < said.size(); ++r)
        ensure(said[r] == said_by_hand(made.shown, std::span(candidates.values).subspan(r * width, width)),
               "the probability must be what a walk says");
}
BENCHMARK(features_and_trees_of_what_becomes_of_candidates)->Arg(20)->Arg(200)->Unit(benchmark::kMicrosecond);

}  // namespace
