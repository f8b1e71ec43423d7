#include "server/serve.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "server/dispatch.hpp"
#include "server/http_server.hpp"
#include "server/key_file.hpp"
#include "server/problem.hpp"
#include "server/request_log.hpp"

namespace vitrina::server {

namespace {

// Signals and stop requests arrive as a byte in a pipe, because a signal's handler may do little more than write.
int wake_up = -1;

void on_signal(int) {
    const int kept = errno;
    [[maybe_unused]] const auto written = ::write(wake_up, "s", 1);
    errno = kept;
}

// Takes SIGTERM and SIGINT until the first of them comes, or for as long as it lives.
class StopSignal {
public:
    StopSignal() {
        ensure(::pipe2(pipe_.data(), O_CLOEXEC) == 0, "a pipe can be had");
        wake_up = pipe_[1];
        struct sigaction action{};
        action.sa_handler = on_signal;
        action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);  // the second one has its usual effect
        ::sigaction(SIGTERM, &action, &before_[0]);
        ::sigaction(SIGINT, &action, &before_[1]);
    }
    ~StopSignal() {
        ::sigaction(SIGTERM, &before_[0], nullptr);
        ::sigaction(SIGINT, &before_[1], nullptr);
        ::close(pipe_[0]);
        ::close(pipe_[1]);
    }
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    static void request() { on_signal(0); }
    void wait() const {
        char byte = 0;
        while (::read(pipe_[0], &byte, 1) < 0 && errno == EINTR) {
        }
    }

private:
    std::array<int, 2> pipe_{};
    std::array<struct sigaction, 2> before_{};
};

std::string environment(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

HttpServerSettings settings_of(engine::Engine& engine, const std::string& listen) {
    const engine::ServerSettings& server = engine.configuration().server;
    const std::size_t processors = std::max(1u, std::thread::hardware_concurrency());
    return {.listen = listen.empty() ? server.listen : listen,
            .threads = server.threads == 0 ? processors : server.threads,
            .asking_threads = engine.peers() == nullptr ? 0 : engine.configuration().cluster.forwards,
            .connections = server.connections,
            // What is a little too large is still read, to be refused with an answer; what is far too large is cut off.
            .body_bytes_max = 4 * server.body_bytes,
            .head_timeout_ms = server.header_timeout_ms,
            .read_timeout_ms = server.header_timeout_ms + server.body_timeout_ms};
}

HttpResponse said(Problem problem) {
    HttpResponse response = answer_of(problem);
    response.headers.emplace_back("Cache-Control", "private, no-store");
    return response;
}

HttpHandlers handlers_of(Dispatcher& dispatcher, std::size_t body_bytes) {
    return {
        .answer = [&](const HttpRequest& request) { return dispatcher.dispatch(request); },
        .waits = [&](const HttpRequest& request) { return dispatcher.waits(request); },
        .asks_others = [&](const HttpRequest& request) { return dispatcher.asks_others(request); },
        .too_busy = said({"unavailable", "too many requests wait for the disk; send it again", {{"Retry-After", "1"}}}),
        .too_slow = said({"too_slow", "the head of the request did not come in time"}),
        .too_large = said({"too_large", fmt::format("the body is announced with far more than {} bytes", body_bytes)}),
        .unreadable =
            said({"invalid_input",
                  "the request cannot be read: it is no HTTP/1.1 with one Host, or its address, a header or a "
                  "body in chunks is malformed or beyond the limits; send what docs/http.md describes"})};
}

void announce_keys(const MadeKeys& made, const std::string& folder,
                   const std::function<void(const std::string&)>& announce) {
    announce("Keys of this shop, made just now. The secret one is told this once:");
    announce("  secret key (may do all)           " + made.secret);
    announce("  public key (for browsers)         " + made.publicly);
    announce("  token key (signs user_token)      " + made.token);
    announce("They are kept in " + folder + "/keys, the secret one as a digest only.");
}

void say(const std::string& line) { fmt::print(stderr, "{}\n", line); }

}  // namespace

Result<int> serve(engine::Engine& engine, const ServeOptions& options) {
    const auto announce = options.announce ? options.announce : say;
    auto found = find_keys(options.folder, environment);
    if (!found) return std::unexpected(found.error());
    const StopSignal stop_signal;
    Dispatcher dispatcher(engine, std::move(found->keys));
    const engine::ServerSettings& settings = engine.configuration().server;
    auto server = HttpServer::start(settings_of(engine, options.listen), handlers_of(dispatcher, settings.body_bytes));
    if (!server) return std::unexpected(server.error());
    if (found->made) announce_keys(*found->made, options.folder, announce);
    announce("Listening on http://" + (*server)->address() + " (docs: /docs)");
    log_service("started", (*server)->address());
    {
        const std::stop_callback on_request(options.stop, [] { StopSignal::request(); });
        stop_signal.wait();
    }
    log_service("stopping");
    dispatcher.drain();
    const bool finished = (*server)->stop(options.stop_within_ms);
    const auto checkpoint = engine.checkpoint();
    log_service("stopped", finished ? "every request was answered" : "some requests were cut off");
    if (!checkpoint) return std::unexpected(checkpoint.error());
    return 0;
}

}  // namespace vitrina::server
