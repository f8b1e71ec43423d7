#include "server/dispatch.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <thread>

#include "server/asking.hpp"

namespace vitrina::server {
namespace {

using nlohmann::json;

const std::string view = R"({"event":"view_item","event_id":"e1","visitor_id":"v1","items":[{"item_id":"MUG"}]})";
const std::string home = R"({"visitor_id":"v1","requests":[{"placement":"home","size":2}]})";

Asked post(const std::string& target, const std::string& key, const std::string& body) {
    return Asked("POST", target).with_key(key).with_json(body);
}

TEST(Dispatch, takes_an_event_and_answers_a_recommendation) {
    Shop shop;
    const auto taken = shop.ask(post("/v1/events", secret_key, view));
    EXPECT_EQ(taken.status, 200) << taken.body;
    EXPECT_EQ(json_of(taken), json::parse(R"({"accepted":1,"duplicates":0,"refused":[]})"));
    EXPECT_EQ(json_of(shop.ask(post("/v1/events", secret_key, view)))["duplicates"], 1);
    shop.engine.items["MUG"] = {.item_id = "MUG", .title = "Red mug"};
    const auto answered = shop.ask(post("/v1/recommendations", secret_key, home));
    EXPECT_EQ(answered.status, 200) << answered.body;
    EXPECT_EQ(json_of(answered)["results"][0]["items"][0]["item_id"], "MUG");
}

TEST(Dispatch, puts_a_listing_into_order) {
    Shop shop;
    const auto answer =
        shop.ask(post("/v1/rank", secret_key, R"({"placement":"home","visitor_id":"v1","items":["MUG"]})"));
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(json_of(answer)["results"].size(), 1u);
    for (const auto& [body, said] :
         {std::pair{R"({"placement":"home"})", "items is missing"},
          std::pair{R"({"items":["MUG"]})", "placement is missing"},
          std::pair{R"({"placement":"home","items":[]})", "items is empty"},
          std::pair{R"({"placement":"home","items":["MUG"],"size":3})", "size is not a field"},
          std::pair{"[", "no JSON"}}) {
        const auto refused = shop.ask(post("/v1/rank", secret_key, body));
        EXPECT_EQ(refused.status, 400);
        EXPECT_NE(refused.body.find(said), std::string::npos) << refused.body;
    }
    std::string many = "\"i\"";
    for (int i = 0; i < 1000; ++i) many += ",\"i\"";
    EXPECT_EQ(shop.ask(post("/v1/rank", secret_key, R"({"placement":"home","items":[)" + many + "]}")).status, 400);
}

TEST(Dispatch, refuses_a_bad_event_by_its_place_and_takes_the_rest) {
    Shop shop;
    const auto answer = shop.ask(post(
        "/v1/events", secret_key,
        R"({"events":[{"event":"view_item","visitor_id":"v1","items":[{"item_id":"A"}]},{"event":"dance","visitor_id":"v1"},
                                         {"event":"view_item","items":[{"item_id":"A"}]},{"event":"view_item","visitor_id":"v2","colour":"red"}]})"));
    EXPECT_EQ(answer.status, 200);
    const json report = json_of(answer);
    EXPECT_EQ(report["accepted"], 1);
    ASSERT_EQ(report["refused"].size(), 3u);
    EXPECT_EQ(report["refused"][0]["index"], 1);
    EXPECT_EQ(report["refused"][0]["code"], "unknown_event");
    EXPECT_EQ(report["refused"][1]["code"], "missing_visitor");
    EXPECT_EQ(report["refused"][2]["code"], "unknown_field");
    EXPECT_EQ(shop.engine.events.size(), 1u);
    EXPECT_EQ(shop.engine.events.front().received_at, shop.engine.time);
    EXPECT_TRUE(shop.engine.events.front().trusted);
}

TEST(Dispatch, a_number_of_any_size_spoils_its_own_event_only) {
    Shop shop;
    const auto answer = shop.ask(post("/v1/events", secret_key,
                                      R"({"events":[{"event":"view_item","visitor_id":"v1","items":[{"item_id":"A"}]},
        {"event":"view_item","visitor_id":"v1","items":[{"item_id":"A","quantity":99999999999999999999}]}]})"));
    EXPECT_EQ(answer.status, 200) << answer.body;
    const json report = json_of(answer);
    EXPECT_EQ(report["accepted"], 1);
    EXPECT_EQ(report["refused"][0]["index"], 1);
    EXPECT_EQ(report["refused"][0]["code"], "bad_quantity");
}

