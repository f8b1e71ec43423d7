// Events a second made durable and folded, beside the same bytes written by RocksDB alone (the limit); answers a second;
// seconds to open a folder whose process was killed. Each benchmark checks what it made.

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <atomic>
#include <filesystem>
#include <thread>
#include <vector>

#include "base/random.hpp"
#include "engine/database.hpp"
#include "engine/engine.hpp"
#include "engine/killed_copy.hpp"
#include "engine/position.hpp"
#include "event/codec.hpp"

namespace vitrina::engine {

namespace {

constexpr TimeMs start = 1'770'000'000'000;
constexpr std::size_t batch_events = 500;

// A folder below the build, so that the disk measured is the disk of the checkout and not a file system in memory.
class Folder {
public:
    explicit Folder(const std::string& name) : path_("build/benchmark_" + name) { std::filesystem::remove_all(path_); }
    ~Folder() { std::filesystem::remove_all(path_); }
    std::string path() const { return path_; }

private:
    std::string path_;
};

std::string id(const char* kind, std::uint64_t number) { return kind + std::to_string(number); }

struct Traffic {
    std::uint64_t visitors = 100'000, items = 20'000;
};

// Mostly views, some carts, an order of three lines in fifty events; popular items are seen more often.
event::Event event_number(std::uint64_t number, const Traffic& traffic) {
    Random random(11, number);
    event::Event event;
    event.event_id = id("e", number);
    event.time = event.received_at = start + static_cast<TimeMs>(number) * 20;
    event.visitor_id = id("visitor-", random.below(traffic.visitors));
    const bool buys = number % 50 == 49;
    event.kind = buys               ? event::EventKind::purchase
                 : number % 10 == 8 ? event::EventKind::add_to_cart
                                    : event::EventKind::view_item;
    if (buys) event.transaction_id = id("order-", number);
    for (int line = 0; line < (buys ? 3 : 1); ++line) {
        event::EventItem item;
        const double unit = random.unit();
        item.item_id = id("item-", static_cast<std::uint64_t>(unit * unit * static_cast<double>(traffic.items)));
        item.price = 5 * money_unit;
        event.items.push_back(std::move(item));
    }
    return event;
}

std::vector<event::Event> batch_number(std::uint64_t number, const Traffic& traffic) {
    std::vector<event::Event> batch;
    for (std::uint64_t i = 0; i < batch_events; ++i) batch.push_back(event_number(number * batch_events + i, traffic));
    return batch;
}

std::vector<std::vector<event::Event>> batches(std::uint64_t count, const Traffic& traffic) {
    std::vector<std::vector<event::Event>> all;
    for (std::uint64_t i = 0; i < count; ++i) all.push_back(batch_number(i, traffic));
    return all;
}

std::unique_ptr<Engine> opened(const std::string& folder) {
    Configuration configuration;
    configuration.training.every_ms = 0;
    auto engine = Engine::open(folder, configuration);
    ensure(engine.has_value(), "the benchmark's folder cannot be opened");
    return std::move(*engine);
}

void accept_all(Engine& engine, std::vector<std::vector<event::Event>>& all, std::size_t callers) {
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> threads;
    for (std::size_t caller = 0; caller < callers; ++caller)
        threads.emplace_back([&] {
            for (std::size_t i = next++; i < all.size(); i = next++) {
                const auto report = engine.accept(all[i]);
                ensure(report && report->verdicts.size() == batch_events, "a batch was not taken");
            }
        });
}

void durable_events(benchmark::State& state) {
    const auto callers = static_cast<std::size_t>(state.range(0));
    constexpr std::uint64_t count = 800;
    for (auto _ : state) {
        state.PauseTiming();
        const Folder folder("events");
        auto all = batches(count, {});
        auto engine = opened(folder.path());
        state.ResumeTiming();
        accept_all(*engine, all, callers);
        state.PauseTiming();
        ensure(engine->counters().events == count * batch_events, "events were lost");
        engine.reset();
        state.ResumeTiming();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * count * batch_events));
}
BENCHMARK(durable_events)->Arg(1)->Arg(4)->Arg(16)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);

