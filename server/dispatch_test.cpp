#include "server/dispatch.hpp"

#include <gtest/gtest.h>

#include "server/asking.hpp"

namespace vitrina::server {
namespace {

const std::string view = R"({"event":"view_item","event_id":"e1","visitor_id":"v1","items":[{"item_id":"MUG"}]})";
const std::string home = R"({"visitor_id":"v1","requests":[{"placement":"home","size":2}]})";

TEST(Dispatch, takes_an_event_and_answers_a_recommendation) {
    Shop shop;
    const auto taken = shop.ask(Asked("POST", "/v1/events").with_key(secret_key).with_json(view));
    EXPECT_EQ(taken.status, 200) << taken.body;
    EXPECT_EQ(json_of(taken), nlohmann::json::parse(R"({"accepted":1,"duplicates":0,"refused":[]})"));
    shop.engine.items["MUG"] = {.item_id = "MUG", .title = "Red mug"};
    const auto answered = shop.ask(Asked("POST", "/v1/recommendations").with_key(secret_key).with_json(home));
    EXPECT_EQ(answered.status, 200) << answered.body;
    EXPECT_EQ(json_of(answered)["results"][0]["items"][0]["item_id"], "MUG");
}

TEST(Dispatch, keeps_items) {
    Shop shop;
    const auto put =
        shop.ask(Asked("PUT", "/v1/items/MUG").with_key(secret_key).with_json(R"({"title":"Mug","price":4.5})"));
    EXPECT_EQ(put.status, 200) << put.body;
    const auto patched = shop.ask(Asked("PATCH", "/v1/items/MUG").with_key(secret_key).with_json(R"({"price":5})"));
    EXPECT_EQ(patched.status, 200) << patched.body;
    const auto got = shop.ask(Asked("GET", "/v1/items/MUG").with_key(secret_key));
    EXPECT_EQ(json_of(got)["title"], "Mug");
    EXPECT_EQ(json_of(got)["price"], 5);
    EXPECT_EQ(shop.ask(Asked("DELETE", "/v1/items/MUG").with_key(secret_key)).status, 204);
    EXPECT_EQ(shop.ask(Asked("GET", "/v1/items/MUG").with_key(secret_key)).status, 404);
}

TEST(Dispatch, is_alive_without_a_key) {
    Shop shop;
    EXPECT_EQ(shop.ask(Asked("GET", "/healthz")).status, 200);
    EXPECT_EQ(shop.ask(Asked("GET", "/readyz")).status, 200);
    shop.dispatcher.drain();
    EXPECT_EQ(shop.ask(Asked("GET", "/readyz")).status, 503);
}

}  // namespace
}  // namespace vitrina::server
