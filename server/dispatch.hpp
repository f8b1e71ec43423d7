#pragma once
// HTTP without a socket: a request as plain values → a response as plain values. `http_server.cpp` alone knows the library;
// everything else (routing, keys, JSON, problem details) is tested here.
//
// Threads: `Dispatcher::dispatch` may be called from any thread.
// Errors: never throws; whatever goes wrong is an RFC 9457 problem.
// Not an error: HEAD is GET without a body; OPTIONS of a known path is 204 with `Allow` (and CORS for public keys' origins).

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.hpp"

namespace vitrina::server {

struct HttpRequest {
    std::string method;  // "POST"
    std::string target;  // path and query as sent
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::string remote;  // address, for rate limits and bots, never logged in full
};

struct HttpResponse {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

struct Keys {
    std::vector<std::string> secret;
    std::vector<std::string> publicly;  // for browsers
};

class Dispatcher {
public:
    Dispatcher(engine::Engine& engine, Keys keys);
    ~Dispatcher();
    HttpResponse dispatch(const HttpRequest& request);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vitrina::server
