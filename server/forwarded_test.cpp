#include <gtest/gtest.h>

#include "server/asking.hpp"

namespace vitrina::server {
namespace {

// Keeps everybody whose id begins with "far".
struct FarNode final : engine::Peers {
    bool elsewhere(const engine::Person& person) const override { return person.visitor_id.starts_with("far"); }
    Result<engine::PeerAnswer> ask(const engine::Person&, const engine::PeerRequest& request) override {
        asked.push_back(request);
        if (away) return fail(ErrorCode::unavailable, "it is away");
        return engine::PeerAnswer{
            .status = 200, .content_type = "application/json", .retry_after = {}, .body = R"({"results":[]})"};
    }
    void answered_without() override { ++without; }
    bool away = false;
    std::vector<engine::PeerRequest> asked;
    int without = 0;
};

class Forwarded : public testing::Test {
protected:
    void SetUp() override { shop.engine.others = &far; }
    static Asked recommendations(const std::string& visitor) {
        return Asked("POST", "/v1/recommendations")
            .with_key(secret_key)
            .with_json(R"({"visitor_id":")" + visitor + R"(","requests":[{"placement":"home"}]})");
    }
    FarNode far;
    Shop shop;
};

TEST_F(Forwarded, what_is_about_anothers_visitor_is_answered_by_his_node) {
    const auto request = recommendations("far-1");
    EXPECT_TRUE(shop.dispatcher.asks_others(request));
    EXPECT_EQ(shop.ask(request).body, R"({"results":[]})");
    ASSERT_EQ(far.asked.size(), 1u);
    EXPECT_EQ(far.asked.front().target, "/v1/recommendations");
    EXPECT_EQ(far.asked.front().body, request.body);
    const std::vector<Header> expected{
        {"x-vitrina-forwarded", "1"}, {"authorization", "Bearer " + secret_key}, {"content-type", "application/json"}};
    EXPECT_EQ(far.asked.front().headers, expected);

    const auto preview = Asked("GET", "/v1/recommendations?placement=home&visitor_id=far-1").with_key(secret_key);
    EXPECT_TRUE(shop.dispatcher.asks_others(preview));
    EXPECT_EQ(shop.ask(preview).status, 200);
    const auto visitor = Asked("GET", "/v1/visitors/far-1").with_key(secret_key);
    EXPECT_TRUE(shop.dispatcher.asks_others(visitor));
    EXPECT_EQ(shop.ask(visitor).status, 200);
    EXPECT_EQ(far.asked.size(), 3u);
    EXPECT_EQ(far.without, 0);
}

TEST_F(Forwarded, what_is_about_ours_or_not_allowed_travels_nowhere) {
    EXPECT_FALSE(shop.dispatcher.asks_others(recommendations("near-1")));
    EXPECT_EQ(shop.ask(recommendations("near-1")).status, 200);
    EXPECT_EQ(shop.ask(Asked("GET", "/v1/visitors/far-1").with_key(public_key)).status, 403);
    EXPECT_FALSE(shop.dispatcher.asks_others(Asked("POST", "/v1/recommendations").with_json("{")));
    EXPECT_TRUE(far.asked.empty());
}

TEST_F(Forwarded, a_request_that_has_travelled_is_answered_where_it_is_and_marked) {
    const auto request = recommendations("far-1").with("X-Vitrina-Forwarded", "1");
    EXPECT_FALSE(shop.dispatcher.asks_others(request));
    const auto answer = json_of(shop.ask(request));
    EXPECT_EQ(answer["degraded"], true);
    EXPECT_EQ(answer["stale"], true);
    EXPECT_TRUE(far.asked.empty());
    EXPECT_EQ(far.without, 1);
}

TEST_F(Forwarded, a_node_that_is_not_ready_sends_it_back) {
    shop.engine.ready = {.ready = false, .detail = "reading"};
    EXPECT_EQ(shop.ask(recommendations("near-1").with("X-Vitrina-Forwarded", "1")).status, 503);
    EXPECT_EQ(shop.ask(recommendations("near-1")).status, 200);
}

TEST_F(Forwarded, where_his_node_is_away_the_answer_is_one_for_somebody_new_and_says_so) {
    far.away = true;
    const auto answer = shop.ask(recommendations("far-1"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(json_of(answer)["degraded"], true);
    EXPECT_EQ(far.without, 1);
    const auto visitor = shop.ask(Asked("GET", "/v1/visitors/far-1").with_key(secret_key));
    EXPECT_EQ(visitor.status, 503) << "not that he is unknown";
    EXPECT_EQ(header(visitor, "Retry-After"), "1");
}

}  // namespace
}  // namespace vitrina::server
