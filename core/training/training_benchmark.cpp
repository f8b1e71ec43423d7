// How long sources take to learn from a shop of 30,000 people, 40,000 items and 800,000 pairs (the size and skew of the Gowalla
// data), on one thread. Peers in the same run: a hash map a row for item–item, as one would write it first, on every hundredth row and
// scaled up. Each run checks its answer.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/random.hpp"
#include "model/sparse_table.hpp"
#include "training/ials.hpp"
#include "training/interactions.hpp"
#include "training/item_item.hpp"

namespace vitrina::training {
namespace {

constexpr std::uint64_t items = 40'000;

const History& shop() {
    static const History history = [] {
        Random random(1);
        std::vector<std::vector<HistoryEntry>> people(30'000);
        for (auto& person : people) {
            const auto length = static_cast<std::uint64_t>(std::exp(2.6 + 0.9 * random.normal()));
            const std::uint64_t taste = random.below(items);
            for (std::uint64_t e = 0; e < std::clamp<std::uint64_t>(length, 8, 800); ++e) {
                const double skewed = std::pow(random.unit(), 3.0) * static_cast<double>(items);
                const std::uint64_t item =
                    random.below(2) == 0 ? static_cast<std::uint64_t>(skewed) : (taste + random.below(200)) % items;
                person.push_back({ItemKey{item * 0x9e3779b97f4a7c15ull}});
            }
        }
        return history_of(people);
    }();
    return history;
}

double pair_updates(const Interactions& pairs) {
    double updates = 0;
    for (std::size_t p = 0; p < pairs.people(); ++p)
        updates += std::pow(static_cast<double>(pairs.items_of(p).size()), 2);
    return updates;
}

void item_item(benchmark::State& state) {
    const History& history = shop();
    std::string bytes;
    for (auto _ : state) {
        model::ModelBuilder builder(history.items);
        SerialExecutor serial;
        train_item_item(history, {}, builder, serial);
        state.PauseTiming();
        bytes = builder.bytes();
        state.ResumeTiming();
    }
    const auto model = model::Model::from_bytes(std::move(bytes)).value();
    const auto table = model::table_of(*model, "item_item").value();
    for (std::uint32_t r = 0; r < table.rows(); ++r) {
        double sum = 0;
        for (const float value : table.row(r).values) sum += static_cast<double>(value);
        if (table.row(r).size() > 0 && std::abs(sum - 1) > 1e-4) state.SkipWithError("a row does not sum to 1");
    }
    state.counters["pair_updates"] = benchmark::Counter(pair_updates(interactions_of(history, {}, 2000)),
                                                        benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(item_item)->Unit(benchmark::kMillisecond)->Iterations(3);

void item_item_with_a_hash_map_a_row(benchmark::State& state) {
    constexpr std::size_t every = 100;
    const Interactions pairs = interactions_of(shop(), {}, 2000);
    double updates = 0;
    for (auto _ : state)
        for (std::size_t row = 0; row < pairs.items(); row += every) {
            std::unordered_map<std::uint32_t, double> sums;
            for (const std::uint32_t person : pairs.people_of(row))
                for (const std::uint32_t other : pairs.items_of(person)) sums[other] += 1.0;
            for (const auto& [other, sum] : sums) updates += sum;
        }
    state.counters["pair_updates"] = benchmark::Counter(updates, benchmark::Counter::kIsRate);
}
BENCHMARK(item_item_with_a_hash_map_a_row)->Unit(benchmark::kMillisecond)->Iterations(3);

// One epoch. Limit at the machine's peak: base/ridge_benchmark.cpp.
void ials_epoch(benchmark::State& state) {
    const History& history = shop();
    const Interactions pairs = interactions_of(history, {}, 2000);
    Recipe recipe;
    recipe.ials.dimensions = static_cast<std::uint32_t>(state.range(0));
    recipe.ials.epochs = 1;
    SerialExecutor serial;
    for (auto _ : state) {
        const Factors factors = factorised(pairs, history.items, recipe, serial);
        if (!(factors.gram.back() > 0) || !std::isfinite(factors.gram.back()))
            state.SkipWithError("factors without length");
    }
    const auto d = static_cast<double>(recipe.ials.dimensions);
    const double textbook = 2 * static_cast<double>(pairs.pairs()) * d * d +
                            static_cast<double>(pairs.people() + pairs.items()) * d * d * d / 3;
    state.counters["textbook_flop"] = benchmark::Counter(textbook, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(ials_epoch)->Arg(64)->Arg(256)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
}  // namespace vitrina::training
