// How long sources take to learn from a shop of 30,000 people, 40,000 items and 800,000 pairs (the size and skew of the Gowalla
// data), on one thread unless it says two. Peers in the same run: a hash map a row for item–item, as one would write it first, on every hundredth row and
// scaled up. Each run checks its answer.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <ctime>
#include <thread>
#include <unordered_map>

#include "base/dense.hpp"
#include "base/error.hpp"
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

class TwoThreads final : public Executor {
public:
    void for_each_block(std::size_t blocks, const std::function<void(std::size_t)>& work) override {
        std::atomic<std::size_t> next = 0;
        const auto take = [&] {
            for (std::size_t block = next++; block < blocks; block = next++) work(block);
        };
        std::thread other(take);
        take();
        other.join();
    }
    std::size_t width() const override { return 2; }
};

// Multiply-adds a second and thread that dense products reach when everything lies in the first cache: the peak that can be used.
double peak() {
    static const double measured = [] {
        Matrix from(96, 64), basis(64, 64), to(96, 64);
        constexpr int repeats = 2000;
        double best = 0;
        for (int round = 0; round < 10; ++round) {
            const std::clock_t start = std::clock();
            for (int r = 0; r < repeats; ++r) multiply_rows({from, basis, to}, 0, 96);
            const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
            best = std::max(best, repeats * 96.0 * 64.0 * 64.0 / seconds);
        }
        return best;
    }();
    return measured;
}

struct Seconds {
    double wall = 0, cpu = 0;
};

Seconds seconds_of(const Interactions& pairs, Recipe recipe, std::uint32_t epochs, Executor& executor) {
    recipe.ials.epochs = epochs;
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t cpu = std::clock();
    const Factors factors = factorised(pairs, shop().items, recipe, executor);
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    ensure(factors.gram.back() > 0 && std::isfinite(factors.gram.back()), "factors without length");
    return {wall.count(), static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC};
}

// One epoch, as the difference of four and one, which leaves out the drawing of first factors. Beside it the share of the machine's
// measured multiply-add peak that the textbook's way (2 · pairs · d² + rows · d³ / 3 flop) would need at the same speed: rows
// with fewer pairs than dimensions need less, so it may pass 100 %.
void ials_epoch(benchmark::State& state) {
    const Interactions pairs = interactions_of(shop(), {}, 2000);
    Recipe recipe;
    recipe.ials.dimensions = static_cast<std::uint32_t>(state.range(0));
    SerialExecutor serial;
    TwoThreads two;
    Executor& executor = state.range(1) == 1 ? static_cast<Executor&>(serial) : two;
    Seconds best{1e9, 1e9};
    for (auto _ : state) {
        const Seconds one = seconds_of(pairs, recipe, 1, executor), four = seconds_of(pairs, recipe, 4, executor);
        const double epoch = (four.wall - one.wall) / 3;
        if (!(epoch > 0)) state.SkipWithError("the machine is too busy to time anything");
        state.SetIterationTime(std::max(epoch, 1e-9));
        best = {std::min(best.wall, epoch), std::min(best.cpu, (four.cpu - one.cpu) / 3)};
    }
    const auto d = static_cast<double>(recipe.ials.dimensions);
    const double textbook = 2 * static_cast<double>(pairs.pairs()) * d * d +
                            static_cast<double>(pairs.people() + pairs.items()) * d * d * d / 3;
    state.counters["best_s"] = best.wall;
    state.counters["best_cpu_s"] = best.cpu;
    state.counters["textbook_gflop_s"] = textbook / best.wall / 1e9;
    state.counters["peak_gflop_s"] = 2e-9 * peak() * static_cast<double>(executor.width());
    state.counters["peak_share"] = textbook / best.wall / (2 * peak() * static_cast<double>(executor.width()));
    state.counters["peak_share_of_cpu"] = textbook / best.cpu / (2 * peak());
}
BENCHMARK(ials_epoch)
    ->ArgNames({"d", "threads"})
    ->ArgsProduct({{64, 256}, {1, 2}})
    ->Unit(benchmark::kMillisecond)
    ->UseManualTime()
    ->Iterations(3);

}  // namespace
}  // namespace vitrina::training
