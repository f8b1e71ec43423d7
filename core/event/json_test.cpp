#include "event/json.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace vitrina::event {
namespace {

ReadOrRefused read(std::string_view json, JsonLimits limits = {}) { return JsonReader(limits).read_line(json); }

std::string code_of(std::string_view json) {
    const auto event = read(json);
    return event ? "" : event.error().code;
}

// The example of API.md.
constexpr std::string_view three = R"({"events": [
  {"event": "view_item", "event_id": "e1", "time": "2026-01-05T10:00:00Z", "visitor_id": "v-8d41", "items": [{"item_id": "MUG-RED"}]},
  {"event": "add_to_cart", "event_id": "e2", "time": 1767607260, "visitor_id": "v-8d41", "user_id": "u7",
   "items": [{"item_id": "MUG-RED", "quantity": 2, "price": 4.05, "recommendation_id": "r-1", "index": 1}]},
  {"event": "purchase", "event_id": "e3", "time": 1767607500000, "visitor_id": "v-8d41", "transaction_id": "o-1001", "currency": "GBP",
   "value": 8.1, "tax": 1.35, "shipping": 3.5, "coupon": "TEA", "items": [{"item_id": "MUG-RED", "quantity": 2, "price": 4.05, "discount": 0.45}]}]})";

