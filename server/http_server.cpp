// The socket side with RESTinio. Long because RESTinio is seen by one file alone: each costs a quarter of a minute to compile.

#include "server/http_server.hpp"

#include <sys/socket.h>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <asio.hpp>
#include <atomic>
#include <charconv>
#include <chrono>
#include <future>
#include <restinio/all.hpp>
#include <thread>
#include <tuple>
#include <vector>

#include "server/in_flight.hpp"
#include "server/request_head.hpp"
#include "server/waiting_pool.hpp"

namespace vitrina::server {

namespace {

// What the sockets of a server know of its rules; lives in the io_context, because a socket is made from nothing else.
class GateRules final : public asio::execution_context::service {
public:
    static inline asio::execution_context::id id;
    explicit GateRules(asio::execution_context& context) : asio::execution_context::service(context) {}
    void shutdown() override {}

    std::chrono::milliseconds head_timeout{};
    std::uint64_t body_bytes_max = 0;
    std::string too_slow, too_large, unreadable;  // whole answers, as they are sent
    std::function<std::string(const HttpRequest& request)> unknown_method;
};

using Socket = asio::ip::tcp::socket;

// Is it one of the methods that the parser of HTTP knows? It takes no other, so those are answered here.
bool is_parsed(std::string_view method) {
    for (unsigned number = 0;; ++number) {
        const std::string_view known = http_method_str(static_cast<http_method>(number));
        if (known == method) return true;
        if (known.starts_with('<')) return false;
    }
}

// Everything of a gate happens on its connection's strand, and while a read is under way, which keeps the connection alive.
class Gate : public std::enable_shared_from_this<Gate> {
public:
    explicit Gate(Socket& socket)
        : socket_(socket),
          rules_(asio::use_service<GateRules>(socket.get_executor().context())),
          timer_(socket.get_executor()) {}

    // False where the body that was announced is not going to be read.
    template <class Strand>
    bool inspect(const asio::error_code& wrong, std::string_view bytes, const Strand& strand) {
        if (wrong || head_.whole()) return true;
        const bool had_begun = head_.begun();
        if (!head_.take(bytes)) {
            if (!had_begun) arm(rules_.head_timeout, strand);
            return true;
        }
        disarm();
        const bool unknown = !head_.method().empty() && !is_parsed(head_.method());
        if (!head_.is_sound() || unknown || head_.body_bytes() > rules_.body_bytes_max) {
            say(!head_.is_sound() ? rules_.unreadable
                : unknown         ? rules_.unknown_method(
                                        {.method = head_.method(), .target = head_.target(), .headers = {}, .body = {}})
                                  : rules_.too_large);
            asio::error_code ignored;
            std::ignore = socket_.shutdown(Socket::shutdown_send, ignored);
            drained_.resize(64 << 10);
            arm(rules_.head_timeout, strand);
            return false;
        }
        if (head_.waits_to_go_on()) say("HTTP/1.1 100 Continue\r\n\r\n");
        return true;
    }
    asio::error_code verdict(const asio::error_code& wrong) const {
        return wrong && late_ ? make_error_code(asio::error::timed_out) : wrong;
    }
    void begin_anew() {
        disarm();
        head_ = {};
    }
    std::vector<char>& drained_bytes() { return drained_; }

