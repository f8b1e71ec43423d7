// What folding over bytes costs: a visitor's sixty views, state in and state out, as jvm/native's CrossingTest sends them.

#include <benchmark/benchmark.h>

#include "border/border.hpp"
#include "event/codec.hpp"

namespace vitrina::border {
namespace {

constexpr TimeMs noon = 1'767'268'800'000;

std::vector<std::string> views() {
    std::vector<std::string> records;
    for (int i = 0; i < 60; ++i) {
        event::Event event;
        event.kind = event::EventKind::view_item;
        event.event_id = "event-" + std::to_string(i);
        event.time = event.received_at = noon + i * second_ms;
        event.visitor_id = "v1";
        event.items = {{.item_id = "item-" + std::to_string(i % 40), .price = 2 * money_unit}};
        records.push_back(event::encode(event));
    }
    return records;
}

void fold_events(benchmark::State& measured) {
    const auto border =
        Border::open(R"({"shops": {"default": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"}})")
            .value();
    const auto records = views();
    std::size_t packed = 0;
    for (auto _ : measured) {
        std::string hot, cold;
        for (const std::string& record : records) {
            const auto fold = border.fold_event("default/v1", hot, cold, record, noon + hour_ms).value();
            packed += pack(fold).size();
            if (fold.hot_changed) hot = fold.hot;
            if (fold.cold_changed) cold = fold.cold;
        }
        ensure(hot.size() > 900, "the benchmark folds nothing");
    }
    measured.SetItemsProcessed(static_cast<std::int64_t>(records.size()) * measured.iterations());
    benchmark::DoNotOptimize(packed);
}
BENCHMARK(fold_events);

}  // namespace
}  // namespace vitrina::border