TEST(Dispatch, says_how_many_lines_an_event_of_each_kind_may_have) {
    const auto message = [](const std::string& kind, int count) {
        Shop shop;
        std::string lines = R"({"item_id":"I"})";
        for (int i = 1; i < count; ++i) lines += R"(,{"item_id":"I"})";
        const auto answer = shop.ask(
            post("/v1/events", secret_key,
                 R"({"event":")" + kind + R"(","visitor_id":"v","transaction_id":"o","items":[)" + lines + "]}"));
        return answer.status == 200 ? "taken" : json_of(answer)["refused"][0]["message"].get<std::string>();
    };
    EXPECT_EQ(message("view_item_list", 201),
              "view_item_list has 201 items; at most 200 are taken; send them in several events");
    EXPECT_EQ(message("purchase", 5001), "purchase has 5001 lines; an order may have 5000");
    EXPECT_EQ(message("view_item_list", 200), "taken");
    EXPECT_EQ(message("purchase", 5000), "taken");
}

TEST(Dispatch, refuses_what_is_no_plain_text_and_what_comes_twice_in_a_request_for_recommendations) {
    Shop shop;
    for (const char* bad : {R"({"visitor_id":"a\u0000b","requests":[{"placement":"home"}]})",
                            R"({"visitor_id":"a\nb","requests":[{"placement":"home"}]})",
                            R"({"visitor_id":"v","requests":[{"placement":"home","cart":["\u0007"]}]})",
                            R"({"visitor_id":"v","visitor_id":"w","requests":[{"placement":"home"}]})",
                            R"({"context":{"currency":"XXQ"},"requests":[{"placement":"home"}]})"}) {
        const auto answer = shop.ask(post("/v1/recommendations", secret_key, bad));
        EXPECT_EQ(answer.status, 400) << bad << answer.body;
    }
    const auto fine = R"({"context":{"currency":"EUR"},"requests":[{"placement":"home"}]})";
    EXPECT_EQ(shop.ask(post("/v1/recommendations", secret_key, fine)).status, 200);
}

TEST(Dispatch, names_what_did_not_become_durable_by_its_place) {
    Shop shop;
    const auto answer = shop.ask(post("/v1/events", secret_key,
                                      R"({"events":[{"event":"dance","visitor_id":"v"},
                    {"event":"search","event_id":"e1","visitor_id":"v","search_term":"mug"},
                    {"event":"search","event_id":"fails","visitor_id":"v","search_term":"mug"}]})"));
    EXPECT_EQ(answer.status, 207);
    const json report = json_of(answer);
    EXPECT_EQ(report["accepted"], 1);
    EXPECT_EQ(report["refused"][0]["index"], 0);
    EXPECT_EQ(report["failed"], json::parse(R"([{"index":2,"code":"unavailable"}])"));
}

TEST(Dispatch, a_node_that_lags_says_so_and_one_that_catches_up_is_not_ready) {
    Shop shop;
    shop.engine.ready = {.ready = true, .stale = true, .detail = "the brokers are away"};
    EXPECT_EQ(json_of(shop.ask(post("/v1/recommendations", secret_key, home)))["stale"], true);
    EXPECT_EQ(json_of(shop.ask(Asked("GET", "/readyz")))["detail"], "the brokers are away");
    shop.engine.ready = {.ready = false, .detail = "reading the state topics"};
    EXPECT_EQ(shop.ask(Asked("GET", "/readyz")).status, 503);
}

