// The service with the real engine: what was acknowledged survives a stop under load, and models change without a failing answer.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <thread>

#include "server/raw_client.hpp"
#include "server/serve.hpp"

namespace vitrina::server {
namespace {

const std::string key = "a-secret-key-of-the-test-0001";
const std::string page_key = "a-public-key-of-the-test-0001";

std::string request(const std::string& method, const std::string& target, const std::string& body,
                    const std::string& with_key = key) {
    return method + " " + target + " HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer " + with_key +
           (body.empty() ? "" : "\r\nContent-Type: application/json") +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string view(const std::string& visitor, int number) {
    const std::string id = visitor + "-" + std::to_string(number);
    return R"({"event":"view_item","event_id":")" + id + R"(","visitor_id":")" + visitor +
           R"(","items":[{"item_id":"I)" + std::to_string(number % 20) + R"("}]})";
}

class ServeEngine : public ::testing::Test {
protected:
    void SetUp() override {
        ::setenv("VITRINA_SECRET_KEY", key.c_str(), 1);
        // Its own for each process: the same test runs at the same time in other builds.
        std::string pattern = ::testing::TempDir() + "vitrina_service_XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override {
        ::unsetenv("VITRINA_SECRET_KEY");
        engine_.reset();
        std::filesystem::remove_all(folder_);
    }

    engine::Engine& open(const engine::ServerSettings& settings = {}) {
        engine_.reset();
        engine::Configuration configuration;
        configuration.training.every_ms = 0;
        configuration.training.threads = 1;
        configuration.server = settings;
        configuration.server.threads = 2;
        auto opened = engine::Engine::open(folder_, configuration, [this] { return time.load(); });
        EXPECT_TRUE(opened) << opened.error().message;
        engine_ = std::move(*opened);
        return *engine_;
    }
    // The port of a service that runs until `stop_` is requested.
    std::uint16_t serve_in_background() {
        std::promise<std::uint16_t> port;
        service_ = std::jthread([&, this] {
            served_ = serve(*engine_, {.folder = folder_,
                                       .listen = "127.0.0.1:0",
                                       .stop = stop_.get_token(),
                                       .announce = [&](const std::string& line) {
                                           port.set_value(static_cast<std::uint16_t>(
                                               std::stoi(line.substr(line.rfind("127.0.0.1:") + 10))));
                                       }});
        });
        return port.get_future().get();
    }
    void stop() {
        stop_.request_stop();
        service_.join();
        EXPECT_EQ(served_, 0);
    }

    std::atomic<TimeMs> time = 1'770'000'000'000;

private:
    std::string folder_;
    std::unique_ptr<engine::Engine> engine_;
    std::stop_source stop_;
    std::jthread service_;
    Result<int> served_ = 1;
};

TEST_F(ServeEngine, a_stop_under_load_loses_nothing_that_was_acknowledged) {
    open();
    const std::uint16_t port = serve_in_background();
    std::atomic<int> acknowledged = 0;
    std::vector<std::jthread> senders;
    for (int sender = 0; sender < 4; ++sender) {
        senders.emplace_back([&, sender] {
            RawClient client(port);
            for (int number = 0;; ++number) {
                if (!client.send(request("POST", "/v1/events", view("v" + std::to_string(sender), number)))) return;
                if (!client.answer().starts_with("HTTP/1.1 200")) return;
                ++acknowledged;
                acknowledged.notify_all();
            }
        });
    }
    for (int seen = 0; seen < 200; seen = acknowledged) acknowledged.wait(seen);
    stop();
    senders.clear();
    const auto kept = open().counters().events;
    EXPECT_GE(acknowledged, 200);
    // An event may be durable although its answer no longer got through; never the other way round.
    EXPECT_GE(kept, static_cast<std::uint64_t>(acknowledged));
    EXPECT_LE(kept, static_cast<std::uint64_t>(acknowledged) + 4);
}