    // While RESTinio looks at bytes that came, it closes for one reason only: it cannot read them. It would do so in silence.
    template <class Look>
    void while_read(const asio::error_code& wrong, const Look& look) {
        being_read_ = !wrong;
        look();
        being_read_ = false;
    }
    void closes() {
        if (!std::exchange(being_read_, false)) return;
        say(rules_.unreadable);
        // What is left unread would make the system cut the connection off before the sender has read why.
        std::array<char, 16 << 10> left;
        for (int reads = 0; reads < 64; ++reads)
            if (::recv(socket_.native_handle(), left.data(), left.size(), MSG_DONTWAIT) <= 0) return;
    }

private:
    template <class Strand>
    void arm(std::chrono::milliseconds after, const Strand& strand) {
        const std::uint64_t number = ++armed_;
        timer_.expires_after(after);
        timer_.async_wait(asio::bind_executor(strand, [weak = this->weak_from_this(), number](const asio::error_code&) {
            const auto self = weak.lock();
            if (self && self->armed_ == number) self->run_out();
        }));
    }
    void disarm() {
        if (armed_ != 0) timer_.cancel();
        ++armed_;
    }
    void run_out() {
        late_ = true;
        if (drained_.empty()) say(rules_.too_slow);
        asio::error_code ignored;
        std::ignore = socket_.cancel(ignored);
    }
    // A few hundred bytes into an empty buffer of the system: they fit, or the sender has long been gone.
    void say(std::string_view text) {
        [[maybe_unused]] const auto sent =
            ::send(socket_.native_handle(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }

    Socket& socket_;
    const GateRules& rules_;
    asio::steady_timer timer_;
    RequestHead head_;
    std::vector<char> drained_;
    bool being_read_ = false;
    std::uint64_t armed_ = 0;  // a number for each arming, so that a timer that was overtaken does nothing
    bool late_ = false;
};

// A socket that sees each request's head go by. RESTinio bounds the time of a whole request and closes without a word; this
// bounds the time of a head, tells a sender who asks whether to go on, and says why before it closes.
class GatedSocket : public Socket {
public:
    explicit GatedSocket(asio::io_context& context) : Socket(context) {}

    template <class Buffer, class Handler>
    void async_read_some(const Buffer& buffer, Handler&& handler) {
        if (!gate_) gate_ = std::make_shared<Gate>(*this);
        const auto strand = asio::get_associated_executor(handler, get_executor());
        auto inspected = [this, strand, buffer, handler = std::forward<Handler>(handler)](asio::error_code wrong,
                                                                                          std::size_t count) mutable {
            const std::string_view bytes(static_cast<const char*>(buffer.data()), count);
            if (gate_->inspect(wrong, bytes, strand)) {
                const auto gate = gate_;  // the socket may go with its connection meanwhile
                gate->while_read(wrong, [&] { handler(gate->verdict(wrong), count); });
            } else {
                drain(0, std::make_shared<std::decay_t<Handler>>(std::move(handler)));
            }
        };
        Socket::async_read_some(buffer, asio::bind_executor(strand, std::move(inspected)));
    }
    // RESTinio shuts down before it closes.
    // NOLINTNEXTLINE(bugprone-derived-method-shadowing-base-method): RESTinio calls it on this type
    asio::error_code shutdown(shutdown_type what, asio::error_code& wrong) {
        if (gate_) gate_->closes();
        return Socket::shutdown(what, wrong);
    }
    // An answer: the next bytes that come begin a new head.
    template <class Buffers, class Handler>
    void async_write_some(const Buffers& buffers, Handler&& handler) {
        if (gate_) gate_->begin_anew();
        Socket::async_write_some(buffers, std::forward<Handler>(handler));
    }

private:
    // Reads and forgets what a refused sender still sends, so that the refusal reaches him; then lets RESTinio close.
    template <class Handler>
    void drain(std::size_t drained, std::shared_ptr<Handler> handler) {
        const auto strand = asio::get_associated_executor(*handler, get_executor());
        auto next = [this, drained, handler](asio::error_code wrong, std::size_t count) {
            constexpr std::size_t drained_max = 256 << 20;
            if (wrong || drained + count > drained_max) return (*handler)(asio::error::message_size, 0);
            drain(drained + count, handler);
        };
        Socket::async_read_some(asio::buffer(gate_->drained_bytes()), asio::bind_executor(strand, std::move(next)));
    }

    std::shared_ptr<Gate> gate_;  // made in the socket's last place: a socket moves before it is used
};

struct Traits : restinio::default_traits_t {
    // NOLINTNEXTLINE(readability-identifier-naming): RESTinio looks it up by this name
    using stream_socket_t = GatedSocket;
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

HttpRequest request_of(const restinio::request_t& received) {
    const auto& header = received.header();
    HttpRequest request{
        .method = header.method().c_str(), .target = std::string(header.request_target()), .headers = {}, .body = {}};
    request.headers.reserve(header.fields_count());
    header.for_each_field([&](const auto& field) { request.headers.emplace_back(field.name(), field.value()); });
    request.body = received.body();
    return request;
}

// RESTinio takes a space before a header's colon and a second Host, which a proxy before us may read otherwise than we do;
// HTTP/1.1 (RFC 9112) says to refuse them.
bool is_sound(const restinio::request_t& received) {
    std::size_t hosts = 0;
    bool names_are_whole = true;
    received.header().for_each_field([&](const auto& field) {
        hosts += field.field_id() == restinio::http_field_t::host ? 1 : 0;
        names_are_whole = names_are_whole && !std::string_view(field.name()).contains(' ');
    });
    return names_are_whole && hosts <= 1;
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
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 413: return "Content Too Large";
        case 415: return "Unsupported Media Type";
        case 429: return "Too Many Requests";
        case 503: return "Service Unavailable";
        default: return "Internal Server Error";
    }
}

// A whole answer after which the connection closes.
std::string last_words(const HttpResponse& response) {
    std::string text = fmt::format("HTTP/1.1 {} {}\r\nConnection: close\r\nContent-Length: {}\r\n", response.status,
                                   reason_of(response.status), response.body.size());
    for (const auto& [name, value] : response.headers) text += fmt::format("{}: {}\r\n", name, value);
    return text + "\r\n" + response.body;
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
        auto& rules = asio::make_service<GateRules>(*context);
        rules.head_timeout = std::chrono::milliseconds(settings.head_timeout_ms);
        rules.body_bytes_max = settings.body_bytes_max;
        rules.too_slow = last_words(handlers.too_slow);
        rules.too_large = last_words(handlers.too_large);
        rules.unreadable = last_words(handlers.unreadable);
        rules.unknown_method = [this](const HttpRequest& request) { return last_words(handlers.answer(request)); };
        server = std::make_shared<Restinio>(restinio::external_io_context(*context),
                                            [&](auto& options) { configure(options, at); });
        work.emplace(server->io_context().get_executor());
        waiting.emplace(settings.waiting_threads, settings.waiting_requests);
        asking.emplace(settings.asking_threads, settings.waiting_requests);
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
            .concurrent_accepts_count(1)  // RESTinio numbers connections without a lock
            .incoming_http_msg_limits(message_limits(settings.body_bytes_max));
    }

    restinio::request_handling_status_t take(restinio::request_handle_t received);
    enum class Then { go_on, close };
    void reply(const restinio::request_handle_t& received, HttpResponse response, Then then = Then::go_on);
    Result<void> open();
    void start_threads();
    void close_alone();

    const HttpServerSettings settings;
    const HttpHandlers handlers;
    const std::string host;
    std::uint16_t port;
    std::atomic<bool> stopping = false;
    bool stopped = false;
    InFlight in_flight;
    std::optional<asio::io_context> context{std::in_place};
    std::shared_ptr<Restinio> server;
    // Without it the threads would end where opening failed, and nothing could be closed.
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work;
    std::optional<WaitingPool> waiting, asking;
    std::vector<std::jthread> threads;
};

restinio::request_handling_status_t HttpServer::Impl::take(restinio::request_handle_t received) {
    in_flight.enter();
    if (!is_sound(*received)) {
        asio::defer(server->io_context(), [this, received] { reply(received, handlers.unreadable, Then::close); });
        return restinio::request_accepted();
    }
    auto request = std::make_shared<const HttpRequest>(request_of(*received));
    // RESTinio loses count of a pipeline whose requests are answered before this function returns, so none is.
    const bool asks = settings.asking_threads > 0 && handlers.asks_others && handlers.asks_others(*request);
    if (!asks && !handlers.waits(*request)) {
        asio::defer(server->io_context(), [this, received, request] { reply(received, handlers.answer(*request)); });
    } else if (!(asks ? asking : waiting)->offer([this, received, request] {
                   reply(received, handlers.answer(*request));
               })) {
        asio::defer(server->io_context(), [this, received] { reply(received, handlers.too_busy); });
    }
    return restinio::request_accepted();
}

void HttpServer::Impl::reply(const restinio::request_handle_t& received, HttpResponse response, Then then) {
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
    if (stopping || then == Then::close) builder.connection_close();
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
    start_threads();
    const std::string wrong = opened.get_future().get();
    if (wrong.empty()) return {};
    return fail(ErrorCode::conflict,
                fmt::format("cannot listen on {}: {}; choose another address with --listen", settings.listen, wrong));
}

void HttpServer::Impl::start_threads() {
    for (std::size_t i = 0; i < std::max<std::size_t>(1, settings.threads); ++i)
        threads.emplace_back([this] { server->io_context().run(); });
}

// RESTinio closes its acceptor without asking whether another thread accepts just then, so for a moment there is only this
// thread; what the others had to do waits.
void HttpServer::Impl::close_alone() {
    asio::io_context& io = server->io_context();
    io.stop();
    threads.clear();
    io.restart();
    bool closed = false;
    server->close_async([&] { closed = true; }, [&](const std::exception_ptr&) { closed = true; });
    while (!closed) io.run_one();
    start_threads();
}

Result<void> check_listen(const std::string& listen) {
    const auto address = address_of(listen);
    if (!address) return std::unexpected(address.error());
    return {};
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
    impl_->close_alone();
    const bool finished = impl_->in_flight.wait_for_none(std::chrono::milliseconds(within_ms));
    impl_->server->io_context().stop();
    impl_->threads.clear();
    impl_->waiting.reset();
    impl_->asking.reset();
    impl_->work.reset();
    // Connections that are left go with the context, and count themselves out of the server: it goes with it, after them.
    asio::post(*impl_->context, [last = std::move(impl_->server)] {});
    impl_->context.reset();  // closes the connections that were idle, and those that are cut off
    return finished;
}

}  // namespace vitrina::server