TEST(Dispatch, speaks_the_language_of_the_shop_where_a_request_names_none) {
    engine::Configuration configuration;
    configuration.default_locale = "ru";
    Shop shop(configuration);
    shop.engine.items["MUG"] = {.item_id = "MUG", .title = "Mug", .localized = {{"ru", {.title = "Кружка"}}}};
    const auto title = [&](const HttpResponse& answer) { return json_of(answer)["results"][0]["items"][0]["title"]; };
    const auto get = [&](const std::string& rest) {
        return shop.ask(Asked("GET", "/v1/recommendations?placement=home&fields=title" + rest).with_key(secret_key));
    };
    EXPECT_EQ(title(get("")), "Кружка");
    EXPECT_EQ(shop.engine.asked.requests.at(0).locale, "ru");
    EXPECT_EQ(title(get("&locale=en")), "Mug");
    const auto ask = [&](const std::string& context) {
        return shop.ask(post("/v1/recommendations", secret_key,
                             R"({"fields":["title"],"requests":[{"placement":"home"}])" + context + "}"));
    };
    EXPECT_EQ(title(ask("")), "Кружка");
    EXPECT_EQ(shop.engine.asked.requests.at(0).locale, "ru");
    EXPECT_EQ(title(ask(R"(,"context":{"locale":"en-GB"})")), "Mug");
}

TEST(Dispatch, answers_400_when_all_of_a_batch_is_bad_and_413_when_there_is_too_much) {
    Shop shop;
    const auto bad = shop.ask(post("/v1/events", secret_key, R"({"events":[{"event":"dance","visitor_id":"v1"}]})"));
    EXPECT_EQ(bad.status, 400);
    EXPECT_EQ(json_of(bad)["refused"][0]["code"], "unknown_event");
    std::string many = view;
    for (int i = 0; i < 1000; ++i) many += ',' + view;
    EXPECT_EQ(problem_code(shop.ask(post("/v1/events", secret_key, "{\"events\":[" + many + "]}"))), "too_large");
    EXPECT_TRUE(shop.engine.events.empty());
}

TEST(Dispatch, validate_only_changes_nothing) {
    Shop shop;
    const auto answer = shop.ask(post("/v1/events?validate_only=true", secret_key, view));
    EXPECT_EQ(json_of(answer)["accepted"], 1);
    EXPECT_TRUE(shop.engine.events.empty());
}

TEST(Dispatch, an_order_of_many_lines_counts_as_one_event) {
    Shop shop;
    std::string lines;
    for (int i = 0; i < 450; ++i) lines += (i == 0 ? "" : ",") + fmt::format(R"({{"item_id":"I{}","price":1}})", i);
    const std::string order =
        R"({"event":"purchase","event_id":"p1","visitor_id":"v1","transaction_id":"o1","currency":"GBP","items":[)" +
        lines + "]}";
    EXPECT_EQ(json_of(shop.ask(post("/v1/events", secret_key, order)))["accepted"], 1);
    EXPECT_EQ(shop.engine.events.size(), 3u);
    const json again = json_of(shop.ask(post("/v1/events", secret_key, order)));
    EXPECT_EQ(again["accepted"], 0);
    EXPECT_EQ(again["duplicates"], 1);
}

