#pragma once
// Who of a cluster keeps whom: partitions of people, by configuration.
//
//   cluster.peers = ["http://node-2:8080 visitors=4-7 users=0-3,6"]   the other nodes; what is not said: all partitions
//
// Threads: values. Errors: invalid_input naming key and peer.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "engine/configuration.hpp"

namespace vitrina::cluster {

// "0-3,7" as numbers below `count`; empty text: all. Errors: invalid_input naming the key.
Result<std::vector<std::int32_t>> read_partitions(std::string_view text, std::int32_t count, std::string_view key);

// How many partitions the topics of people have; fixed when they were made.
struct PartitionCounts {
    std::int32_t visitors = 0, users = 0;
};

struct Kept {
    std::vector<bool> visitors, users;  // by partition
};
Result<Kept> kept_here(const engine::ClusterSettings& settings, const PartitionCounts& counts);

struct PeerEntry {
    std::string address;  // "http://node-2:8080", without a slash at its end
    std::string visitors, users;
    bool operator==(const PeerEntry&) const = default;
};
// What can be told before the counts are known.
Result<std::vector<PeerEntry>> read_peers(const std::vector<std::string>& peers);
Result<Kept> kept_by(const PeerEntry& peer, const PartitionCounts& counts);

}  // namespace vitrina::cluster
