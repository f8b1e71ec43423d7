#pragma once
// The socket side of HTTP: accepts connections, reads whole requests within limits, writes the answers. RESTinio is known to
// http_server.cpp alone, because every file that sees it costs a quarter of a minute to compile.
//
// Threads: `answer` is called on the server's threads, any number at once: requests for which `waits` says yes, and those that ask
// others, each on a pool of their own, so that they never hold up the rest. It must not throw.
// Lifetime: `stop` (or the destructor) accepts nothing more, lets what was begun be answered within the time given, and joins
// all threads; an answer on its way then says Connection: close.
// Errors: `start` answers invalid_input for an address that cannot be read, conflict for one that is taken.
// Not an error: bytes that are no HTTP, or a request that does not come whole within its time: the connection is closed. A head
// that is too slow is answered with 408 before, a body announced above `body_bytes_max` with 413, what cannot be read with
// `unreadable`, and a method that the parser does not know by `answer`, with its method and target alone (a head that comes in pieces: `unreadable`). Who still sends then may miss the answer. Not answered is what
// cannot be read behind a request in the same pipeline.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/time.hpp"
#include "server/dispatch.hpp"

namespace vitrina::server {

struct HttpServerSettings {
    std::string listen = "127.0.0.1:8080";  // "[::1]:8080" for IPv6; port 0 takes a free one
    std::size_t threads = 2;
    std::size_t waiting_threads = 16;         // for requests that wait for the disk
    std::size_t waiting_requests = 1024;      // in line for them; above: 503
    std::size_t asking_threads = 0;           // for requests that wait for another node
    std::size_t connections = 1024;           // more wait in the system's backlog
    std::size_t body_bytes_max = 16 << 20;    // what is announced above it is not read
    TimeMs head_timeout_ms = 10 * second_ms;  // from the first byte of a request to the end of its head
    TimeMs read_timeout_ms = 40 * second_ms;  // from the answer before, or the connection, to the whole of a request
    TimeMs write_timeout_ms = 30 * second_ms;
};

struct HttpHandlers {
    std::function<HttpResponse(const HttpRequest& request)> answer;
    std::function<bool(const HttpRequest& request)> waits;
    std::function<bool(const HttpRequest& request)> asks_others;  // waits for another node; may be empty
    // What is answered without asking: the line of the waiting ones is full, a head is too slow, a body far too large, the bytes
    // are no HTTP/1.1 within the limits.
    HttpResponse too_busy, too_slow, too_large, unreadable;
};

// Is it an address and a port, as in "127.0.0.1:8080"? Errors: invalid_input with what would be right.
Result<void> check_listen(const std::string& listen);

class HttpServer {
public:
    static Result<std::unique_ptr<HttpServer>> start(const HttpServerSettings& settings, HttpHandlers handlers);
    ~HttpServer();
    // As it can be asked: "127.0.0.1:8080".
    std::string address() const;
    std::uint16_t port() const;
    // False where something was cut off.
    bool stop(TimeMs within_ms);

private:
    struct Impl;
    explicit HttpServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace vitrina::server