TEST(Dispatch, tells_when_to_come_again) {
    Shop shop;
    shop.engine.failure = Error{ErrorCode::exhausted, "the queue is full"};
    const auto busy = shop.ask(post("/v1/events", secret_key, view));
    EXPECT_EQ(busy.status, 503);
    EXPECT_EQ(header(busy, "Retry-After"), "1");

    engine::Configuration configuration = shop_configuration();
    configuration.server.requests_a_second = 1;
    Shop limited(configuration);
    EXPECT_EQ(limited.ask(post("/v1/events", secret_key, view)).status, 200);
    const auto often = limited.ask(post("/v1/events", secret_key, view));
    EXPECT_EQ(often.status, 429);
    EXPECT_EQ(header(often, "Retry-After"), "1");
    EXPECT_EQ(limited.ask(post("/v1/events", public_key, view)).status, 200) << "another key";
    limited.engine.time += second_ms;
    EXPECT_EQ(limited.ask(post("/v1/events", secret_key, view)).status, 200);
}

TEST(Dispatch, keeps_items) {
    Shop shop;
    const auto put = shop.ask(Asked("PUT", "/v1/items/MUG")
                                  .with_key(secret_key)
                                  .with_json(R"({"title":"Mug","price":4.5,"attributes":{"a":"1","b":"2"}})"));
    EXPECT_EQ(put.status, 200) << put.body;
    const auto patched = shop.ask(
        Asked("PATCH", "/v1/items/MUG").with_key(secret_key).with_json(R"({"price":5,"attributes":{"a":null}})"));
    EXPECT_EQ(patched.status, 200) << patched.body;
    const json item = json_of(shop.ask(Asked("GET", "/v1/items/MUG").with_key(secret_key)));
    EXPECT_EQ(item["title"], "Mug");
    EXPECT_EQ(item["price"], 5);
    EXPECT_EQ(item["attributes"], json::parse(R"({"b":"2"})"));
    EXPECT_EQ(shop.ask(Asked("PUT", "/v1/items/MUG").with_key(secret_key).with_json(R"({"item_id":"CUP"})")).status,
              400);
    EXPECT_EQ(shop.ask(Asked("DELETE", "/v1/items/MUG").with_key(secret_key)).status, 204);
    EXPECT_EQ(shop.ask(Asked("DELETE", "/v1/items/MUG").with_key(secret_key)).status, 404);
    EXPECT_EQ(shop.ask(Asked("GET", "/v1/items/MUG").with_key(secret_key)).status, 404);
}

TEST(Dispatch, an_item_may_have_any_id) {
    Shop shop;
    EXPECT_EQ(shop.ask(Asked("PUT", "/v1/items/A%2FB%20%D1%8F").with_key(secret_key).with_json("{}")).status, 200);
    EXPECT_TRUE(shop.engine.items.contains("A/B я"));
}

TEST(Dispatch, shows_what_is_known_of_a_visitor) {
    Shop shop;
    shop.engine.items["MUG"] = {.item_id = "MUG"};
    shop.ask(post("/v1/events", secret_key, view));
    const json visitor = json_of(shop.ask(Asked("GET", "/v1/visitors/v1").with_key(secret_key)));
    EXPECT_EQ(visitor["actions"][0]["item_id"], "MUG");
    EXPECT_EQ(visitor["actions"][0]["action"], "view");
    EXPECT_EQ(shop.ask(Asked("GET", "/v1/visitors/nobody").with_key(secret_key)).status, 404);
}

TEST(Dispatch, tells_of_a_scheduled_training_too_and_starts_no_other_beside_it) {
    Shop shop;
    const auto training = [&] {
        return json_of(shop.ask(Asked("GET", "/v1/models").with_key(secret_key)))["training"];
    };
    shop.engine.status = {.state = engine::TrainingStatus::State::running, .step = "everything", .share = .5};
    EXPECT_EQ(training(), json::parse(R"({"state":"running","step":"everything","share":0.5})"));
    EXPECT_EQ(shop.ask(Asked("POST", "/v1/models/train").with_key(secret_key)).status, 409);
    shop.engine.status = {.state = engine::TrainingStatus::State::failed, .message = "the disk is full"};
    EXPECT_EQ(training(), json::parse(R"({"state":"failed","message":"the disk is full"})"));
}

