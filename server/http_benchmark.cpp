// Answers a second over a socket, with their p50 and p99: recommendations for `product` and `cart` from a catalogue of 100,000
// items, and events, beside /healthz, which is all that the HTTP library leaves room for. The whole process, load included, is
// held to two processors. Every answer is checked.

#include <benchmark/benchmark.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "base/random.hpp"
#include "server/dispatch.hpp"
#include "server/http_server.hpp"

namespace vitrina::server {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t items = 100'000, visitors = 50'000, history_events = 300'000;
constexpr TimeMs start = 1'770'000'000'000;
const std::string key = "vs_0123456789abcdef0123456789abcdef";

std::string id(const char* kind, std::uint64_t number) { return fmt::format("{}{}", kind, number); }

// Popular items more often; items near each other are seen together.
std::string item_near(Random& random, std::uint64_t around) {
    const double unit = random.unit();
    return id("item-", (around + static_cast<std::uint64_t>(unit * unit * unit * 200)) % items);
}

std::uint64_t some_item(Random& random) {
    const double unit = random.unit();
    return static_cast<std::uint64_t>(unit * unit * static_cast<double>(items));
}

catalog::Item item_number(std::uint64_t number) {
    return {.item_id = id("item-", number),
            .title = fmt::format("Thing of kind {} number {}", number % 97, number),
            .categories = {fmt::format("kind {} > part {}", number % 40, number % 400)},
            .brand = id("brand ", number % 300),
            .price = static_cast<MoneyMicros>(1 + number % 90) * money_unit,
            .currency = "EUR"};
}

event::Event event_number(std::uint64_t number) {
    Random random(3, number);
    const std::uint64_t visitor = random.below(visitors);
    const std::uint64_t taste = Random(5, visitor).below(items);
    event::Event event{.event_id = id("e", number),
                       .time = start + static_cast<TimeMs>(number) * 200,
                       .received_at = start + static_cast<TimeMs>(number) * 200,
                       .visitor_id = id("visitor-", visitor)};
    const bool buys = number % 10 == 9;
    event.kind = buys               ? event::EventKind::purchase
                 : number % 10 == 8 ? event::EventKind::add_to_cart
                                    : event::EventKind::view_item;
    if (buys) event.transaction_id = id("order-", number);
    const std::uint64_t around = random.below(2) == 0 ? taste : some_item(random);
    for (int line = 0; line < (buys ? 3 : 1); ++line)
        event.items.push_back({.item_id = item_near(random, around), .price = 5 * money_unit});
    return event;
}

// A shop that learned from its history, served over a socket; made once for all benchmarks of this file.
class Served {
public:
    Served() {
        hold_to_two_processors();
        ::setenv("VITRINA_LOG", "off", 1);
        std::filesystem::remove_all(folder_);
        engine::Configuration configuration;
        configuration.training.every_ms = 0;
        auto opened = engine::Engine::open(folder_, configuration);
        ensure(opened.has_value(), "the benchmark's folder cannot be opened");
        engine_ = std::move(*opened);
        fill();
        dispatcher_ =
            std::make_unique<Dispatcher>(*engine_, Keys{.secret = {digest_of(key)}, .publicly = {}, .token = {}});
        auto started =
            HttpServer::start({.listen = "127.0.0.1:0", .threads = 2},
                              {.answer = [this](const HttpRequest& request) { return dispatcher_->dispatch(request); },
                               .waits = [this](const HttpRequest& request) { return dispatcher_->waits(request); },
                               .too_busy = {.status = 503},
                               .too_slow = {.status = 408},
                               .too_large = {.status = 413},
                               .unreadable = {.status = 400}});
        ensure(started.has_value(), "the benchmark's server cannot be started");
        server_ = std::move(*started);
    }
    ~Served() {
        server_.reset();
        dispatcher_.reset();
        engine_.reset();
        std::filesystem::remove_all(folder_);
    }
    std::uint16_t port() const { return server_->port(); }
    engine::Engine& engine() { return *engine_; }

