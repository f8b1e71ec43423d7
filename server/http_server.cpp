#include "server/http_server.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <asio.hpp>
#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <restinio/all.hpp>
#include <thread>
#include <vector>

namespace vitrina::server {

namespace {

struct Traits : restinio::default_traits_t {
    // NOLINTNEXTLINE(readability-identifier-naming): RESTinio looks it up by this name
    using request_handler_t = std::function<restinio::request_handling_status_t(restinio::request_handle_t)>;
    static constexpr bool use_connection_count_limiter = true;
};
using Restinio = restinio::http_server_t<Traits>;

struct Address {
    std::string host;
    std::uint16_t port = 0;
};

Result<Address> address_of(const std::string& listen) {
    const std::size_t colon = listen.rfind(':');
    Address address;
    if (colon != std::string::npos) {
        const char* const end = listen.data() + listen.size();
        const auto [stop, error] = std::from_chars(listen.data() + colon + 1, end, address.port);
        address.host = listen.substr(0, colon);
        if (address.host.starts_with('[') && address.host.ends_with(']'))
            address.host = address.host.substr(1, address.host.size() - 2);
        asio::error_code wrong;
        asio::ip::make_address(address.host, wrong);
        if (!wrong && error == std::errc() && stop == end && stop != listen.data() + colon + 1) return address;
    }
    return fail(
        ErrorCode::invalid_input,
        fmt::format("cannot listen on \"{}\": it must be an address and a port, as in 127.0.0.1:8080 or [::1]:8080",
                    listen));
}

// Threads that may wait, and a bounded line of work for them.
class WaitingPool {
public:
    WaitingPool(std::size_t threads, std::size_t line_max) : line_max_(line_max) {
        for (std::size_t i = 0; i < threads; ++i)
            threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
    }

    bool offer(std::function<void()> work) {
        {
            const std::lock_guard lock(mutex_);
            if (line_.size() == line_max_) return false;
            line_.push_back(std::move(work));
        }
        ready_.notify_one();
        return true;
    }

private:
    void run(const std::stop_token& stop) {
        while (true) {
            std::function<void()> work;
            {
                std::unique_lock lock(mutex_);
                if (!ready_.wait(lock, stop, [&] { return !line_.empty(); }) || stop.stop_requested()) return;
                work = std::move(line_.front());
                line_.pop_front();
            }
            work();
        }
    }

    const std::size_t line_max_;
    std::mutex mutex_;
    std::condition_variable_any ready_;
    std::deque<std::function<void()>> line_;
    std::vector<std::jthread> threads_;
};

// How many requests are being answered, until the last byte of their answers is written.
class InFlight {
public:
    void enter() { ++count_; }
    void leave() {
        if (--count_ > 0) return;
        const std::lock_guard lock(mutex_);
        none_.notify_all();
    }
    bool wait_for_none(std::chrono::milliseconds most) {
        std::unique_lock lock(mutex_);
        return none_.wait_for(lock, most, [&] { return count_ == 0; });
    }

private:
    std::atomic<std::size_t> count_ = 0;
    std::mutex mutex_;
    std::condition_variable none_;
};

HttpRequest request_of(const restinio::request_t& received) {
    const auto& header = received.header();
    HttpRequest request{
        .method = header.method().c_str(), .target = std::string(header.request_target()), .headers = {}, .body = {}};
    request.headers.reserve(header.fields_count());
    header.for_each_field([&](const auto& field) { request.headers.emplace_back(field.name(), field.value()); });
    request.body = received.body();
    return request;
}

std::string_view reason_of(int status) {
    switch (status) {
        case 200: return "OK";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 207: return "Multi-Status";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 409: return "Conflict";
        case 413: return "Content Too Large";
        case 415: return "Unsupported Media Type";
        case 429: return "Too Many Requests";
        case 503: return "Service Unavailable";
        default: return "Internal Server Error";
    }
}

restinio::incoming_http_msg_limits_t message_limits(std::size_t body_bytes_max) {
    return restinio::incoming_http_msg_limits_t{}
        .max_url_size(8 << 10)
        .max_field_name_size(256)
        .max_field_value_size(8 << 10)
        .max_field_count(100)
        .max_body_size(body_bytes_max);
}

}  // namespace

struct HttpServer::Impl {
    Impl(const HttpServerSettings& given, HttpHandlers answers, const Address& at)
        : settings(given), handlers(std::move(answers)), host(at.host), port(at.port) {
        server.emplace(restinio::own_io_context(), [&](auto& options) { configure(options, at); });
        work.emplace(server->io_context().get_executor());
        waiting.emplace(settings.waiting_threads, settings.waiting_requests);
    }