TEST(Dispatch, says_why_a_release_was_refused_and_forces_one_when_asked_to) {
    Shop shop;
    shop.engine.refused = model::RefusedRelease{
        .at = shop.engine.time, .release = {"refused", "v1", {{.name = "events", .passed = false, .says = "few"}}}};
    const auto models = json_of(shop.ask(Asked("GET", "/v1/models").with_key(secret_key)));
    EXPECT_EQ(models["refused"]["release"]["checks"][0]["says"], "few");
    EXPECT_EQ(shop.ask(Asked("POST", "/v1/models/train?force=yes").with_key(secret_key)).status, 400);
    EXPECT_EQ(shop.ask(Asked("POST", "/v1/models/train?force=true").with_key(secret_key)).status, 202);
    while (json_of(shop.ask(Asked("GET", "/v1/models").with_key(secret_key)))["training"]["state"] == "running")
        std::this_thread::yield();
    EXPECT_TRUE(shop.engine.order.force);
}

TEST(Dispatch, says_that_a_training_failed_and_logs_it) {
    Shop shop;
    testing::internal::CaptureStderr();
    shop.engine.hold_training();
    EXPECT_EQ(shop.ask(Asked("POST", "/v1/models/train").with_key(secret_key)).status, 202);
    while (shop.engine.training().state != engine::TrainingStatus::State::running) std::this_thread::yield();
    shop.engine.failure = Error{ErrorCode::invalid_input, "nothing was viewed yet"};
    shop.engine.let_training_go();
    while (shop.engine.training().state == engine::TrainingStatus::State::running) std::this_thread::yield();
    std::string logged;
    shop.engine.failure.reset();
    // A new one may begin as soon as the one before has said how it went.
    while (shop.ask(Asked("POST", "/v1/models/train").with_key(secret_key)).status == 409) std::this_thread::yield();
    logged = testing::internal::GetCapturedStderr();
    EXPECT_NE(logged.find("training failed"), std::string::npos) << logged;
    EXPECT_NE(logged.find("nothing was viewed yet"), std::string::npos) << logged;
}

TEST(Dispatch, trains_lists_and_rolls_back) {
    Shop shop;
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(shop.ask(Asked("POST", "/v1/models/train").with_key(secret_key)).status, 202);
        while (json_of(shop.ask(Asked("GET", "/v1/models").with_key(secret_key)))["training"]["state"] == "running")
            std::this_thread::yield();
    }
    EXPECT_EQ(json_of(shop.ask(Asked("GET", "/v1/models").with_key(secret_key)))["current"], "v2");
    EXPECT_EQ(json_of(shop.ask(Asked("POST", "/v1/models/rollback").with_key(secret_key)))["version"], "v1");
    EXPECT_EQ(shop.ask(Asked("POST", "/v1/models/rollback").with_key(secret_key)).status, 409);
    shop.engine.failure = Error{ErrorCode::invalid_input, "nothing to learn from"};
    EXPECT_EQ(shop.ask(Asked("POST", "/v1/models/train").with_key(secret_key)).status, 202);
}

TEST(Dispatch, is_alive_without_a_key_and_not_ready_while_it_stops) {
    Shop shop;
    EXPECT_EQ(shop.ask(Asked("GET", "/healthz")).status, 200);
    EXPECT_EQ(shop.ask(Asked("GET", "/readyz")).status, 200);
    shop.dispatcher.drain();
    EXPECT_EQ(shop.ask(Asked("GET", "/healthz")).status, 200);
    EXPECT_EQ(shop.ask(Asked("GET", "/readyz")).status, 503);
}

TEST(Dispatch, counts_what_it_answered) {
    Shop shop;
    shop.ask(post("/v1/events", secret_key, view));
    const std::string metrics = shop.ask(Asked("GET", "/metrics").with_key(secret_key)).body;
    EXPECT_TRUE(metrics.contains(R"(vitrina_http_requests_total{route="POST /v1/events",status="200"} 1)")) << metrics;
    EXPECT_TRUE(metrics.contains("vitrina_events_total 1")) << metrics;
    EXPECT_FALSE(metrics.contains("v1\"}")) << "no visitor in it";
}

