#include "cluster/forwarding.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "cluster/feed.hpp"
#include "cluster/tiny_server.hpp"

namespace vitrina::cluster {
namespace {

constexpr PartitionCounts counts{.visitors = 4, .users = 4};
const engine::PeerRequest question{.method = "POST", .target = "/v1/recommendations", .headers = {}, .body = "{}"};

PersonHasher hasher() { return PersonHasher(ShopKey{}); }

// Visitors of partitions 0 and 1 are here, the rest is at `address`.
struct Node {
    explicit Node(std::vector<std::string> peers) {
        engine::ClusterSettings settings;
        settings.visitor_partitions = "0-1";
        settings.forward_timeout_ms = 2000;
        settings.peer_retry_ms = 1000;
        forwarding =
            std::make_unique<Forwarding>(settings, read_peers(peers).value(), hasher(), [this] { return now.load(); });
        EXPECT_TRUE(forwarding->learn(counts));
    }
    engine::Person somebody(bool kept_here) const {
        for (int number = 0;; ++number) {
            const engine::Person person{.visitor_id = "v" + std::to_string(number), .user_id = {}};
            if (forwarding->elsewhere(person) != kept_here) return person;
        }
    }
    std::atomic<TimeMs> now = 1000;
    std::unique_ptr<Forwarding> forwarding;
};

TEST(Peers, are_read_from_the_configuration_and_anything_else_is_refused) {
    const auto peers = read_peers({"http://node-2:8080/ visitors=4-7 users=0,2", "https://node-3"});
    ASSERT_TRUE(peers) << peers.error().message;
    EXPECT_EQ(peers->front(), (PeerEntry{"http://node-2:8080", "4-7", "0,2"}));
    EXPECT_EQ(peers->back(), (PeerEntry{"https://node-3", "", ""}));
    for (const char* bad :
         {"", "node-2:8080", "ftp://node-2", "http://n visitor=1", "http://n visitors=", "http://n 4-7"})
        EXPECT_EQ(read_peers({bad}).error().code, ErrorCode::invalid_input) << bad;
    EXPECT_FALSE(kept_by({"http://n", "4", ""}, counts)) << "there is no partition 4 of 4";
}

TEST(Forwarding, sends_what_is_about_anothers_visitor_to_the_node_that_keeps_him) {
    TinyServer other([](const std::string&) { return whole("his answer"); });
    const Node node({other.here(" visitors=2-3")});
    EXPECT_FALSE(node.forwarding->elsewhere({}));
    const auto answer = node.forwarding->ask(node.somebody(false), question);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, "his answer");
    EXPECT_EQ(node.forwarding->forwarded(), 1u);
    EXPECT_EQ(other.asked.front(), "/v1/recommendations");
}

TEST(Forwarding, asks_another_keeper_where_one_is_away_and_leaves_that_one_alone_for_a_while) {
    std::atomic<int> asked = 0;
    TinyServer broken([&](const std::string&) {
        ++asked;
        return std::string("HTTP/1.1 503 Not now\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
    Node alone({broken.here(" visitors=2-3")});
    const engine::Person person = alone.somebody(false);
    EXPECT_EQ(alone.forwarding->ask(person, question).error().code, ErrorCode::unavailable);
    EXPECT_FALSE(alone.forwarding->ask(person, question));
    EXPECT_EQ(asked, 1) << "it was away a moment ago";
    alone.now += 1000;
    EXPECT_FALSE(alone.forwarding->ask(person, question));
    EXPECT_EQ(asked, 2);

    TinyServer good([](const std::string&) { return whole("here"); });
    const Node two({broken.here(""), good.here("")});
    EXPECT_TRUE(two.forwarding->ask(person, question));
    EXPECT_TRUE(two.forwarding->ask(person, question));
}

TEST(Forwarding, without_a_keeper_nobody_is_asked) {
    const Node node({"http://127.0.0.1:1 visitors=0-1"});
    const auto answer = node.forwarding->ask(node.somebody(false), question);
    EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
    EXPECT_EQ(node.forwarding->failed(), 0u);
}

TEST(Lag, is_how_long_we_are_behind_and_not_how_old_a_record_says_it_is) {
    std::map<std::pair<std::string, std::int32_t>, Reading> reading;
    EXPECT_EQ(lag_of(reading, 1000), 0);
    reading[{"t", 0}] = {.at_end = true, .was_at_end = true, .newest = 1};
    EXPECT_EQ(lag_of(reading, 1'000'000), 0);
    reading[{"t", 1}] = {.was_at_end = true, .newest = 1, .behind_since = 999'990};
    EXPECT_EQ(lag_of(reading, 1'000'000), 10) << "an old record that has just come makes nobody stale";
    EXPECT_EQ(lag_of(reading, 1'060'000), 60'010);
}

}  // namespace
}  // namespace vitrina::cluster
