#include "server/http_server.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "server/raw_client.hpp"

namespace vitrina::server {
namespace {

HttpServerSettings quick_settings() {
    return {.listen = "127.0.0.1:0",
            .threads = 2,
            .waiting_threads = 2,
            .waiting_requests = 2,
            .connections = 64,
            .body_bytes_max = 64 << 10,
            .head_timeout_ms = 300,
            .read_timeout_ms = 1500,
            .write_timeout_ms = 2000};
}

// Answers the target and the length of the body; "/slow" waits until it is let go.
class Echo {
public:
    explicit Echo(const HttpServerSettings& settings = quick_settings()) {
        server_ = std::move(
            *HttpServer::start(settings, {.answer = [this](const HttpRequest& request) { return answer(request); },
                                          .waits = [](const HttpRequest& request) { return request.target == "/slow"; },
                                          .too_busy = {.status = 503},
                                          .too_slow = {.status = 408},
                                          .too_large = {.status = 413},
                                          .unreadable = {.status = 400}}));
    }
    ~Echo() { let_go(); }

    HttpServer& server() { return *server_; }
    std::uint16_t port() const { return server_->port(); }
    void let_go() {
        const std::lock_guard lock(mutex_);
        let_go_ = true;
        changed_.notify_all();
    }
    void wait_for_slow(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return slow_ >= count; });
    }

private:
    HttpResponse answer(const HttpRequest& request) {
        if (request.target == "/slow") {
            std::unique_lock lock(mutex_);
            ++slow_;
            changed_.notify_all();
            changed_.wait(lock, [&] { return let_go_; });
        }
        return {.headers = {{"X-Method", request.method}},
                .body = request.target + " " + std::to_string(request.body.size())};
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t slow_ = 0;
    bool let_go_ = false;
    std::unique_ptr<HttpServer> server_;
};

// Returns when there is something to read from one of them.
void wait_for_any_answer(const std::vector<std::unique_ptr<RawClient>>& clients) {
    std::vector<pollfd> polled;
    for (const auto& client : clients) polled.push_back({.fd = client->socket(), .events = POLLIN, .revents = 0});
    ASSERT_GT(::poll(polled.data(), polled.size(), 10'000), 0);
}

std::string get(const std::string& target) { return "GET " + target + " HTTP/1.1\r\nHost: shop\r\n\r\n"; }
std::string post(const std::string& target, const std::string& body) {
    return "POST " + target + " HTTP/1.1\r\nHost: shop\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
}

TEST(HttpServer, answers_over_one_connection_again_and_again) {
    Echo echo;
    RawClient client(echo.port());
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(client.send(post("/a?b=c", "hello")));
        const std::string answer = client.answer();
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
        EXPECT_TRUE(answer.ends_with("/a?b=c 5")) << answer;
    }
}

TEST(HttpServer, answers_a_pipeline_in_order) {
    Echo echo;
    RawClient client(echo.port());
    std::string pipeline;
    for (int i = 0; i < 40; ++i) pipeline += get("/" + std::to_string(i));
    ASSERT_TRUE(client.send(pipeline));
    for (int i = 0; i < 40; ++i) {
        const std::string answer = client.answer();
        EXPECT_TRUE(answer.ends_with("/" + std::to_string(i) + " 0")) << i << answer;
    }
}

TEST(HttpServer, takes_a_request_in_single_bytes) {
    Echo echo;
    RawClient client(echo.port());
    for (const char byte : post("/slowly", "abc")) ASSERT_TRUE(client.send({&byte, 1}));
    EXPECT_TRUE(client.answer().ends_with("/slowly 3"));
}

TEST(HttpServer, takes_a_body_in_chunks) {
    Echo echo;
    RawClient client(echo.port());
    ASSERT_TRUE(client.send(
        "POST /c HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
    EXPECT_TRUE(client.answer().ends_with("/c 5"));
}

TEST(HttpServer, says_400_to_garbage_and_goes_on_for_others) {
    Echo echo;
    for (const std::string& garbage :
         {std::string("\x16\x03\x01\x02\x00\x01\x00\x01", 8), std::string("GET\r\n\r\n"), std::string(100, '\0'),
          std::string("POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n"),
          std::string("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n"),
          std::string("POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
          "GET / HTTP/1.1\r\n" + std::string(20'000, 'a') + ": b\r\n\r\n",
          "GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\n\r\n"}) {
        RawClient client(echo.port());
        client.send(garbage);
        const std::string answer = client.answer();
        // Who still sends while he is refused may miss why.
        EXPECT_TRUE(garbage.size() > 10'000 || answer.starts_with("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"))
            << garbage.substr(0, 40);
        EXPECT_TRUE(client.is_closed()) << garbage.substr(0, 40);
    }
    RawClient client(echo.port());
    ASSERT_TRUE(client.send(get("/still")));
    EXPECT_TRUE(client.answer().ends_with("/still 0"));
}

TEST(HttpServer, says_400_to_what_a_proxy_could_read_otherwise) {
    Echo echo;
    for (const char* head :
         {"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/3.9\r\nHost: a\r\n\r\n",
          "GET / HTTP/0.9\r\nHost: a\r\n\r\n", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", "GET /\r\nHost: a\r\n\r\n",
          "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX-One : b\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 3\r\n\r\nabc"}) {
        RawClient client(echo.port());
        client.send(head);
        EXPECT_TRUE(client.answer().starts_with("HTTP/1.1 400 Bad Request\r\n")) << head;
        EXPECT_TRUE(client.is_closed()) << head;
    }
    RawClient pipelined(echo.port());
    ASSERT_TRUE(pipelined.send(get("/first") + "GET /second HTTP/1.1\r\nHost: a\r\nX-One : b\r\n\r\n"));
    EXPECT_TRUE(pipelined.answer().ends_with("/first 0"));
    EXPECT_TRUE(pipelined.answer().starts_with("HTTP/1.1 400"));
    RawClient old(echo.port());
    ASSERT_TRUE(old.send("GET /old HTTP/1.0\r\n\r\n"));
    EXPECT_TRUE(old.answer().ends_with("/old 0")) << "HTTP/1.0 knows no Host";
}

TEST(HttpServer, answers_a_method_that_nobody_knows_and_closes) {
    Echo echo;
    for (const char* method : {"FOO", "get", "X-MOVE", "G"}) {
        RawClient client(echo.port());
        const std::string request =
            std::string(method) + " /v1/events HTTP/1.1\r\nHost: shop\r\nContent-Length: 3\r\n\r\nabc";
        ASSERT_TRUE(client.send(request));
        const std::string answer = client.answer();
        EXPECT_NE(answer.find(std::string("X-Method: ") + method + "\r\n"), std::string::npos) << answer;
        EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos) << answer;
        EXPECT_TRUE(answer.ends_with("/v1/events 0")) << answer;
        EXPECT_TRUE(client.is_closed());
    }
}

TEST(HttpServer, refuses_a_body_that_is_announced_far_too_large) {
    Echo echo;
    RawClient patient(echo.port()), hasty(echo.port()), chunked(echo.port());
    ASSERT_TRUE(
        patient.send("POST / HTTP/1.1\r\nHost: shop\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n"));
    EXPECT_TRUE(patient.answer().starts_with("HTTP/1.1 413"));
    ASSERT_TRUE(hasty.send(post("/", std::string(20 << 20, 'x')))) << "what is refused is still read for a while";
    EXPECT_TRUE(hasty.answer().starts_with("HTTP/1.1 413"));
    chunked.send("POST / HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n" +
                 std::string(0x20000, 'x') + "\r\n0\r\n\r\n");
    EXPECT_TRUE(chunked.is_closed()) << "a body of unknown length is read as far as is allowed";
}

TEST(HttpServer, tells_who_asks_to_go_on) {
    Echo echo;
    RawClient client(echo.port());
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(client.send("POST /e HTTP/1.1\r\nHost: shop\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
        EXPECT_EQ(client.line(), "HTTP/1.1 100 Continue\r\n");
        EXPECT_EQ(client.line(), "\r\n");
        ASSERT_TRUE(client.send("abc"));
        EXPECT_TRUE(client.answer().ends_with("/e 3"));
    }
}

TEST(HttpServer, answers_408_to_a_slow_head_and_closes_on_what_is_never_whole) {
    Echo echo;
    RawClient silent(echo.port()), head_only(echo.port()), half_body(echo.port());
    ASSERT_TRUE(head_only.send("GET / HTTP/1.1\r\nHost: "));
    ASSERT_TRUE(half_body.send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc"));
    EXPECT_TRUE(head_only.answer().starts_with("HTTP/1.1 408"));
    EXPECT_TRUE(head_only.is_closed());
    EXPECT_TRUE(silent.is_closed());
    EXPECT_TRUE(half_body.is_closed());
}

TEST(HttpServer, a_second_request_may_begin_late_and_must_be_quick_again) {
    Echo echo;
    RawClient client(echo.port());
    ASSERT_TRUE(client.send(get("/first")));
    EXPECT_TRUE(client.answer().ends_with("/first 0"));
    ASSERT_TRUE(client.send("GET /second HT"));
    EXPECT_TRUE(client.answer().starts_with("HTTP/1.1 408"));
}

TEST(HttpServer, answers_others_while_some_wait_for_the_disk_and_refuses_when_the_line_is_full) {
    Echo echo;
    std::vector<std::unique_ptr<RawClient>> waiting;
    for (int i = 0; i < 2; ++i) {  // one for each thread that may wait …
        waiting.push_back(std::make_unique<RawClient>(echo.port()));
        ASSERT_TRUE(waiting.back()->send(get("/slow")));
    }
    echo.wait_for_slow(2);
    RawClient quick(echo.port());
    ASSERT_TRUE(quick.send(get("/quick")));
    EXPECT_TRUE(quick.answer().ends_with("/quick 0"));
    for (int i = 0; i < 3; ++i) {  // … two in line, and one more than the line holds
        waiting.push_back(std::make_unique<RawClient>(echo.port()));
        ASSERT_TRUE(waiting.back()->send(get("/slow")));
    }
    wait_for_any_answer(waiting);
    echo.let_go();
    int refused = 0;
    for (const auto& client : waiting) refused += client->answer().starts_with("HTTP/1.1 503") ? 1 : 0;
    EXPECT_EQ(refused, 1);
}

TEST(HttpServer, finishes_what_it_began_before_it_stops) {
    Echo echo;
    RawClient client(echo.port());
    ASSERT_TRUE(client.send(get("/slow")));
    echo.wait_for_slow(1);
    std::jthread stopping([&] { EXPECT_TRUE(echo.server().stop(10 * second_ms)); });
    // Nothing more is accepted from some moment on; whoever comes before it is closed without an answer.
    echo.let_go();
    const std::string answer = client.answer();
    EXPECT_TRUE(answer.ends_with("/slow 0")) << answer;
    EXPECT_TRUE(client.is_closed());
}

TEST(HttpServer, makes_more_connections_wait_than_it_may_hold) {
    HttpServerSettings settings = quick_settings();
    settings.connections = 2;
    Echo echo(settings);
    auto first = std::make_unique<RawClient>(echo.port());
    auto second = std::make_unique<RawClient>(echo.port());
    for (const auto& client : {first.get(), second.get()}) {
        ASSERT_TRUE(client->send(get("/in")));
        EXPECT_TRUE(client->answer().ends_with("/in 0"));
    }
    RawClient third(echo.port());  // accepted by the system, not by the server
    ASSERT_TRUE(third.send(get("/third")));
    first.reset();
    EXPECT_TRUE(third.answer().ends_with("/third 0"));
}

TEST(HttpServer, refuses_addresses_that_are_none_or_taken) {
    const auto start = [](const std::string& listen) {
        HttpServerSettings settings = quick_settings();
        settings.listen = listen;
        return HttpServer::start(settings, {.answer = [](const HttpRequest&) { return HttpResponse{}; },
                                            .waits = [](const HttpRequest&) { return false; },
                                            .too_busy = {},
                                            .too_slow = {},
                                            .too_large = {},
                                            .unreadable = {}});
    };
    for (const char* const listen :
         {"", "8080", "localhost:8080", "127.0.0.1:", "127.0.0.1:70000", "127.0.0.1:80x", "[::1:80"}) {
        const auto server = start(listen);
        ASSERT_FALSE(server) << listen;
        EXPECT_EQ(server.error().code, ErrorCode::invalid_input) << listen;
    }
    Echo echo;
    const auto server = start("127.0.0.1:" + std::to_string(echo.port()));
    ASSERT_FALSE(server);
    EXPECT_EQ(server.error().code, ErrorCode::conflict);
}

}  // namespace
}  // namespace vitrina::server
