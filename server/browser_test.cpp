// What a browser may do with a public key, and what it is never told.

#include <gtest/gtest.h>

#include "server/asking.hpp"

namespace vitrina::server {
namespace {

using nlohmann::json;

const std::string browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

Asked from_page(const std::string& method, const std::string& target) {
    return Asked(method, target).with_key(public_key).with("Origin", allowed_origin).with("User-Agent", browser);
}

struct StockedShop : Shop {
    explicit StockedShop(const engine::Configuration& configuration = shop_configuration()) : Shop(configuration) {
        engine.items["MUG"] = {
            .item_id = "MUG", .title = "Red mug", .price = 4'500'000, .cost = 1'000'000, .quantity = 3};
    }
};

TEST(Browser, may_send_events_and_ask_for_recommendations_and_nothing_else) {
    StockedShop shop;
    EXPECT_EQ(shop.ask(from_page("POST", "/v1/events")
                           .with_json(R"({"event":"view_item","visitor_id":"v1","items":[{"item_id":"MUG"}]})"))
                  .status,
              200);
    EXPECT_EQ(shop.ask(from_page("GET", "/v1/recommendations?placement=home&visitor_id=v1")).status, 200);
    for (const auto& [method, target] :
         std::vector<std::pair<std::string, std::string>>{{"GET", "/v1/items/MUG"},
                                                          {"PUT", "/v1/items/MUG"},
                                                          {"PATCH", "/v1/items/MUG"},
                                                          {"DELETE", "/v1/items/MUG"},
                                                          {"POST", "/v1/items"},
                                                          {"GET", "/v1/visitors/v1"},
                                                          {"GET", "/v1/models"},
                                                          {"POST", "/v1/models/train"},
                                                          {"POST", "/v1/models/rollback"},
                                                          {"GET", "/metrics"}}) {
        const auto answer = shop.ask(from_page(method, target));
        EXPECT_EQ(answer.status, 403) << method << ' ' << target;
        EXPECT_EQ(problem_code(answer), "secret_key_needed");
        EXPECT_EQ(header(answer, "Access-Control-Allow-Origin"), "");
    }
}

TEST(Browser, is_told_no_scores_costs_or_explanations) {
    StockedShop shop;
    const auto ask = [&](const std::string& more) {
        return shop.ask(
            from_page("POST", "/v1/recommendations").with_json(R"({"requests":[{"placement":"home"}])" + more + "}"));
    };
    const json item = json_of(ask(R"(,"fields":["title","price"])"))["results"][0]["items"][0];
    EXPECT_EQ(
        item,
        json::parse(
            R"({"item_id":"MUG","source":"popular","title":"Red mug","price":4.5,"reason":{"code":"popular","text":"Popular"}})"));
    for (const char* const more :
         {R"(,"explain":true)", R"(,"fields":["cost"])", R"(,"fields":["title","quantity"])"}) {
        EXPECT_EQ(problem_code(ask(more)), "secret_key_needed") << more;
    }
    const auto secret =
        shop.ask(Asked("POST", "/v1/recommendations")
                     .with_key(secret_key)
                     .with_json(R"({"requests":[{"placement":"home"}],"explain":true,"fields":["cost"]})"));
    const json told = json_of(secret)["results"][0];
    EXPECT_EQ(told["items"][0]["cost"], 1);
    EXPECT_EQ(told["items"][0]["score"], .5);
    EXPECT_EQ(told["items"][0]["scores"][0]["source"], "popular");
    EXPECT_EQ(told["trace"][0]["rule"], "relaxed:diversity");
}

TEST(Browser, speaks_for_a_user_with_a_token_only) {
    StockedShop shop;
    const std::string good = user_token(token_key, "u7", shop.engine.time + hour_ms);
    const std::string old = user_token(token_key, "u7", shop.engine.time - hour_ms);
    const std::string others = user_token(token_key, "u8", shop.engine.time + hour_ms);
    const auto user_asked_for = [&](const std::string& key, const std::string& token) {
        json body = {{"visitor_id", "v1"}, {"user_id", "u7"}, {"requests", {{{"placement", "home"}}}}};
        if (!token.empty()) body["user_token"] = token;
        shop.ask(Asked("POST", "/v1/recommendations").with_key(key).with_json(body.dump()));
        return shop.engine.asked.user_id;
    };
    EXPECT_EQ(user_asked_for(public_key, good), "u7");
    for (const std::string& token : {std::string(), old, others, std::string("nonsense")})
        EXPECT_EQ(user_asked_for(public_key, token), "") << token;
    EXPECT_EQ(user_asked_for(secret_key, ""), "u7");
    EXPECT_EQ(shop.engine.asked.visitor_id, "v1");
}

TEST(Browser, events_name_a_user_with_a_token_only) {
    StockedShop shop;
    const auto user_recorded = [&](const std::string& event, const std::string& token) -> std::string {
        json body = {{"event", event}, {"visitor_id", "v1"}, {"user_id", "u7"}};
        if (event != "login") body["items"] = {{{"item_id", "MUG"}}};
        if (!token.empty()) body["user_token"] = token;
        shop.engine.events.clear();
        const auto answer = shop.ask(from_page("POST", "/v1/events").with_json(body.dump()));
        if (answer.status != 200) return json_of(answer)["refused"][0]["code"];
        return shop.engine.events.front().user_id;
    };
    const std::string good = user_token(token_key, "u7", shop.engine.time + hour_ms);
    EXPECT_EQ(user_recorded("view_item", good), "u7");
    EXPECT_EQ(user_recorded("view_item", ""), "");
    EXPECT_EQ(user_recorded("view_item", good + "0"), "");
    EXPECT_EQ(user_recorded("login", good), "u7");
    EXPECT_EQ(user_recorded("login", ""), "user_token_needed");
}

TEST(Browser, is_not_trusted_and_its_orders_are_provisional_where_the_server_sends_them) {
    const std::string order =
        R"({"event":"purchase","visitor_id":"v1","transaction_id":"o1","currency":"GBP","items":[{"item_id":"MUG","price":4.5}]})";
    StockedShop any;
    EXPECT_EQ(any.ask(from_page("POST", "/v1/events").with_json(order)).status, 200);
    EXPECT_FALSE(any.engine.events.front().trusted);
    engine::Configuration configuration = shop_configuration();
    configuration.server.orders = "server";
    StockedShop server(configuration);
    const auto provisional = server.ask(from_page("POST", "/v1/events").with_json(order));
    EXPECT_EQ(provisional.status, 200);
    EXPECT_EQ(json_of(provisional)["accepted"], 1);
    EXPECT_TRUE(server.engine.events.back().provisional);
    EXPECT_FALSE(server.engine.events.back().trusted);
    const auto confirmed = server.ask(Asked("POST", "/v1/events").with_key(secret_key).with_json(order));
    EXPECT_EQ(json_of(confirmed)["accepted"], 1);
    EXPECT_FALSE(server.engine.events.back().provisional);
    const std::string view = R"({"event":"view_item","visitor_id":"v1","items":[{"item_id":"MUG"}]})";
    EXPECT_EQ(server.ask(from_page("POST", "/v1/events").with_json(view)).status, 200);
    EXPECT_FALSE(server.engine.events.back().provisional);
}

TEST(Browser, crawlers_are_answered_and_marked) {
    StockedShop shop;
    const std::string view = R"({"event":"view_item","visitor_id":"v1","items":[{"item_id":"MUG"}]})";
    const auto crawler = [](const std::string& target) {
        return Asked("POST", target).with_key(public_key).with("User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1)");
    };
    EXPECT_EQ(shop.ask(crawler("/v1/events").with_json(view)).status, 200);
    EXPECT_TRUE(shop.engine.events.back().bot);
    EXPECT_EQ(shop.ask(crawler("/v1/recommendations").with_json(R"({"requests":[{"placement":"home"}]})")).status, 200);
    EXPECT_TRUE(shop.engine.asked.bot);
    shop.engine.events.clear();
    shop.ask(from_page("POST", "/v1/events").with_json(view));
    EXPECT_FALSE(shop.engine.events.back().bot);
    shop.engine.events.clear();
    shop.ask(Asked("POST", "/v1/events").with_key(secret_key).with("User-Agent", "python-requests/2").with_json(view));
    EXPECT_FALSE(shop.engine.events.back().bot) << "the shop's own server is no crawler";
}

TEST(Browser, pages_of_other_origins_are_refused) {
    StockedShop shop;
    const auto answer = shop.ask(Asked("GET", "/v1/recommendations?placement=home")
                                     .with_key(public_key)
                                     .with("Origin", "https://elsewhere.example"));
    EXPECT_EQ(problem_code(answer), "origin_not_allowed");
    EXPECT_EQ(header(answer, "Access-Control-Allow-Origin"), "");
    EXPECT_EQ(header(answer, "Vary"), "Origin");
    StockedShop closed{engine::Configuration{}};
    EXPECT_EQ(closed.ask(from_page("GET", "/v1/recommendations?placement=home")).status, 403)
        << "nothing is allowed that is not configured";
}

TEST(Browser, asks_before_it_asks) {
    StockedShop shop;
    const auto preflight = [&](const std::string& target, const std::string& origin) {
        return shop.ask(Asked("OPTIONS", target)
                            .with("Origin", origin)
                            .with("Access-Control-Request-Method", "POST")
                            .with("Access-Control-Request-Headers", "authorization,content-type"));
    };
    const auto allowed = preflight("/v1/events", allowed_origin);
    EXPECT_EQ(allowed.status, 204);
    EXPECT_EQ(header(allowed, "Access-Control-Allow-Origin"), allowed_origin);
    EXPECT_EQ(header(allowed, "Access-Control-Allow-Methods"), "POST, OPTIONS");
    EXPECT_TRUE(header(allowed, "Access-Control-Allow-Headers").contains("Authorization"));
    EXPECT_EQ(header(preflight("/v1/events", "https://elsewhere.example"), "Access-Control-Allow-Origin"), "");
    EXPECT_EQ(header(preflight("/v1/items", allowed_origin), "Access-Control-Allow-Origin"), "")
        << "no page writes items";
    const auto asked = shop.ask(from_page("GET", "/v1/recommendations?placement=home"));
    EXPECT_EQ(header(asked, "Access-Control-Allow-Origin"), allowed_origin);
}

}  // namespace
}  // namespace vitrina::server
