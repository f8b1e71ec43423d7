#include "server/rate_limit.hpp"

#include <algorithm>
#include <cmath>

namespace vitrina::server {

RateLimit::RateLimit(std::size_t keys, std::size_t requests_a_second)
    : a_second_(static_cast<double>(requests_a_second)), buckets_(keys, Bucket{.tokens = a_second_}) {}

std::size_t RateLimit::wait_seconds(std::size_t key, TimeMs now) {
    if (a_second_ == 0) return 0;
    const std::lock_guard lock(mutex_);
    Bucket& bucket = buckets_.at(key);
    if (now > bucket.filled_at) {
        const double seconds = static_cast<double>(now - bucket.filled_at) / static_cast<double>(second_ms);
        bucket.tokens = std::min(a_second_, bucket.tokens + seconds * a_second_);
    }
    bucket.filled_at = now;
    if (bucket.tokens < 1) return static_cast<std::size_t>(std::ceil((1 - bucket.tokens) / a_second_));
    bucket.tokens -= 1;
    return 0;
}

}  // namespace vitrina::server
