#include "cluster/keeping.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>

namespace vitrina::cluster {

namespace {

constexpr std::string_view peers_key = "cluster.peers";

std::optional<std::int32_t> number_in(std::string_view text) {
    std::int32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
    return number;
}

Result<std::vector<bool>> flags_of(std::string_view text, std::int32_t count, std::string_view key) {
    const auto partitions = read_partitions(text, count, key);
    if (!partitions) return std::unexpected(partitions.error());
    std::vector<bool> flags(static_cast<std::size_t>(count));
    for (const std::int32_t partition : *partitions) flags[static_cast<std::size_t>(partition)] = true;
    return flags;
}

struct Said {
    std::string_view visitors, visitors_key, users, users_key;
};

Result<Kept> kept(const Said& said, const PartitionCounts& counts) {
    auto visitors = flags_of(said.visitors, counts.visitors, said.visitors_key);
    if (!visitors) return std::unexpected(visitors.error());
    auto users = flags_of(said.users, counts.users, said.users_key);
    if (!users) return std::unexpected(users.error());
    return Kept{std::move(*visitors), std::move(*users)};
}

Result<PeerEntry> read_peer(const std::string& text) {
    std::istringstream words(text);
    PeerEntry peer;
    words >> peer.address;
    const auto bad = [&](std::string_view why) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("{}: \"{}\" {}; it is an address and what that node keeps, as in "
                                "\"http://node-2:8080 visitors=4-7 users=0-3\"",
                                peers_key, text, why));
    };
    if (!peer.address.starts_with("http://") && !peer.address.starts_with("https://"))
        return bad("begins with no address");
    while (peer.address.ends_with('/')) peer.address.pop_back();
    for (std::string word; words >> word;) {
        const auto sign = word.find('=');
        const std::string name = word.substr(0, sign);
        if (sign == std::string::npos || sign + 1 == word.size() || (name != "visitors" && name != "users"))
            return bad(fmt::format("says {}", word));
        (name == "users" ? peer.users : peer.visitors) = word.substr(sign + 1);
    }
    return peer;
}

}  // namespace

Result<std::vector<std::int32_t>> read_partitions(std::string_view text, std::int32_t count, std::string_view key) {
    std::vector<std::int32_t> partitions;
    if (text.empty())
        for (std::int32_t i = 0; i < count; ++i) partitions.push_back(i);
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), part.size() + 1));
        const auto dash = part.find('-');
        const auto first = number_in(part.substr(0, dash));
        const auto last = dash == std::string_view::npos ? first : number_in(part.substr(dash + 1));
        if (!first || !last || *first > *last || *last >= count)
            return fail(
                ErrorCode::invalid_input,
                fmt::format("{}: \"{}\" is no range of the partitions 0 to {}, as in \"0-3,7\"", key, part, count - 1));
        for (std::int32_t i = *first; i <= *last; ++i) partitions.push_back(i);
    }
    std::ranges::sort(partitions);
    partitions.erase(std::unique(partitions.begin(), partitions.end()), partitions.end());
    return partitions;
}

Result<Kept> kept_here(const engine::ClusterSettings& settings, const PartitionCounts& counts) {
    return kept({settings.visitor_partitions, "cluster.visitor_partitions", settings.user_partitions,
                 "cluster.user_partitions"},
                counts);
}

Result<Kept> kept_by(const PeerEntry& peer, const PartitionCounts& counts) {
    return kept({peer.visitors, peers_key, peer.users, peers_key}, counts);
}

Result<std::vector<PeerEntry>> read_peers(const std::vector<std::string>& peers) {
    std::vector<PeerEntry> entries;
    for (const std::string& text : peers) {
        auto peer = read_peer(text);
        if (!peer) return std::unexpected(peer.error());
        entries.push_back(std::move(*peer));
    }
    return entries;
}

}  // namespace vitrina::cluster