TEST(EventJson, reads_what_the_api_shows) {
    const auto events = JsonReader().read_body(three);
    ASSERT_TRUE(events.has_value()) << events.error().message;
    ASSERT_EQ(events->size(), 3u);
    const Event expected{.kind = EventKind::purchase,
                         .event_id = "e3",
                         .time = 1'767'607'500'000,
                         .visitor_id = "v-8d41",
                         .items = {{.item_id = "MUG-RED", .quantity = 2, .price = 4'050'000, .discount = 450'000}},
                         .transaction_id = "o-1001",
                         .currency = "GBP",
                         .value = 8'100'000,
                         .tax = 1'350'000,
                         .shipping = 3'500'000,
                         .coupon = "TEA"};
    EXPECT_EQ((*events)[2]->event, expected);
    EXPECT_EQ((*events)[1]->event.items[0].index, 1u);
    EXPECT_EQ((*events)[1]->event.time, 1'767'607'260'000);
}

TEST(EventJson, reads_one_event_without_a_list) {
    const auto events =
        JsonReader().read_body(R"({"event": "search", "visitor_id": "v", "search_term": "mug", "user_token": "t"})");
    ASSERT_EQ(events->size(), 1u);
    EXPECT_EQ(events->front()->event.search_term, "mug");
    EXPECT_EQ(events->front()->user_token, "t");
}

TEST(EventJson, an_integer_beyond_64_bits_spoils_its_own_event_only) {
    for (const char* number : {"99999999999999999999", "-99999999999999999999", "1e30", "1e999"}) {
        const std::string bad = fmt::format(
            R"({{"event": "view_item", "visitor_id": "v", "items": [{{"item_id": "M", "quantity": {}}}]}})", number);
        const auto events = JsonReader().read_body(R"({"events": [{"event": "view_item"}, )" + bad + "]}");
        ASSERT_TRUE(events) << number << events.error().message;
        ASSERT_EQ(events->size(), 2u);
        EXPECT_TRUE((*events)[0].has_value());
        EXPECT_EQ((*events)[1].error().code, "bad_quantity");
        EXPECT_EQ(code_of(bad), "bad_quantity");
    }
    EXPECT_EQ(code_of(R"({"event": "view_item", "time": 99999999999999999999})"), "bad_time");
    EXPECT_EQ(code_of(R"({"event": "purchase", "value": -99999999999999999999})"), "bad_price");
}

TEST(EventJson, half_a_surrogate_pair_spoils_its_own_event_only) {
    const auto events = JsonReader().read_body(
        R"({"events": [{"event": "view_item", "visitor_id": "\ud83d\ude00"}, {"event": "view_item", "visitor_id": "\ud800"}]})");
    ASSERT_TRUE(events) << events.error().message;
    ASSERT_EQ(events->size(), 2u);
    EXPECT_EQ((*events)[0]->event.visitor_id, "😀");
    EXPECT_EQ((*events)[1]->event.visitor_id, std::string(1, '\0')) << "for `validated` to refuse";
}

TEST(EventJson, says_the_true_bounds_of_a_quantity) {
    const auto message = [](const char* quantity, JsonLimits limits) {
        return read(fmt::format(R"({{"event": "view_item", "items": [{{"quantity": {}}}]}})", quantity), limits)
            .error()
            .message;
    };
    EXPECT_EQ(message("-1", {}), "quantity is -1; send a whole number from 1 to 1000000");
    EXPECT_EQ(message("8", {.quantity = 7}), "quantity is 8; send a whole number from 1 to 7");
}

TEST(EventJson, refuses_one_event_and_takes_the_others) {
    const auto events = JsonReader().read_body(R"({"events": [{"event": "view_itm"}, 7, {"event": "view_item"}]})");
    ASSERT_EQ(events->size(), 3u);
    EXPECT_EQ((*events)[0].error().code, "unknown_event");
    EXPECT_EQ((*events)[0].error().message, "event \"view_itm\" is not one of ours; did you mean \"view_item\"?");
    EXPECT_EQ((*events)[1].error().code, "bad_type");
    EXPECT_TRUE((*events)[2].has_value());
}

TEST(EventJson, refuses_unknown_fields_by_name) {
    EXPECT_EQ(read(R"({"event": "view_item", "vistor_id": "v"})").error().message,
              "field \"vistor_id\" is not known; did you mean \"visitor_id\"?");
    EXPECT_EQ(code_of(R"({"event": "view_item", "items": [{"item_id": "A", "colour": "red"}]})"), "unknown_field");
    EXPECT_EQ(code_of(R"({"event": "view_item", "guest": true})"), "unknown_field");
    EXPECT_EQ(code_of(R"({"event": "view_item", "event": "purchase"})"), "duplicate_field");
}

TEST(EventJson, refuses_wrong_types_with_the_value) {
    EXPECT_EQ(code_of(R"({"visitor_id": "v"})"), "missing_event");
    EXPECT_EQ(code_of(R"({"event": "view_item", "visitor_id": 7})"), "bad_type");
    EXPECT_EQ(code_of(R"({"event": "view_item", "items": {}})"), "bad_type");
    EXPECT_EQ(code_of(R"({"event": "view_item", "items": ["A"]})"), "bad_type");
    EXPECT_EQ(code_of(R"({"event": "view_item", "time": true})"), "bad_time");
    EXPECT_EQ(code_of(R"({"event": "view_item", "time": "soon"})"), "bad_time");
    EXPECT_EQ(code_of(R"({"event": "view_item", "time": 12})"), "bad_time");
    EXPECT_EQ(code_of(R"({"event": "view_item", "value": "12,5"})"), "bad_price");
    EXPECT_EQ(code_of(R"({"event": "view_item", "value": 1e300})"), "bad_price");
    EXPECT_EQ(code_of(R"({"event": "view_item", "items": [{"quantity": 1.5}]})"), "bad_quantity");
    EXPECT_EQ(code_of(R"({"event": "view_item", "items": [{"quantity": -1}]})"), "bad_quantity");
    EXPECT_EQ(code_of(R"({"event": "view_item", "items": [{"index": 99999999999}]})"), "bad_index");
    EXPECT_EQ(code_of("{"), "bad_json");
    EXPECT_EQ(code_of("[]"), "bad_json");
    EXPECT_EQ(code_of(""), "bad_json");
    EXPECT_EQ(code_of("{\"event\": \"\xff\"}"), "bad_json");
}

TEST(EventJson, takes_an_amount_as_number_or_text) {
    const auto event = read(
        R"({"event": "purchase", "value": "8.10", "items": [{"item_id": "A", "price": "4.05"}, {"item_id": "B", "price": 4.05}]})");
    ASSERT_TRUE(event) << event.error().message;
    EXPECT_EQ(event->event.value, 8'100'000);
    EXPECT_EQ(event->event.items[0].price, event->event.items[1].price);
    for (const char* amount : {R"("")", R"("abc")", R"("1e3")", R"("99999999999999999")", "true", "{}"})
        EXPECT_EQ(code_of(fmt::format(R"({{"event": "view_item", "value": {}}})", amount)), "bad_price") << amount;
}

TEST(EventJson, refuses_a_body_as_a_whole) {
    JsonReader reader({.events = 2});
    EXPECT_EQ(reader.read_body("nonsense").error().code, ErrorCode::invalid_input);
    EXPECT_EQ(reader.read_body("[]").error().code, ErrorCode::invalid_input);
    EXPECT_EQ(reader.read_body(R"({"events": 1})").error().code, ErrorCode::invalid_input);
    EXPECT_EQ(reader.read_body(R"({"events": [], "validate": true})").error().code, ErrorCode::invalid_input);
    EXPECT_EQ(reader.read_body(R"({"events": [], "events": [{}]})").error().code, ErrorCode::invalid_input);
    EXPECT_EQ(reader.read_body(R"({"events": [1, 2, 3]})").error().code, ErrorCode::exhausted);
    EXPECT_EQ(reader.read_body(R"({"events": []})")->size(), 0u);
}

TEST(EventJson, gives_the_lines_the_events_recommendation_id_and_index) {
    const auto event = read(R"({"event": "select_item", "recommendation_id": "r1", "index": 3,
        "items": [{"item_id": "A"}, {"item_id": "B", "recommendation_id": "r2", "index": 0}]})");
    EXPECT_EQ(event->event.items[0].recommendation_id, "r1");
    EXPECT_EQ(event->event.items[0].index, 3u);
    EXPECT_EQ(event->event.items[1].recommendation_id, "r2");
    EXPECT_EQ(event->event.items[1].index, 0u);
}

TEST(EventJson, finds_the_recommendation_id_in_a_list_id_of_ga4) {
    const auto event = read(R"({"event": "select_item", "item_list_id": "vitrina:cart:r-9:x",
        "items": [{"item_id": "A"}, {"item_id": "B", "item_list_id": "vitrina:home:r-8"}, {"item_id": "C", "item_list_id": "summer"}]})");
    EXPECT_EQ(event->event.items[0].recommendation_id, "r-9:x");
    EXPECT_EQ(event->event.items[1].recommendation_id, "r-8");
    EXPECT_EQ(event->event.items[2].recommendation_id, "r-9:x");
    EXPECT_EQ(event->event.kept.at("item_list_id"), "vitrina:cart:r-9:x");
}