    static Served& instance() {
        static Served served;
        return served;
    }

private:
    static void hold_to_two_processors() {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET(0, &set);
        CPU_SET(1, &set);
        ensure(::sched_setaffinity(0, sizeof set, &set) == 0, "the process cannot be held to two processors");
    }
    void fill() {
        for (std::uint64_t from = 0; from < items; from += 1000) {
            std::vector<catalog::Item> batch;
            for (std::uint64_t i = from; i < from + 1000; ++i) batch.push_back(item_number(i));
            for (const auto& put : engine_->put_items(std::move(batch)))
                ensure(put.has_value(), "an item was not taken");
        }
        for (std::uint64_t from = 0; from < history_events; from += 1000) {
            std::vector<event::Event> batch;
            for (std::uint64_t i = from; i < from + 1000; ++i) batch.push_back(event_number(i));
            ensure(engine_->accept(batch).has_value(), "events were not taken");
        }
        ensure(engine_->train().has_value(), "training failed");
    }

    const std::string folder_ = "build/benchmark_http";
    std::unique_ptr<engine::Engine> engine_;
    std::unique_ptr<Dispatcher> dispatcher_;
    std::unique_ptr<HttpServer> server_;
};

// One connection of the load: a request on its way, and the part of its answer that came.
struct Line {
    int socket = -1;
    Clock::time_point sent;
    std::string received;
};

struct Load {
    double seconds = 0;
    std::vector<double> latencies;  // seconds, sorted
    double at(double share) const {
        return latencies[static_cast<std::size_t>(share * static_cast<double>(latencies.size() - 1))];
    }
};

// Keeps `connections` requests in flight from one thread until `count` were answered.
class Generator {
public:
    Generator(std::uint16_t port, std::size_t connections) : epoll_(::epoll_create1(0)), lines_(connections) {
        for (std::size_t i = 0; i < connections; ++i) {
            lines_[i].socket = connected(port);
            epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
            ::epoll_ctl(epoll_, EPOLL_CTL_ADD, lines_[i].socket, &event);
        }
    }
    ~Generator() {
        for (const Line& line : lines_) ::close(line.socket);
        ::close(epoll_);
    }
    Generator(const Generator&) = delete;
    Generator& operator=(const Generator&) = delete;

    Load run(std::size_t count, const std::function<std::string(std::size_t)>& request, const std::string& expected) {
        Load load;
        const auto began = Clock::now();
        std::size_t asked = 0;
        for (Line& line : lines_) send(line, request(asked++));
        while (load.latencies.size() < count) {
            std::array<epoll_event, 64> ready;
            const int found = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), 10'000);
            ensure(found > 0, "the server does not answer");
            for (int i = 0; i < found; ++i) {
                Line& line = lines_[ready[static_cast<std::size_t>(i)].data.u64];
                if (!answered(line, expected)) continue;
                load.latencies.push_back(std::chrono::duration<double>(Clock::now() - line.sent).count());
                if (asked < count) send(line, request(asked++));
            }
        }
        load.seconds = std::chrono::duration<double>(Clock::now() - began).count();
        std::ranges::sort(load.latencies);
        return load;
    }

private:
    static int connected(std::uint16_t port) {
        const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ensure(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
               "the load cannot connect");
        return socket;
    }
    static void send(Line& line, const std::string& request) {
        line.sent = Clock::now();
        line.received.clear();
        for (std::size_t done = 0; done < request.size();) {
            const ssize_t sent = ::send(line.socket, request.data() + done, request.size() - done, MSG_NOSIGNAL);
            ensure(sent > 0, "the load cannot send");
            done += static_cast<std::size_t>(sent);
        }
    }
    static bool answered(Line& line, const std::string& expected) {
        std::array<char, 16 << 10> buffer;
        const ssize_t count = ::recv(line.socket, buffer.data(), buffer.size(), 0);
        ensure(count > 0, "the server closed a connection");
        line.received.append(buffer.data(), static_cast<std::size_t>(count));
        const std::size_t head = line.received.find("\r\n\r\n");
        const std::size_t length = line.received.find("Content-Length: ");
        if (head == std::string::npos || length > head) return false;
        if (line.received.size() < head + 4 + std::stoul(line.received.substr(length + 16, 12))) return false;
        ensure(line.received.starts_with("HTTP/1.1 200") && line.received.contains(expected),
               "an answer is not as it should be");
        return true;
    }

