#include "event/validation.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "event/order_chunks.hpp"

namespace vitrina::event {
namespace {

constexpr TimeMs noon = 1'767'614'400'000;

Event purchase() {
    return {.kind = EventKind::purchase,
            .time = noon,
            .received_at = noon + 5,
            .visitor_id = "v1",
            .items = {{.item_id = "MUG", .quantity = 2, .price = 4'050'000}},
            .transaction_id = "o1",
            .currency = "GBP"};
}

std::string code_of(const std::function<void(Event&)>& change) {
    Event event = purchase();
    change(event);
    const auto checked = validated(std::move(event));
    return checked ? "" : checked.error().code;
}

TEST(Validation, gives_a_provisional_order_an_id_of_its_own) {
    Event event = purchase();
    event.event_id = "e1";
    event.provisional = true;
    const auto once = validated(event);
    ASSERT_TRUE(once.has_value());
    EXPECT_EQ(once->event_id.substr(0, 12), "provisional:");
    EXPECT_EQ(validated(*once)->event_id, once->event_id);
    EXPECT_EQ(validated(event)->event_id, once->event_id);
    event.event_id = "e2";
    EXPECT_NE(validated(event)->event_id, once->event_id);
    EXPECT_EQ(code_of([](Event& view) {
                  view.kind = EventKind::view_item;
                  view.provisional = true;
              }),
              "bad_provisional");
}

TEST(Validation, fills_what_the_sender_may_leave_out) {
    Event event = purchase();
    event.time = 0;
    const auto checked = validated(event);
    ASSERT_TRUE(checked.has_value());
    EXPECT_EQ(checked->time, event.received_at);
    EXPECT_EQ(checked->value, 8'100'000);
    EXPECT_EQ(checked->event_id.size(), 34u);
}

TEST(Validation, makes_the_same_id_for_the_same_event_and_another_for_another) {
    const std::string id = validated(purchase())->event_id;
    Event later_arrival = purchase();
    later_arrival.received_at += hour_ms;
    EXPECT_EQ(validated(later_arrival)->event_id, id);
    for (const auto& change : std::vector<std::function<void(Event&)>>{
             [](Event& e) { e.visitor_id = "v2"; }, [](Event& e) { e.time += 1; },
             [](Event& e) { e.kind = EventKind::refund; }, [](Event& e) { e.items[0].item_id = "MUG2"; },
             [](Event& e) { e.items[0].quantity = 3; }, [](Event& e) { e.transaction_id = "o2"; },
             [](Event& e) { e.items.push_back({.item_id = "X"}); }, [](Event& e) { e.chunks = 2, e.chunk = 1; }}) {
        Event event = purchase();
        change(event);
        EXPECT_NE(validated(event)->event_id, id);
    }
}

TEST(Validation, keeps_the_value_that_was_sent) {
    Event event = purchase();
    event.value = 1'000'000;
    EXPECT_EQ(validated(event)->value, 1'000'000);
    event.value.reset();
    event.items.push_back({.item_id = "UNPRICED"});
    EXPECT_FALSE(validated(event)->value);
}

TEST(Validation, clamps_a_clock_that_runs_ahead_and_leaves_the_past_alone) {
    Event event = purchase();
    event.time = event.received_at + hour_ms;
    EXPECT_EQ(validated(event)->time, event.received_at + 5 * minute_ms);
    event.time = 700'000'000'000;
    EXPECT_EQ(validated(event)->time, 700'000'000'000);
}

TEST(Validation, refuses_with_a_code) {
    EXPECT_EQ(code_of([](Event& e) { e.kind = static_cast<EventKind>(99); }), "unknown_event");
    EXPECT_EQ(code_of([](Event& e) { e.visitor_id.clear(); }), "missing_visitor");
    EXPECT_EQ(code_of([](Event& e) { e.transaction_id.clear(); }), "missing_transaction");
    EXPECT_EQ(code_of([](Event& e) { e.items.clear(); }), "missing_item");
    EXPECT_EQ(code_of([](Event& e) { e.items[0].item_id.clear(); }), "missing_item");
    EXPECT_EQ(code_of([](Event& e) { e.items[0].quantity = 0; }), "bad_quantity");
    EXPECT_EQ(code_of([](Event& e) { e.items[0].quantity = 1'000'001; }), "bad_quantity");
    EXPECT_EQ(code_of([](Event& e) { e.items[0].price = -1; }), "bad_price");
    EXPECT_EQ(code_of([](Event& e) { e.tax = -1; }), "bad_price");
    EXPECT_EQ(code_of([](Event& e) { e.currency = "pounds"; }), "bad_currency");
    EXPECT_EQ(code_of([](Event& e) { e.time = 12345; }), "bad_time");
    EXPECT_EQ(code_of([](Event& e) { e.visitor_id = std::string(257, 'x'); }), "too_long");
    EXPECT_EQ(code_of([](Event& e) { e.visitor_id = "tab\there"; }), "bad_text");
    EXPECT_EQ(code_of([](Event& e) { e.items[0].item_id = "caf\xe9"; }), "bad_text");
    EXPECT_EQ(code_of([](Event& e) { e.items.assign(201, e.items[0]); }), "too_many_items");
    EXPECT_EQ(code_of([](Event& e) {
                  for (int i = 0; i < 33; ++i) e.kept[std::to_string(i)] = "x";
              }),
              "too_many_fields");
    EXPECT_EQ(code_of([](Event& e) { e.chunk = 1; }), "bad_chunk");
    EXPECT_EQ(code_of([](Event& e) { e.chunks = 26; }), "bad_chunk");
    EXPECT_EQ(code_of([](Event& e) { e.kind = EventKind::view_item, e.chunks = 2; }), "bad_chunk");
    EXPECT_EQ(code_of([](Event& e) { e.kind = EventKind::search; }), "missing_search_term");
    EXPECT_EQ(code_of([](Event& e) { e.kind = EventKind::login; }), "missing_user");
    EXPECT_EQ(code_of([](Event& e) { e.kind = EventKind::refund, e.transaction_id.clear(), e.items.clear(); }),
              "missing_transaction");
}

TEST(Validation, takes_what_is_unusual_but_right) {
    EXPECT_EQ(code_of([](Event& e) { e.visitor_id = "gâteau-訪問者"; }), "");
    EXPECT_EQ(code_of([](Event& e) { e.user_id = e.visitor_id; }), "");
    EXPECT_EQ(code_of([](Event& e) { e.kind = EventKind::refund, e.items.clear(); }), "");
    EXPECT_EQ(code_of([](Event& e) { e.kind = EventKind::view_cart, e.items.clear(); }), "");
    EXPECT_EQ(code_of([](Event& e) { e.items[0].price = 0; }), "");
    EXPECT_EQ(code_of([](Event& e) { e.chunks = 0; }), "");
}

TEST(Validation, leaves_the_value_out_where_the_sum_is_more_than_money_can_be) {
    Event event = purchase();
    event.items.assign(200, {.item_id = "X", .quantity = 1'000'000, .price = 9'000'000'000'000 * money_unit});
    EXPECT_FALSE(validated(event)->value);
}

TEST(OrderChunks, hold_all_lines_once_and_what_counts_once_in_the_first) {
    Event order = purchase();
    order.event_id = "e";
    order.tax = 100;
    order.items.clear();
    for (int i = 0; i < 450; ++i) order.items.push_back({.item_id = std::to_string(i), .price = 1'000'000});
    const auto chunks = in_chunks(order);
    ASSERT_EQ(chunks.size(), 3u);
    std::vector<EventItem> lines;
    MoneyMicros value = 0;
    for (std::uint32_t i = 0; i < 3; ++i) {
        EXPECT_EQ(chunks[i].chunk, i);
        EXPECT_EQ(chunks[i].chunks, 3u);
        EXPECT_EQ(chunks[i].tax.has_value(), i == 0);
        lines.insert(lines.end(), chunks[i].items.begin(), chunks[i].items.end());
        const auto checked = validated(chunks[i]);
        ASSERT_TRUE(checked.has_value()) << checked.error().message;
        value += *checked->value;
    }
    EXPECT_EQ(lines, order.items);
    EXPECT_EQ(value, 450'000'000);
    EXPECT_EQ(chunks[0].event_id, "e");
    EXPECT_EQ(chunks[2].event_id, "e/2");
}

TEST(OrderChunks, leave_small_orders_and_other_events_alone) {
    EXPECT_EQ(in_chunks(purchase()), std::vector<Event>{purchase()});
    Event list = purchase();
    list.kind = EventKind::view_item_list;
    list.items.assign(300, {.item_id = "X"});
    EXPECT_EQ(in_chunks(list), std::vector<Event>{list});
}

TEST(OrderChunks, of_an_order_without_prices_keep_its_value_once) {
    Event order = purchase();
    order.items.assign(201, {.item_id = "X"});
    order.value = 5'000'000;
    const auto chunks = in_chunks(order);
    EXPECT_EQ(chunks[0].value, 5'000'000);
    EXPECT_EQ(chunks[1].value, 0);
}

}  // namespace
}  // namespace vitrina::event
