#pragma once
// A load on a cluster, and its book: who it sends what to, and what was acknowledged. Made-up shoppers send events through nodes and
// straight to the topic; items change; some records are poison. Beside it somebody asks each node for answers and somebody watches the
// changelog of visitors, so that the book also tells when each of them was last alive.
//
// Threads: its own, until it is told to stop. Errors: what prevents a start; later trouble is what it is there to meet.
// Source of the book's grammar: cluster_found.hpp.

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "engine/configuration.hpp"

namespace vitrina::tests {

struct LoadSettings {
    std::string book;
    std::uint64_t seed = 1;
    std::uint64_t events_a_second = 100;  // of all senders together
    std::vector<std::string> nodes;       // "http://127.0.0.1:8080"
    std::string secret_key;
    std::string broken_event;  // id of the one that breaks an invariant; sent once
};

Result<void> load(const engine::ClusterSettings& cluster, const LoadSettings& settings,
                  const std::atomic<bool>& stopped);

}  // namespace vitrina::tests
