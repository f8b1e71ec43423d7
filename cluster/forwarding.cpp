#include "cluster/forwarding.hpp"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "base/murmur2.hpp"
#include "border/keys.hpp"

namespace vitrina::cluster {

namespace {

constexpr std::size_t asked_most = 2;
constexpr std::size_t answer_bytes_max = 64u << 20;
constexpr int first_server_fault = 500, unauthorized = 401, forbidden = 403;

// A node that refuses our keys or is in trouble has not answered for the person.
bool is_answer(int status) { return status < first_server_fault && status != unauthorized && status != forbidden; }

bool keeps(const std::vector<bool>& partitions, const std::optional<std::size_t>& partition) {
    return !partition || partitions[*partition];
}

}  // namespace

Forwarding::Forwarding(const engine::ClusterSettings& settings, std::vector<PeerEntry> peers,
                       const PersonHasher& hasher, std::function<TimeMs()> now)
    : settings_(settings),
      entries_(std::move(peers)),
      hasher_(hasher),
      now_(std::move(now)),
      client_(settings.forward_timeout_ms, answer_bytes_max) {}

Result<void> Forwarding::learn(const PartitionCounts& counts) {
    auto here = kept_here(settings_, counts);
    if (!here) return std::unexpected(here.error());
    auto known = std::make_shared<Known>();
    known->counts = counts;
    known->here = std::move(*here);
    for (const PeerEntry& entry : entries_) {
        auto kept = kept_by(entry, counts);
        if (!kept) return std::unexpected(kept.error());
        Peer& peer = known->peers.emplace_back();
        peer.entry = entry;
        peer.kept = std::move(*kept);
    }
    const std::lock_guard lock(mutex_);
    known_ = std::move(known);
    return {};
}

std::shared_ptr<Forwarding::Known> Forwarding::known() const {
    const std::lock_guard lock(mutex_);
    return known_;
}

Forwarding::Places Forwarding::places_of(const Known& known, const engine::Person& person) const {
    const std::string& shop = settings_.shop;
    const auto place = [](const std::string& key, std::int32_t count) {
        return static_cast<std::size_t>(partition_of(key, count));
    };
    Places places;
    if (!person.visitor_id.empty())
        places.visitor = place(border::text_key(shop, person.visitor_id), known.counts.visitors);
    if (!person.user_id.empty())
        places.user = place(border::person_key(shop, hasher_(person.user_id)), known.counts.users);
    return places;
}

bool Forwarding::elsewhere(const engine::Person& person) const {
    const auto known = this->known();
    if (known == nullptr) return false;
    const Places places = places_of(*known, person);
    return !keeps(known->here.visitors, places.visitor) || !keeps(known->here.users, places.user);
}

// Best first; those that were away a moment ago are not among them.
std::vector<Forwarding::Peer*> Forwarding::keepers(Known& known, const engine::Person& person) const {
    const Places places = places_of(known, person);
    const TimeMs now = now_();
    std::vector<Peer*> both, visitor;
    const bool visitor_is_here = places.visitor && keeps(known.here.visitors, places.visitor);
    for (Peer& peer : known.peers) {
        if (peer.away_until > now || !keeps(peer.kept.visitors, places.visitor)) continue;
        if (keeps(peer.kept.users, places.user))
            both.push_back(&peer);
        else if (places.visitor && !visitor_is_here)  // nothing is won where he is here already
            visitor.push_back(&peer);
    }
    const std::size_t turn = text_hash(person.visitor_id.empty() ? person.user_id : person.visitor_id);
    for (auto* group : {&both, &visitor})
        if (!group->empty())
            std::ranges::rotate(*group, group->begin() + static_cast<std::ptrdiff_t>(turn % group->size()));
    both.insert(both.end(), visitor.begin(), visitor.end());
    return both;
}

Result<engine::PeerAnswer> Forwarding::ask_one(Peer& peer, const engine::PeerRequest& request) {
    auto answer = client_.ask(peer.entry.address, request);
    if (answer && !is_answer(answer->status))
        answer = fail(ErrorCode::unavailable, fmt::format("{} answers with {}", peer.entry.address, answer->status));
    const TimeMs now = now_();
    if (answer) {
        ++forwarded_;
        if (peer.away_until.exchange(0) != 0) spdlog::info("peer {} answers again", peer.entry.address);
        return answer;
    }
    ++failed_;
    if (peer.away_until.exchange(now + settings_.peer_retry_ms) == 0)
        spdlog::warn("peer: {}; people whom it keeps are answered as new ones", answer.error().message);
    return answer;
}

Result<engine::PeerAnswer> Forwarding::ask(const engine::Person& person, const engine::PeerRequest& request) {
    const auto known = this->known();  // the peers live as long as it
    struct Leaving {
        std::atomic<std::size_t>& count;
        ~Leaving() { --count; }
    };
    const std::size_t before = under_way_++;
    const Leaving leaving{under_way_};
    if (before >= settings_.forwards) {
        ++failed_;
        return fail(ErrorCode::unavailable, "too many requests wait for other nodes");
    }
    Result<engine::PeerAnswer> answer = fail(ErrorCode::unavailable, "no node that keeps him answers (cluster.peers)");
    if (known == nullptr) return answer;
    std::size_t asked = 0;
    for (Peer* const peer : keepers(*known, person)) {
        if (asked++ == asked_most) break;
        answer = ask_one(*peer, request);
        if (answer) break;
    }
    return answer;
}

}  // namespace vitrina::cluster