TEST(EventJson, keeps_descriptive_fields_as_sent) {
    const auto event =
        read(R"({"event": "view_item", "affiliation": "web", "items": [{"item_id": "A", "item_brand": "Acme",
        "item_category5": "mugs", "coupon": 10, "location_id": null}]})");
    EXPECT_EQ(event->event.kept, (Kept{{"affiliation", "web"}}));
    EXPECT_EQ(event->event.items[0].kept, (Kept{{"coupon", "10"}, {"item_brand", "Acme"}, {"item_category5", "mugs"}}));
}

TEST(EventJson, does_not_take_an_event_whose_consent_was_refused) {
    EXPECT_EQ(code_of(R"({"event": "view_item", "consent": {"personalization": true, "analytics": true}})"), "");
    EXPECT_EQ(code_of(R"({"event": "view_item", "consent": {"personalization": false}})"), "unsupported");
    EXPECT_EQ(code_of(R"({"event": "view_item", "consent": {"personalisation": false}})"), "unknown_field");
}

TEST(EventJson, reads_its_own_lines_back) {
    Event event{
        .kind = EventKind::purchase,
        .event_id = "e\"3\n",
        .time = 1'767'607'500'001,
        .visitor_id = "gâteau",
        .user_id = "u",
        .items =
            {{.item_id = "A", .quantity = 3, .price = 4'050'001, .discount = 0, .index = 0, .kept = {{"coupon", "C"}}},
             {.item_id = "B", .recommendation_id = "r"}},
        .transaction_id = "o",
        .currency = "EUR",
        .value = 0,
        .order_discount = 1,
        .coupon = "TEA",
        .search_term = "\\",
        .bot = true,
        .guest = true,
        .provisional = true,
        .kept = {{"affiliation", "web"}},
        .chunk = 1,
        .chunks = 2};
    const auto again = read(json_line(event), {.own_fields = true});
    ASSERT_TRUE(again.has_value()) << again.error().message;
    EXPECT_EQ(again->event, event);
    EXPECT_EQ(json_line(Event{}), R"({"event":"view_item"})");
}

}  // namespace
}  // namespace vitrina::event
