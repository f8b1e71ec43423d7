#pragma once
// How often a key may ask: one token bucket a key, which holds one second's worth of requests and fills evenly.
//
// Threads: may be called from any thread. Time is an argument; one that goes back fills nothing and takes nothing away.
// Not an error: a rate of 0 bounds nothing.

#include <cstddef>
#include <mutex>
#include <vector>

#include "base/time.hpp"

namespace vitrina::server {

class RateLimit {
public:
    RateLimit(std::size_t keys, std::size_t requests_a_second);
    // 0 where the request may pass, else the whole seconds after which the next one may.
    std::size_t wait_seconds(std::size_t key, TimeMs now);

private:
    struct Bucket {
        double tokens = 0;
        TimeMs filled_at = 0;
    };
    double a_second_;
    std::mutex mutex_;
    std::vector<Bucket> buckets_;
};

}  // namespace vitrina::server