    int epoll_;
    std::vector<Line> lines_;
};

std::string get(const std::string& target) { return "GET " + target + " HTTP/1.1\r\nHost: shop\r\n\r\n"; }

std::string post(const std::string& target, const std::string& body) {
    return fmt::format("POST {} HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer {}\r\nContent-Type: "
                       "application/json\r\nContent-Length: {}\r\n\r\n{}",
                       target, key, body.size(), body);
}

void report(benchmark::State& state, const Load& load, std::size_t each) {
    state.SetIterationTime(load.seconds);
    state.counters["per_second"] = static_cast<double>(load.latencies.size() * each) / load.seconds;
    state.counters["p50_ms"] = 1000 * load.at(.5);
    state.counters["p99_ms"] = 1000 * load.at(.99);
}

void healthz(benchmark::State& state) {
    Generator generator(Served::instance().port(), 16);
    for (auto _ : state) report(state, generator.run(200'000, [](std::size_t) { return get("/healthz"); }, "alive"), 1);
}

void recommend_product(benchmark::State& state) {
    Generator generator(Served::instance().port(), 16);
    const auto request = [](std::size_t number) {
        Random random(7, number);
        return post(
            "/v1/recommendations",
            fmt::format(
                R"({{"visitor_id":"visitor-{}","requests":[{{"placement":"product","item_id":"item-{}","size":10}}],"fields":["title","price"]}})",
                random.below(visitors), some_item(random)));
    };
    for (auto _ : state) report(state, generator.run(50'000, request, R"("items":[{"item_id")"), 1);
}

void recommend_cart(benchmark::State& state) {
    Generator generator(Served::instance().port(), 16);
    const auto request = [](std::size_t number) {
        Random random(8, number);
        const std::uint64_t around = some_item(random);
        return post(
            "/v1/recommendations",
            fmt::format(
                R"({{"visitor_id":"visitor-{}","requests":[{{"placement":"cart","cart":["item-{}","{}"],"size":10}}],"fields":["title","price"]}})",
                random.below(visitors), around, item_near(random, around)));
    };
    for (auto _ : state) report(state, generator.run(50'000, request, R"("items":[{"item_id")"), 1);
}

// `state.range(0)` events a request, `state.range(1)` connections. Ids are new in every run, so no event is a duplicate.
void events(benchmark::State& state) {
    const auto batch = static_cast<std::size_t>(state.range(0));
    Generator generator(Served::instance().port(), static_cast<std::size_t>(state.range(1)));
    static std::uint64_t next = 0;
    const auto request = [&](std::size_t) {
        std::string list;
        for (std::size_t i = 0; i < batch; ++i) {
            Random random(9, ++next);
            list += fmt::format(
                R"({}{{"event":"view_item","event_id":"n{}","visitor_id":"visitor-{}","items":[{{"item_id":"item-{}","price":4.05}}]}})",
                i == 0 ? "" : ",", next, random.below(visitors), some_item(random));
        }
        return post("/v1/events", R"({"events":[)" + list + "]}");
    };
    const std::size_t requests = std::max<std::size_t>(100'000 / batch, 200) / (batch == 1 ? 10 : 1);
    const std::uint64_t before = Served::instance().engine().counters().events;
    for (auto _ : state) report(state, generator.run(requests, request, fmt::format(R"("accepted":{})", batch)), batch);
    ensure(Served::instance().engine().counters().events == before + requests * batch, "events were lost");
}

BENCHMARK(healthz)->Iterations(1)->UseManualTime()->Unit(benchmark::kSecond);
BENCHMARK(recommend_product)->Iterations(1)->UseManualTime()->Unit(benchmark::kSecond);
BENCHMARK(recommend_cart)->Iterations(1)->UseManualTime()->Unit(benchmark::kSecond);
BENCHMARK(events)->Args({500, 4})->Args({1, 64})->Iterations(1)->UseManualTime()->Unit(benchmark::kSecond);

}  // namespace
}  // namespace vitrina::server