TEST(Dispatch, head_is_get_without_a_body_and_options_name_the_methods) {
    Shop shop;
    const auto head = shop.ask(Asked("HEAD", "/healthz"));
    EXPECT_EQ(head.status, 200);
    EXPECT_TRUE(head.body.empty());
    EXPECT_EQ(header(head, "Content-Length"), std::to_string(shop.ask(Asked("GET", "/healthz")).body.size()));
    const auto options = shop.ask(Asked("OPTIONS", "/v1/items/MUG"));
    EXPECT_EQ(options.status, 204);
    EXPECT_EQ(header(options, "Allow"), "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
    EXPECT_EQ(shop.ask(Asked("OPTIONS", "/nothing")).status, 404);
}

TEST(Dispatch, says_what_is_not_built_yet) {
    Shop shop;
    for (const char* const path : {"/v1/ga4", "/v1/batches"}) {
        const auto answer = shop.ask(post(path, secret_key, "{}"));
        EXPECT_EQ(answer.status, 404) << path;
        EXPECT_TRUE(answer.body.contains("not built yet")) << answer.body;
    }
    const auto erase = shop.ask(Asked("DELETE", "/v1/visitors/v1").with_key(secret_key));
    EXPECT_EQ(erase.status, 405);
    EXPECT_EQ(header(erase, "Allow"), "GET, HEAD, OPTIONS");
    EXPECT_TRUE(erase.body.contains("erasing a visitor is not built yet"));
}

TEST(Dispatch, keeps_a_plain_request_id_and_makes_one_otherwise) {
    Shop shop;
    EXPECT_EQ(header(shop.ask(Asked("GET", "/healthz").with("X-Request-ID", "abc-1.2_3")), "X-Request-Id"),
              "abc-1.2_3");
    const std::string made = header(shop.ask(Asked("GET", "/healthz").with("X-Request-Id", "a\"b")), "X-Request-Id");
    EXPECT_EQ(made.size(), 16u);
    EXPECT_NE(made, header(shop.ask(Asked("GET", "/healthz")), "X-Request-Id"));
}

TEST(Dispatch, reads_json_in_utf8_only_and_no_body_where_none_belongs) {
    Shop shop;
    const auto as = [&](const std::string& type) {
        Asked asked = Asked("POST", "/v1/events").with_key(secret_key).with("content-type", type);
        asked.body = view;
        return shop.ask(asked).status;
    };
    EXPECT_EQ(as("application/json"), 200);
    EXPECT_EQ(as("Application/JSON; Charset=\"UTF-8\""), 200);
    EXPECT_EQ(as("application/json; charset=latin1"), 415);
    EXPECT_EQ(as("application/x-www-form-urlencoded"), 415);
    EXPECT_EQ(as(""), 415);
    EXPECT_EQ(shop.ask(post("/v1/events", secret_key, view).with("Content-Encoding", "gzip")).status, 415);
    EXPECT_EQ(shop.ask(post("/v1/models/train", secret_key, "{}")).status, 400);
    EXPECT_EQ(problem_code(shop.ask(
                  post("/v1/recommendations", secret_key, R"({"requests":[{"placement":"home","candidates":[]}]})"))),
              "invalid_input");
    EXPECT_EQ(problem_code(shop.ask(post("/v1/events", secret_key, "\xff"))), "invalid_input");
}

TEST(Dispatch, a_fault_of_ours_is_a_500_that_tells_nothing) {
    Shop shop;
    shop.engine.broken = true;
    const auto answer = shop.ask(post("/v1/recommendations", secret_key, home));
    EXPECT_EQ(answer.status, 500);
    EXPECT_FALSE(answer.body.contains("broken"));
}

}  // namespace
}  // namespace vitrina::server
