// Complete runs of the feed over HTTP, on an engine that only remembers; what vanishes is tried in engine and cluster.

#include <gtest/gtest.h>

#include "server/asking.hpp"

namespace vitrina::server {
namespace {

Asked post(const std::string& target, const std::string& json) {
    return Asked("POST", target).with_key(secret_key).with_json(json);
}

TEST(ItemRuns, begin_take_items_and_end) {
    Shop shop;
    const auto begun = shop.ask(Asked("POST", "/v1/item-runs").with_key(secret_key));
    ASSERT_EQ(begun.status, 200) << begun.body;
    EXPECT_EQ(json_of(begun)["run"], "i-1");
    EXPECT_EQ(json_of(begun)["begun_at"], "2026-01-05T10:00:00Z");
    EXPECT_EQ(json_of(begun)["open_until"], "2026-01-06T10:00:00Z");
    const auto taken = shop.ask(post("/v1/items?run=i-1", R"({"items": [{"item_id": "A"}, {"item_id": "B"}]})"));
    ASSERT_EQ(taken.status, 200) << taken.body;
    EXPECT_EQ(shop.engine.mentioned, (std::vector<std::string>{"i-1 A", "i-1 B"}));
    shop.engine.outcome = {.seen = 2, .vanished = 1, .message = {}};
    const auto ended = shop.ask(post("/v1/item-runs/i-1", R"({"items": 2, "force": true})"));
    EXPECT_EQ(ended.status, 200) << ended.body;
    EXPECT_EQ(json_of(ended), nlohmann::json::parse(R"({"items": 2, "vanished": 1})"));
    EXPECT_EQ(shop.engine.claim.items, 2u);
    EXPECT_TRUE(shop.engine.claim.force);
}

TEST(ItemRuns, that_nobody_began_take_nothing_and_end_nothing) {
    Shop shop;
    EXPECT_EQ(shop.ask(post("/v1/items?run=i-1", R"({"item_id": "A"})")).status, 404);
    EXPECT_TRUE(shop.engine.items.empty());
    EXPECT_EQ(shop.ask(post("/v1/item-runs/i-1", R"({"items": 1})")).status, 404);
}

TEST(ItemRuns, an_end_must_say_how_many_items_there_are) {
    Shop shop;
    shop.engine.runs = {"i-1"};
    for (const std::string body : {"", "[]", "{}", R"({"items": null})", R"({"items": -1})", R"({"items": 1.5})",
                                   R"({"items": 1, "froce": true})", R"({"items": 1, "force": 1})"}) {
        const auto refused = shop.ask(post("/v1/item-runs/i-1", body));
        EXPECT_EQ(refused.status, 400) << body << refused.body;
        EXPECT_EQ(problem_code(refused), "invalid_input") << body;
    }
}

TEST(ItemRuns, where_one_does_not_end_the_answer_has_the_counts) {
    using Kind = catalog::RunOutcome::Kind;
    Shop shop;
    shop.engine.runs = {"i-1"};
    shop.engine.outcome = {
        .kind = Kind::counts_differ, .expected = 9, .seen = 8, .before = 7, .vanished = 6, .message = "send the rest"};
    const auto incomplete = shop.ask(post("/v1/item-runs/i-1", R"({"items": 9})"));
    EXPECT_EQ(incomplete.status, 409);
    EXPECT_EQ(problem_code(incomplete), "run_incomplete");
    EXPECT_EQ(json_of(incomplete)["expected"], 9);
    EXPECT_EQ(json_of(incomplete)["seen"], 8);
    EXPECT_EQ(json_of(incomplete)["detail"], "send the rest");
    shop.engine.outcome.kind = Kind::too_many;
    const auto guarded = shop.ask(post("/v1/item-runs/i-1", R"({"items": 9})"));
    EXPECT_EQ(guarded.status, 409);
    EXPECT_EQ(problem_code(guarded), "too_many_absent");
    EXPECT_EQ(json_of(guarded)["before"], 7);
    EXPECT_EQ(json_of(guarded)["would_vanish"], 6);
}

TEST(ItemRuns, are_for_secret_keys) {
    Shop shop;
    EXPECT_EQ(shop.ask(Asked("POST", "/v1/item-runs").with_key(public_key)).status, 403);
    EXPECT_EQ(shop.ask(Asked("POST", "/v1/item-runs/i-1").with_key(public_key).with_json("{}")).status, 403);
}

}  // namespace
}  // namespace vitrina::server