void raw_synced_writes(benchmark::State& state) {
    constexpr std::uint64_t count = 800;
    for (auto _ : state) {
        state.PauseTiming();
        const Folder folder("raw");
        std::vector<std::string> records;
        for (const auto& batch : batches(count, {})) records.push_back(event::encode_batch(batch));
        auto database = Database::open(folder.path());
        state.ResumeTiming();
        for (std::size_t i = 0; i < records.size(); ++i)
            ensure((*database)->put(Family::log, disk_key(i), records[i], true).has_value(), "a write failed");
        state.PauseTiming();
        database->reset();
        state.ResumeTiming();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * count * batch_events));
}
BENCHMARK(raw_synced_writes)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);

void open_after_a_kill(benchmark::State& state) {
    const Traffic traffic{.visitors = static_cast<std::uint64_t>(state.range(0)), .items = 100'000};
    const Folder folder("killed"), copy("killed_copy");
    auto engine = opened(folder.path());
    const std::uint64_t events = 3 * traffic.visitors;
    for (std::uint64_t i = 0; i < events / batch_events; i += 16) {
        std::vector<std::vector<event::Event>> some;
        for (std::uint64_t j = i; j < i + 16; ++j) some.push_back(batch_number(j, traffic));
        accept_all(*engine, some, 4);
    }
    copy_as_killed(folder.path(), copy.path());
    const auto before = engine->counters();
    for (auto _ : state) {
        auto again = opened(copy.path());
        state.PauseTiming();
        ensure(again->counters().log_position == before.log_position, "events were lost");
        ensure(again->counters().visitors == before.visitors, "visitors were lost");
        again.reset();
        state.ResumeTiming();
    }
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    state.counters["visitors"] = static_cast<double>(before.visitors);
    state.counters["replayed"] = static_cast<double>(before.log_position - before.checkpoint_position);
    state.counters["peak_MB"] = static_cast<double>(usage.ru_maxrss) / 1024;
}
BENCHMARK(open_after_a_kill)->Arg(100'000)->Arg(1'000'000)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);

// One trained shop for all threads of the benchmark.
class Shop {
public:
    Shop() : folder_("answers"), engine_(opened(folder_.path())) {
        std::vector<catalog::Item> items;
        for (std::uint64_t i = 0; i < traffic.items; ++i) {
            catalog::Item item;
            item.item_id = id("item-", i);
            item.title = id("Thing ", i);
            item.categories = {id("category ", i % 100)};
            items.push_back(std::move(item));
        }
        engine_->put_items(std::move(items));
        auto all = batches(800, traffic);
        accept_all(*engine_, all, 4);
        const auto trained = engine_->train();
        ensure(trained.has_value(), "the benchmark's shop cannot be learned from");
    }
    static constexpr Traffic traffic{.visitors = 50'000, .items = 100'000};
    Engine& engine() { return *engine_; }

private:
    Folder folder_;
    std::unique_ptr<Engine> engine_;
};

void answers(benchmark::State& state, const char* placement) {
    static Shop shop;
    Random random(5, static_cast<std::uint64_t>(state.thread_index()));
    for (auto _ : state) {
        RecommendationRequest request;
        request.visitor_id = id("visitor-", random.below(Shop::traffic.visitors));
        request.requests.resize(1);
        request.requests[0].placement = placement;
        const std::string item = id("item-", random.below(Shop::traffic.items));
        request.requests[0].item_id = item;
        request.requests[0].cart = {item};
        const auto answer = shop.engine().recommend(request);
        ensure(answer && !answer->front().items.empty(), "an answer was empty");
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(answers, home, "home")->Threads(1)->Threads(2)->UseRealTime();
BENCHMARK_CAPTURE(answers, product, "product")->Threads(1)->Threads(2)->UseRealTime();
BENCHMARK_CAPTURE(answers, cart, "cart")->Threads(1)->Threads(2)->UseRealTime();

}  // namespace

}  // namespace vitrina::engine
