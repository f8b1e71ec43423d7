#pragma once
// Sends a question about a person to a node that keeps him.
//
// A peer that keeps visitor and user comes first, then one that keeps the visitor. Of several the person's own number chooses, so
// that he meets the same one as long as it answers; a second one is asked where the first is away. A peer that was away is left
// alone for `peer_retry_ms`, so that a dead node costs one time-out and not one a request.
// Threads: any. `learn` once the topics are known; before that everybody is here.
// Errors: as engine::Peers.

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/keys.hpp"
#include "cluster/http_client.hpp"
#include "cluster/keeping.hpp"
#include "engine/configuration.hpp"
#include "engine/peers.hpp"

namespace vitrina::cluster {

class Forwarding final : public engine::Peers {
public:
    Forwarding(const engine::ClusterSettings& settings, std::vector<PeerEntry> peers, const PersonHasher& hasher,
               std::function<TimeMs()> now);

    // Errors: invalid_input for a partition that is none; nothing is forwarded then.
    Result<void> learn(const PartitionCounts& counts);

    bool elsewhere(const engine::Person& person) const override;
    Result<engine::PeerAnswer> ask(const engine::Person& person, const engine::PeerRequest& request) override;
    void answered_without() override { ++without_; }

    std::uint64_t forwarded() const { return forwarded_; }
    std::uint64_t failed() const { return failed_; }
    std::uint64_t answered_without_him() const { return without_; }

private:
    struct Peer {
        PeerEntry entry;
        Kept kept;
        std::atomic<TimeMs> away_until = 0;
    };
    struct Known {
        PartitionCounts counts;
        Kept here;
        std::deque<Peer> peers;
    };
    struct Places {
        std::optional<std::size_t> visitor, user;  // partitions
    };
    Places places_of(const Known& known, const engine::Person& person) const;
    std::vector<Peer*> keepers(Known& known, const engine::Person& person) const;
    Result<engine::PeerAnswer> ask_one(Peer& peer, const engine::PeerRequest& request);
    std::shared_ptr<Known> known() const;

    engine::ClusterSettings settings_;
    std::vector<PeerEntry> entries_;
    PersonHasher hasher_;
    std::function<TimeMs()> now_;
    HttpClient client_;
    mutable std::mutex mutex_;
    std::shared_ptr<Known> known_;
    std::atomic<std::size_t> under_way_ = 0;
    std::atomic<std::uint64_t> forwarded_ = 0, failed_ = 0, without_ = 0;
};

}  // namespace vitrina::cluster
