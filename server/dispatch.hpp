#pragma once
// HTTP without a socket: a request as plain values → a response as plain values. `http_server.cpp` alone knows the library;
// everything else (routing, keys, limits, JSON, problem details) is tested here.
//
// Threads: every member function may be called from any thread.
// Lifetime: the engine outlives the dispatcher; a training that was asked for is joined when the dispatcher goes.
// Errors: never throws; whatever goes wrong is an RFC 9457 problem.
// Not an error: HEAD is GET without a body; OPTIONS of a known path is 204 with `Allow` (and CORS for allowed origins).
// Surprising cost: what `waits` says yes to stands in line for the disk; its caller gives it a thread that may wait.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.hpp"
#include "server/access.hpp"

namespace vitrina::server {

using Header = std::pair<std::string, std::string>;

struct HttpRequest {
    std::string method;  // "POST"
    std::string target;  // path and query as sent
    std::vector<Header> headers;
    std::string body;
};

struct HttpResponse {
    int status = 200;
    std::vector<Header> headers;
    std::string body;
};

class Dispatcher {
public:
    // Limits and origins are those of `engine.configuration().server`.
    Dispatcher(engine::Engine& engine, Keys keys);
    ~Dispatcher();
    HttpResponse dispatch(const HttpRequest& request);
    // Is this one of the requests whose answer waits for the disk?
    bool waits(const HttpRequest& request) const;
    // Is it about somebody whom another node keeps? Its answer waits for that node.
    bool asks_others(const HttpRequest& request) const;
    // From now on `/readyz` answers 503, so that a balancer sends its requests elsewhere.
    void drain();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vitrina::server
