// Microseconds a step for average states, beside a copy of as many bytes, which no step can beat because it rewrites its state.
// Each benchmark checks its answer: a step that folds nothing would be quick.

#include <cstring>

#include <benchmark/benchmark.h>

#include "base/random.hpp"
#include "state/folds.hpp"
#include "state/views.hpp"

namespace vitrina::state {

namespace {

constexpr TimeMs start = 20'454 * day_ms;

std::string item_name(std::uint64_t number) { return "item-" + std::to_string(number); }

// The `number`-th event of a shopper: mostly views, some carts, an order of three lines now and then.
event::Event event_number(std::uint64_t number, const char* visitor) {
    Random random(7, number);
    event::Event event;
    event.event_id = "event-" + std::to_string(number);
    event.time = event.received_at =
        start + static_cast<TimeMs>(number) * 2 * minute_ms + static_cast<TimeMs>(number / 10) * 8 * hour_ms;
    event.visitor_id = visitor;
    event.kind = number % 10 == 8 ? event::EventKind::add_to_cart : event::EventKind::view_item;
    const bool buys = number % 50 == 49;
    if (buys) {
        event.kind = event::EventKind::purchase;
        event.transaction_id = "order-" + std::to_string(number);
    }
    for (int line = 0; line < (buys ? 3 : 1); ++line) {
        event::EventItem item;
        item.item_id = item_name(random.below(1000));
        item.price = 5 * money_unit;
        event.items.push_back(std::move(item));
    }
    return event;
}

std::vector<event::Event> events(std::uint64_t from, std::uint64_t count, const char* visitor = "ann") {
    std::vector<event::Event> all;
    for (std::uint64_t i = from; i < from + count; ++i) all.push_back(event_number(i, visitor));
    return all;
}

VisitorRecords visitor_after(std::uint64_t count, const PersonHasher& hasher) {
    VisitorRecords state;
    for (const event::Event& event : events(0, count)) state = visitor_step(state, event, hasher)->state;
    return state;
}

void copy_of(benchmark::State& run, std::size_t bytes) {
    const std::string from(bytes, 'x');
    for (auto _ : run) {
        std::string to(from);
        benchmark::DoNotOptimize(to.data());
    }
    run.counters["bytes"] = static_cast<double>(bytes);
}

// Views, carts and orders as they follow each other, session ends included.
void visitor_step_in_a_life(benchmark::State& run) {
    const PersonHasher hasher{ShopKey{}};
    const auto known = static_cast<std::uint64_t>(run.range(0));
    const VisitorRecords before = visitor_after(known, hasher);
    const std::vector<event::Event> life = events(known, 1000);
    std::int64_t folded = 0;
    for (auto _ : run) {
        VisitorRecords state = before;
        for (const event::Event& event : life) {
            auto step = visitor_step(std::move(state), event, hasher);
            folded += step->verdict == Verdict::folded;
            state = std::move(step->state);
        }
        benchmark::DoNotOptimize(state.hot.data());
    }
    if (folded != run.iterations() * static_cast<std::int64_t>(life.size()))
        run.SkipWithError("an event was not folded");
    run.SetItemsProcessed(folded);
    run.counters["hot_bytes"] = static_cast<double>(before.hot.size());
    run.counters["cold_bytes"] = static_cast<double>(before.cold.size());
}

// One view in a running session: by far the most frequent event.
void visitor_step_of_a_view(benchmark::State& run) {
    const PersonHasher hasher{ShopKey{}};
    const auto known = static_cast<std::uint64_t>(run.range(0));
    const VisitorRecords before = visitor_after(known, hasher);
    event::Event event = event_number(known, "ann");
    event.time = VisitorView::open(before.hot, before.cold)->last_event() + minute_ms;
    std::int64_t deltas = 0;
    for (auto _ : run) {
        auto step = visitor_step(before, event, hasher);
        deltas += static_cast<std::int64_t>(step->deltas.size());
        benchmark::DoNotOptimize(step->state.hot.data());
    }
    if (deltas != run.iterations()) run.SkipWithError("the view was not counted once");
    run.counters["bytes"] = static_cast<double>(before.hot.size() + before.cold.size());
}

void user_step_of_a_fact(benchmark::State& run) {
    Fact fact;
    std::string state;
    for (fact.time = 0; fact.time < run.range(0); ++fact.time) state = *user_step(state, fact);
    std::size_t bytes = 0;
    for (auto _ : run) {
        const auto after = user_step(state, fact);
        bytes = after->size();
        benchmark::DoNotOptimize(after->data());
    }
    if (bytes <= state.size()) run.SkipWithError("the fact was not added");
    run.counters["bytes"] = static_cast<double>(state.size());
}

// The newest hour of an item that sold for `range` days, with a full list of neighbours.
void item_step_of_a_view(benchmark::State& run) {
    ItemDelta delta;
    delta.views = 1;
    std::string state;
    for (int day = 0; day < run.range(0); ++day)
        for (int hour = 0; hour < 24; hour += 3) {
            delta.hour = 24 * day + hour;
            delta.neighbours = {ItemKey{static_cast<std::uint64_t>(hour + day)}, ItemKey{7}, ItemKey{9}};
            state = *item_step(state, delta);
        }
    const std::int64_t before = ItemView::open(state)->total().views;
    std::string after;
    for (auto _ : run) {
        after = *item_step(state, delta);
        benchmark::DoNotOptimize(after.data());
    }
    if (ItemView::open(after)->total().views != before + 1) run.SkipWithError("the view was not counted");
    run.counters["bytes"] = static_cast<double>(state.size());
}

BENCHMARK(visitor_step_of_a_view)->Arg(20)->Arg(200);
BENCHMARK(visitor_step_in_a_life)->Arg(20)->Arg(200);
BENCHMARK(user_step_of_a_fact)->Arg(50)->Arg(500);
BENCHMARK(item_step_of_a_view)->Arg(3)->Arg(100);
BENCHMARK_CAPTURE(copy_of, a_hot_record, 1200);
BENCHMARK_CAPTURE(copy_of, a_user_of_50_facts, 2400);
BENCHMARK_CAPTURE(copy_of, a_user_of_500_facts, 23'500);

}  // namespace

}  // namespace vitrina::state
