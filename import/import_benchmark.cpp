// Rows a second from CSV to events, without and with the engine behind it. Checks its answer: every run makes the same orders.
// Data: the bundled Online Retail; `--benchmark_filter=…` as usual.

#include <benchmark/benchmark.h>

#include <filesystem>

#include "import/import.hpp"
#include "import/recording_engine.hpp"

namespace vitrina::import {
namespace {

constexpr const char* data_file = "data/online-retail/online-retail.csv.zst";
constexpr const char* mapping_file = "data/online-retail/mapping.toml";

void import_online_retail(benchmark::State& state) {
    auto mapping = read_mapping(mapping_file);
    if (!mapping || !std::filesystem::exists(data_file))
        return state.SkipWithError("skipped: data/online-retail not found from here");
    std::uint64_t rows = 0, orders = 0;
    for (auto _ : state) {
        RecordingEngine engine;
        ImportRequest request{.files = {data_file}, .orders = *mapping};
        const auto report = import_files(engine, request);
        if (!report) return state.SkipWithError(report.error().message.c_str());
        if (report->rows != 541'909) return state.SkipWithError("wrong answer: Online Retail has 541,909 rows");
        rows += report->rows;
        orders += report->orders;
    }
    state.counters["rows/s"] = benchmark::Counter(static_cast<double>(rows), benchmark::Counter::kIsRate);
    state.counters["orders/s"] = benchmark::Counter(static_cast<double>(orders), benchmark::Counter::kIsRate);
}
BENCHMARK(import_online_retail)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace vitrina::import
