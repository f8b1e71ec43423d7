#include "server/serve.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <future>
#include <thread>

#include "server/fake_engine.hpp"
#include "server/raw_client.hpp"

namespace vitrina::server {
namespace {

// A service in a folder of its own, from its first line to its end.
class Service {
public:
    Service()
        : folder_(::testing::TempDir() + "vitrina_serve_" +
                  ::testing::UnitTest::GetInstance()->current_test_info()->name() + std::string("_") +
                  std::to_string(::getpid())) {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
    }
    ~Service() {
        stop_.request_stop();
        if (thread_.joinable()) thread_.join();
        std::filesystem::remove_all(folder_);
    }

    // Starts and answers the port.
    std::uint16_t start() {
        std::promise<std::uint16_t> port;
        lines.clear();
        thread_ = std::jthread([&, this] {
            result =
                serve(engine, {.folder = folder_,
                               .listen = "127.0.0.1:0",
                               .stop = stop_.get_token(),
                               .announce = [&](const std::string& line) {
                                   lines += line + '\n';
                                   const std::size_t colon = line.find("127.0.0.1:");
                                   if (colon != std::string::npos)
                                       port.set_value(static_cast<std::uint16_t>(std::stoi(line.substr(colon + 10))));
                               }});
        });
        return port.get_future().get();
    }
    void join() { thread_.join(); }
    void request_stop() { stop_.request_stop(); }

    FakeEngine engine;
    std::string lines;
    Result<int> result = 1;

private:
    std::string folder_;
    std::stop_source stop_;
    std::jthread thread_;
};

std::string key_in(const std::string& lines, const std::string& prefix) {
    const std::size_t at = lines.find(prefix);
    return at == std::string::npos ? std::string() : lines.substr(at, lines.find('\n', at) - at);
}

std::string post_event(std::uint16_t port, const std::string& key) {
    const std::string body = R"({"event":"view_item","event_id":"e1","visitor_id":"v1","items":[{"item_id":"MUG"}]})";
    RawClient client(port);
    client.send("POST /v1/events HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer " + key +
                "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                body);
    return client.answer();
}

TEST(Serve, answers_405_with_an_exact_allow_to_a_method_that_nobody_knows) {
    Service service;
    const std::uint16_t port = service.start();
    RawClient events(port), nowhere(port), garbage(port);
    events.send("FOO /v1/events HTTP/1.1\r\nHost: shop\r\nContent-Length: 2\r\n\r\n{}");
    const std::string refused = events.answer();
    EXPECT_TRUE(refused.starts_with("HTTP/1.1 405 Method Not Allowed\r\n")) << refused;
    EXPECT_NE(refused.find("Allow: POST, OPTIONS\r\n"), std::string::npos) << refused;
    EXPECT_NE(refused.find("application/problem+json"), std::string::npos) << refused;
    nowhere.send("FOO /nowhere HTTP/1.1\r\nHost: shop\r\n\r\n");
    EXPECT_TRUE(nowhere.answer().starts_with("HTTP/1.1 404"));
    garbage.send("what is this?\r\n\r\n");
    const std::string unreadable = garbage.answer();
    EXPECT_TRUE(unreadable.starts_with("HTTP/1.1 400")) << unreadable;
    EXPECT_NE(unreadable.find("application/problem+json"), std::string::npos) << unreadable;
}

TEST(Serve, makes_keys_at_first_start_and_tells_them_once) {
    Service service;
    std::uint16_t port = service.start();
    const std::string key = key_in(service.lines, "vs_");
    ASSERT_EQ(key.size(), 51u) << service.lines;
    EXPECT_TRUE(post_event(port, key).starts_with("HTTP/1.1 200")) << service.lines;
    EXPECT_TRUE(post_event(port, "vs_wrong").starts_with("HTTP/1.1 401"));
    service.request_stop();
    service.join();
    EXPECT_EQ(service.result, 0);
    EXPECT_EQ(service.engine.checkpoints, 1u);
    EXPECT_EQ(service.engine.events.size(), 1u);
}

TEST(Serve, stops_on_a_signal) {
    Service service;
    service.start();
    ASSERT_EQ(::kill(::getpid(), SIGTERM), 0);
    service.join();
    EXPECT_EQ(service.result, 0);
    EXPECT_EQ(service.engine.checkpoints, 1u);
}

}  // namespace
}  // namespace vitrina::server