    template <class Options>
    void configure(Options& options, const Address& at) {
        options.address(at.host)
            .port(at.port)
            .protocol(asio::ip::make_address(at.host).is_v6() ? asio::ip::tcp::v6() : asio::ip::tcp::v4())
            .acceptor_post_bind_hook(
                [this](asio::ip::tcp::acceptor& acceptor) { port = acceptor.local_endpoint().port(); })
            .socket_options_setter([](auto& socket) { socket.set_option(asio::ip::tcp::no_delay(true)); })
            .request_handler([this](restinio::request_handle_t received) { return take(std::move(received)); })
            .read_next_http_message_timelimit(std::chrono::milliseconds(settings.read_timeout_ms))
            .write_http_response_timelimit(std::chrono::milliseconds(settings.write_timeout_ms))
            .handle_request_timeout(std::chrono::hours(1))  // an answer takes as long as it takes; its own limits hold
            .max_pipelined_requests(1)                      // more may be sent; they wait in the socket
            .buffer_size(16 << 10)
            .max_parallel_connections(settings.connections)
            .concurrent_accepts_count(std::min<std::size_t>(settings.connections, 8))
            .incoming_http_msg_limits(message_limits(settings.body_bytes_max));
    }

    restinio::request_handling_status_t take(restinio::request_handle_t received);
    void reply(const restinio::request_handle_t& received, HttpResponse response);
    Result<void> open();

    const HttpServerSettings settings;
    const HttpHandlers handlers;
    const std::string host;
    std::uint16_t port;
    std::atomic<bool> stopping = false;
    bool stopped = false;
    InFlight in_flight;
    std::optional<Restinio> server;
    // Without it the threads would end where opening failed, and nothing could be closed.
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work;
    std::optional<WaitingPool> waiting;
    std::vector<std::jthread> threads;
};

restinio::request_handling_status_t HttpServer::Impl::take(restinio::request_handle_t received) {
    in_flight.enter();
    auto request = std::make_shared<const HttpRequest>(request_of(*received));
    // RESTinio loses count of a pipeline whose requests are answered before this function returns, so none is.
    if (!handlers.waits(*request)) {
        asio::defer(server->io_context(), [this, received, request] { reply(received, handlers.answer(*request)); });
    } else if (!waiting->offer([this, received, request] { reply(received, handlers.answer(*request)); })) {
        asio::defer(server->io_context(), [this, received] { reply(received, handlers.too_busy()); });
    }
    return restinio::request_accepted();
}

void HttpServer::Impl::reply(const restinio::request_handle_t& received, HttpResponse response) {
    auto builder = received->create_response<restinio::user_controlled_output_t>(
        restinio::http_status_line_t{restinio::http_status_code_t{static_cast<std::uint16_t>(response.status)},
                                     std::string(reason_of(response.status))});
    std::size_t length = response.body.size();
    for (auto& [name, value] : response.headers) {
        if (name == "Content-Length") {  // of HEAD: what GET would have
            std::from_chars(value.data(), value.data() + value.size(), length);
        } else {
            builder.append_header(std::move(name), std::move(value));
        }
    }
    if (stopping) builder.connection_close();
    builder.set_content_length(length);
    if (!response.body.empty()) builder.set_body(std::move(response.body));
    // Whether the callback is called or dropped with its connection: when it goes, the request is no longer in flight.
    const std::shared_ptr<void> until_written(nullptr, [this](void*) { in_flight.leave(); });
    builder.done([until_written](const auto&) {});
}

Result<void> HttpServer::Impl::open() {
    std::promise<std::string> opened;
    server->open_async([&] { opened.set_value({}); },
                       [&](const std::exception_ptr& wrong) {
                           try {
                               std::rethrow_exception(wrong);
                           } catch (const std::exception& exception) {
                               opened.set_value(exception.what());
                           }
                       });
    for (std::size_t i = 0; i < std::max<std::size_t>(1, settings.threads); ++i)
        threads.emplace_back([this] { server->io_context().run(); });
    const std::string wrong = opened.get_future().get();
    if (wrong.empty()) return {};
    return fail(ErrorCode::conflict,
                fmt::format("cannot listen on {}: {}; choose another address with --listen", settings.listen, wrong));
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(const HttpServerSettings& settings, HttpHandlers handlers) {
    const auto address = address_of(settings.listen);
    if (!address) return std::unexpected(address.error());
    std::unique_ptr<HttpServer> server(new HttpServer(std::make_unique<Impl>(settings, std::move(handlers), *address)));
    if (auto opened = server->impl_->open(); !opened) return std::unexpected(opened.error());
    return server;
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() { stop(0); }

std::uint16_t HttpServer::port() const { return impl_->port; }

std::string HttpServer::address() const {
    return impl_->host.contains(':') ? fmt::format("[{}]:{}", impl_->host, impl_->port)
                                     : fmt::format("{}:{}", impl_->host, impl_->port);
}

bool HttpServer::stop(TimeMs within_ms) {
    if (std::exchange(impl_->stopped, true)) return true;
    impl_->stopping = true;
    std::promise<void> closed;
    impl_->server->close_async([&] { closed.set_value(); }, [&](const std::exception_ptr&) { closed.set_value(); });
    closed.get_future().wait();
    const bool finished = impl_->in_flight.wait_for_none(std::chrono::milliseconds(within_ms));
    impl_->server->io_context().stop();
    impl_->threads.clear();
    impl_->waiting.reset();
    impl_->work.reset();
    impl_->server.reset();  // closes the connections that were idle, and those that are cut off
    return finished;
}

}  // namespace vitrina::server
