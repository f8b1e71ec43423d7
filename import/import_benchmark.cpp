// Rows a second from CSV to events that are only remembered, and to events that are durable and folded. Checks its answer: every
// run reads the same rows, makes the same orders and has them all taken.
// Data: the bundled Online Retail, 26 rows an order. What it is compared with: the aim is 400,000 rows/s to durable.

#include <benchmark/benchmark.h>

#include <filesystem>

#include "import/import.hpp"
#include "import/recording_engine.hpp"

namespace vitrina::import {
namespace {

constexpr const char* data_file = "data/online-retail/online-retail.csv.zst";
constexpr const char* mapping_file = "data/online-retail/mapping.toml";
constexpr std::uint64_t file_rows = 541'909;

struct Imported {
    std::uint64_t rows = 0;
    std::uint64_t orders = 0;
};

// Adds to `sum`; false where the answer is wrong or there is none.
bool import_once(benchmark::State& state, engine::Engine& engine, Imported& sum) {
    const auto mapping = read_mapping(mapping_file);
    if (!mapping) {
        state.SkipWithError("skipped: data/online-retail not found; run from the project's root");
        return false;
    }
    const auto report = import_files(engine, {.files = {data_file}, .orders = *mapping});
    const bool right =
        report && report->rows == file_rows && report->events_accepted >= report->orders + report->returns;
    if (!right)
        state.SkipWithError(report ? "wrong answer: rows or events are missing" : report.error().message.c_str());
    sum.rows += report ? report->rows : 0;
    sum.orders += report ? report->orders : 0;
    return right;
}

void show(benchmark::State& state, const Imported& sum) {
    state.counters["rows/s"] = benchmark::Counter(static_cast<double>(sum.rows), benchmark::Counter::kIsRate);
    state.counters["orders/s"] = benchmark::Counter(static_cast<double>(sum.orders), benchmark::Counter::kIsRate);
}

void orders_to_memory(benchmark::State& state) {
    Imported sum;
    for (auto _ : state) {
        RecordingEngine engine;
        if (!import_once(state, engine, sum)) return;
    }
    show(state, sum);
}
BENCHMARK(orders_to_memory)->Unit(benchmark::kMillisecond)->UseRealTime();

void orders_to_durable(benchmark::State& state) {
    const auto folder = std::filesystem::temp_directory_path() / "vitrina-import-benchmark";
    engine::Configuration configuration;
    configuration.training.every_ms = 0;
    Imported sum;
    for (auto _ : state) {
        state.PauseTiming();
        std::filesystem::remove_all(folder);
        auto engine = engine::Engine::open(folder.string(), configuration);
        if (!engine) return state.SkipWithError(engine.error().message.c_str());
        state.ResumeTiming();
        if (!import_once(state, **engine, sum)) return;
        state.PauseTiming();
        engine->reset();
        state.ResumeTiming();
    }
    std::filesystem::remove_all(folder);
    show(state, sum);
}
BENCHMARK(orders_to_durable)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace vitrina::import