// What a visitor did with item I1 up to now, as the engine counts it.
bool has_bought(engine::Engine& engine, const std::string& visitor) {
    const auto report = engine.visitor(visitor);
    EXPECT_TRUE(report) << report.error().message;
    return report &&
           std::ranges::any_of(report->actions, [](const auto& done) { return done.action == state::Action::buy; });
}

TEST_F(ServeEngine, an_order_of_a_browser_is_provisional_until_the_shop_says_so) {
    ::setenv("VITRINA_PUBLIC_KEY", page_key.c_str(), 1);
    engine::Engine& engine = open({.orders = "server"});
    const std::uint16_t port = serve_in_background();
    RawClient client(port);
    const std::string order =
        R"({"event":"purchase","event_id":"e1","visitor_id":"v","transaction_id":"T1","currency":"EUR",)"
        R"("items":[{"item_id":"I1","price":2}]})";
    ASSERT_TRUE(client.send(request("POST", "/v1/events", order, page_key)));
    const std::string provisional = client.answer();
    EXPECT_NE(provisional.find(R"("accepted":1)"), std::string::npos) << provisional;
    EXPECT_FALSE(has_bought(engine, "v"));
    ASSERT_TRUE(client.send(request("POST", "/v1/events", order)));
    const std::string confirmed = client.answer();
    EXPECT_NE(confirmed.find(R"("accepted":1)"), std::string::npos) << confirmed;
    EXPECT_TRUE(has_bought(engine, "v"));
    ASSERT_TRUE(client.send(request("POST", "/v1/events", order)));
    const std::string again = client.answer();
    EXPECT_NE(again.find(R"("duplicates":1)"), std::string::npos) << again;
    stop();
    ::unsetenv("VITRINA_PUBLIC_KEY");
    EXPECT_EQ(engine.replayed_digest().value(), engine.state_digest().value());
}

TEST_F(ServeEngine, models_change_without_one_failing_answer) {
    engine::Engine& engine = open();
    const std::uint16_t port = serve_in_background();
    RawClient shop(port);
    for (int number = 0; number < 20; ++number) {
        ASSERT_TRUE(shop.send(request("PUT", "/v1/items/I" + std::to_string(number),
                                      R"({"title":"A thing","price":2,"currency":"EUR"})")));
        ASSERT_TRUE(shop.answer().starts_with("HTTP/1.1 200"));
    }
    for (int number = 0; number < 100; ++number) {
        ASSERT_TRUE(shop.send(request("POST", "/v1/events", view("v" + std::to_string(number % 7), number))));
        ASSERT_TRUE(shop.answer().starts_with("HTTP/1.1 200"));
    }
    // A shopper asks whenever the training has come a step further, and once more when its model is in use.
    std::atomic<int> steps = 0, answered = 0, failed = 0;
    {
        std::jthread shopper([&](const std::stop_token& done) {
            RawClient client(port);
            const std::string ask = request(
                "POST", "/v1/recommendations",
                R"({"visitor_id":"v1","requests":[{"placement":"home"},{"placement":"product","item_id":"I1"}]})");
            for (int seen = 0; !done.stop_requested(); seen = steps) {
                steps.wait(seen);
                const bool good = client.send(ask) && client.answer().starts_with("HTTP/1.1 200");
                ++(good ? answered : failed);
            }
        });
        const auto step = [&] {
            ++steps;
            steps.notify_all();
        };
        for (int round = 0; round < 2; ++round) {
            time += minute_ms;  // a version is named by its time
            const auto trained = engine.train([&](const std::string&, double) { step(); });
            EXPECT_TRUE(trained) << trained.error().message;
            step();
        }
        ASSERT_TRUE(shop.send(request("POST", "/v1/models/rollback", "")));
        EXPECT_TRUE(shop.answer().starts_with("HTTP/1.1 200"));
        shopper.request_stop();
        step();
    }
    EXPECT_GT(answered, 0);
    EXPECT_EQ(failed, 0);
    stop();
}

}  // namespace
}  // namespace vitrina::server
