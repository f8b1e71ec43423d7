#pragma once
// Questions to other nodes over HTTP, with connections that are used again.
//
// Threads: any number at once, each with a connection of its own. Lifetime: nobody may ask while it goes.
// Errors: unavailable where the other side is away, slow or breaks off, exhausted where its answer is too large. An answer with any
// status is none. Redirects are not followed, proxies of the environment not asked.

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "engine/peers.hpp"

namespace vitrina::cluster {

class HttpClient {
public:
    HttpClient(TimeMs timeout_ms, std::size_t answer_bytes_max);
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    // `address`: "http://node-2:8080".
    Result<engine::PeerAnswer> ask(const std::string& address, const engine::PeerRequest& request);

private:
    struct Connection;
    std::unique_ptr<Connection> take();
    void give(std::unique_ptr<Connection> connection);

    TimeMs timeout_ms_;
    std::size_t answer_bytes_max_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace vitrina::cluster
