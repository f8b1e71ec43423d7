#include "evaluation/doctor.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include <nlohmann/json.hpp>

namespace vitrina::evaluation {
namespace {

constexpr TimeMs monday = 1'767'571'200'000 + 10 * hour_ms;  // 2026-01-05T10:00:00Z

event::Event event_of(event::EventKind kind, const std::string& visitor, TimeMs time, const std::string& item = "MUG") {
    static int number = 0;
    event::Event event{.kind = kind,
                       .event_id = "e" + std::to_string(++number),
                       .time = time,
                       .received_at = time + 1,
                       .visitor_id = visitor};
    if (!item.empty()) event.items.push_back({.item_id = item, .price = 4'000'000});
    return event;
}

event::Event purchase(const std::string& order, TimeMs time, const std::string& item = "MUG") {
    auto event = event_of(event::EventKind::purchase, "ann", time, item);
    event.transaction_id = order;
    event.user_id = "ann";
    event.currency = "GBP";
    event.value = 4'000'000;
    return event;
}

catalog::Item mug() {
    return {.item_id = "MUG", .title = "Mug", .categories = {"kitchen"}, .price = 4'000'000, .currency = "GBP"};
}

// A shop in good health: 200 people on 40 days who view, put into the cart and buy.
Doctor healthy() {
    Doctor doctor(monday + 40 * day_ms);
    doctor.add(mug());
    for (int person = 0; person < 200; ++person)
        for (int day = 0; day < 40; day += 5) {
            const std::string visitor = "v" + std::to_string(person);
            const TimeMs time = monday + ((person + day) % 40) * day_ms + person * 1000;
            for (const auto kind :
                 {event::EventKind::view_item, event::EventKind::add_to_cart, event::EventKind::search})
                doctor.add(event_of(kind, visitor, time));
            auto order = purchase(visitor + "-" + std::to_string(day), time + minute_ms);
            order.visitor_id = order.user_id = visitor;
            doctor.add(order);
        }
    return doctor;
}

const Finding* found(const DoctorReport& report, std::string_view code) {
    const auto finding = std::ranges::find(report.findings, code, &Finding::code);
    return finding == report.findings.end() ? nullptr : &*finding;
}

const Finding* found(const Doctor& doctor, std::string_view code) {
    static DoctorReport report;
    report = doctor.report();
    return found(report, code);
}

TEST(Doctor, finds_little_in_a_healthy_shop) {
    const DoctorReport report = healthy().report();
    EXPECT_TRUE(report.fit());
    EXPECT_EQ(report.events, 6400u);
    EXPECT_EQ(report.kinds.at("purchase"), 1600u);
    EXPECT_EQ(report.orders, 1600u);
    EXPECT_EQ(report.revenue.at("GBP"), 6'400'000'000);
    EXPECT_EQ(report.visitors, 200u);
    EXPECT_EQ(report.returners, 200u);
    for (const Finding& finding : report.findings) {
        // Visitors wrap around the forty days, so each goes back once.
        EXPECT_TRUE(finding.severity == Severity::note || finding.code == "clock_jumps") << finding.code;
    }
}

TEST(Doctor, says_that_nothing_can_be_learned_from_nothing) {
    const DoctorReport report = Doctor(monday).report();
    EXPECT_FALSE(report.fit());
    EXPECT_NE(found(report, "few_events"), nullptr);
    EXPECT_EQ(report.findings.front().severity, Severity::serious);
}

TEST(Doctor, names_the_kinds_that_never_come) {
    Doctor doctor(monday);
    doctor.add(purchase("o1", monday));
    EXPECT_NE(found(doctor, "no_views"), nullptr);
    EXPECT_NE(found(doctor, "no_carts"), nullptr);
    EXPECT_EQ(found(doctor, "no_purchases"), nullptr);
}

TEST(Doctor, finds_items_that_the_catalogue_does_not_know) {
    Doctor doctor(monday);
    doctor.add(mug());
    doctor.add(purchase("o1", monday));
    EXPECT_EQ(found(doctor, "unknown_items"), nullptr);
    doctor.add(purchase("o2", monday, "GHOST"));
    ASSERT_NE(found(doctor, "unknown_items"), nullptr);
    EXPECT_EQ(found(doctor, "unknown_items")->examples, std::vector<std::string>{"GHOST"});
    EXPECT_EQ(found(doctor, "unknown_items")->severity, Severity::serious);
    Doctor empty(monday);
    empty.add(purchase("o1", monday));
    EXPECT_NE(found(empty, "no_catalog"), nullptr);
}

TEST(Doctor, finds_gaps_and_days_without_any_event) {
    Doctor doctor(monday + 60 * day_ms);
    for (int day = 0; day < 60; ++day)
        if (day % 7 != 5 && (day < 20 || day > 26))
            doctor.add(purchase("o" + std::to_string(day), monday + day * day_ms));
    ASSERT_NE(found(doctor, "gap"), nullptr);
    EXPECT_EQ(found(doctor, "gap")->examples, std::vector<std::string>{"2026-01-24 … 2026-01-31 (8 days)"});
    EXPECT_NE(found(doctor, "closed_days")->what.find("Saturdays"), std::string::npos);
    EXPECT_EQ(found(doctor, "stale"), nullptr);
    EXPECT_NE(found(Doctor(monday), "few_events"), nullptr);
}

TEST(Doctor, finds_data_that_ended_long_ago) {
    Doctor doctor(monday + 100 * day_ms);
    doctor.add(purchase("o1", monday));
    EXPECT_EQ(found(doctor, "stale")->count, 100u);
}

TEST(Doctor, finds_robots) {
    Doctor doctor(monday, {.bot_events_an_hour = 10});
    for (int i = 0; i < 12; ++i) doctor.add(event_of(event::EventKind::view_item, "robot", monday + i));
    for (int i = 0; i < 12; ++i) doctor.add(event_of(event::EventKind::view_item, "person", monday + i * hour_ms));
    auto flagged = event_of(event::EventKind::view_item, "crawler", monday);
    flagged.bot = true;
    doctor.add(flagged);
    EXPECT_EQ(found(doctor, "bots")->examples, std::vector<std::string>{"robot (12 events in an hour)"});
    EXPECT_EQ(found(doctor, "known_bots")->count, 1u);
}

TEST(Doctor, finds_clocks_that_jump) {
    Doctor doctor(monday);
    doctor.add(purchase("o1", monday));
    doctor.add(purchase("o2", monday - 2 * hour_ms));
    auto ahead = purchase("o3", monday);
    ahead.received_at = ahead.time - 5 * minute_ms;
    doctor.add(ahead);
    EXPECT_EQ(found(doctor, "clock_jumps")->count, 1u);
    EXPECT_EQ(found(doctor, "clock_ahead")->count, 1u);
}

TEST(Doctor, finds_times_without_a_time_of_day) {
    Doctor doctor(monday);
    for (int i = 0; i < 10; ++i) doctor.add(purchase("o" + std::to_string(i), day_of(monday) * day_ms - i * day_ms));
    EXPECT_EQ(found(doctor, "no_time_of_day")->count, 10u);
}

TEST(Doctor, finds_money_that_does_not_add_up) {
    Doctor doctor(monday);
    doctor.add(mug());
    auto wrong = purchase("o1", monday);
    wrong.value = 5'000'000;
    doctor.add(wrong);
    auto discounted = purchase("o2", monday);
    discounted.value = 3'000'000;
    discounted.order_discount = 1'000'000;
    doctor.add(discounted);
    EXPECT_EQ(found(doctor, "value_differs")->examples, std::vector<std::string>{"o1: value 5.00, lines 4.00"});
    auto cents = purchase("o3", monday);
    cents.items[0].price = 400'000'000;
    cents.value = 400'000'000;
    cents.currency = "EUR";
    doctor.add(cents);
    EXPECT_EQ(found(doctor, "far_prices")->count, 1u);
    EXPECT_EQ(found(doctor, "currencies")->count, 2u);
    auto unpriced = purchase("o4", monday);
    unpriced.items[0].price.reset();
    doctor.add(unpriced);
    EXPECT_EQ(found(doctor, "unpriced_lines")->count, 1u);
}

TEST(Doctor, matches_refunds_to_what_was_bought) {
    Doctor doctor(monday);
    doctor.add(purchase("o1", monday));
    auto back = event_of(event::EventKind::refund, "ann", monday + 1);
    back.user_id = "ann";
    doctor.add(back);
    EXPECT_EQ(found(doctor, "unmatched_refunds"), nullptr);
    auto again = event_of(event::EventKind::refund, "ann", monday + 2);
    again.user_id = "ann";
    doctor.add(again);
    auto unknown = event_of(event::EventKind::refund, "ann", monday + 3);
    unknown.transaction_id = "never";
    doctor.add(unknown);
    EXPECT_EQ(found(doctor, "unmatched_refunds")->count, 2u);
    EXPECT_EQ(doctor.report().refunds, 3u);
}

TEST(Doctor, counts_events_and_orders_once) {
    Doctor doctor(monday);
    const auto order = purchase("o1", monday);
    doctor.add(order);
    doctor.add(order);
    doctor.add(purchase("o1", monday + 1));
    const DoctorReport report = doctor.report();
    EXPECT_EQ(report.events, 2u);
    EXPECT_EQ(report.orders, 1u);
    EXPECT_EQ(found(report, "duplicate_events")->count, 1u);
    EXPECT_EQ(found(report, "orders_twice")->examples, std::vector<std::string>{"o1"});
}

TEST(Doctor, counts_provisional_orders_only_where_they_were_never_confirmed) {
    Doctor doctor(monday);
    auto reported = purchase("o1", monday), forgotten = purchase("o2", monday + 1);
    reported.provisional = forgotten.provisional = true;
    doctor.add(reported);
    doctor.add(forgotten);
    doctor.add(purchase("o1", monday + 2));
    const DoctorReport report = doctor.report();
    EXPECT_EQ(report.orders, 1u);
    EXPECT_EQ(report.order_lines, 1u);
    EXPECT_EQ(found(report, "orders_twice"), nullptr);
    EXPECT_EQ(found(report, "orders_unconfirmed")->count, 1u);
}

TEST(Doctor, counts_an_order_in_chunks_once_with_all_its_lines) {
    Doctor doctor(monday);
    auto first = purchase("o1", monday), second = purchase("o1", monday, "LAMP");
    first.chunks = second.chunks = 2;
    second.chunk = 1;
    doctor.add(first);
    doctor.add(second);
    const DoctorReport report = doctor.report();
    EXPECT_EQ(report.orders, 1u);
    EXPECT_EQ(report.order_lines, 2u);
    EXPECT_EQ(found(report, "orders_twice"), nullptr);
}

TEST(Doctor, finds_items_without_price_title_or_use) {
    Doctor doctor(monday);
    doctor.add(catalog::Item{.item_id = "A"});
    EXPECT_EQ(found(doctor, "unpriced_items")->count, 1u);
    EXPECT_EQ(found(doctor, "untitled_items")->count, 1u);
    EXPECT_EQ(found(doctor, "uncategorised_items")->count, 1u);
    EXPECT_EQ(found(doctor, "idle_items")->count, 1u);
}

TEST(Doctor, finds_guests_and_missing_users) {
    Doctor doctor(monday);
    auto guest = purchase("o1", monday);
    guest.guest = true;
    guest.user_id.clear();
    doctor.add(guest);
    EXPECT_EQ(found(doctor, "guests")->count, 1u);
    EXPECT_NE(found(doctor, "no_users"), nullptr);
    EXPECT_EQ(doctor.report().visitors, 0u);
}

TEST(Doctor, remembers_only_so_much_and_says_so) {
    Doctor doctor(monday, {.remembered = 3});
    for (int i = 0; i < 10; ++i) doctor.add(purchase("o" + std::to_string(i), monday, "I" + std::to_string(i)));
    EXPECT_TRUE(doctor.report().partial);
    EXPECT_FALSE(healthy().report().partial);
}

TEST(Doctor, speaks_to_people_and_to_machines) {
    const DoctorReport report = healthy().report();
    const std::string text = doctor_text(report);
    EXPECT_NE(text.find("6,400 events from 2026-01-05"), std::string::npos) << text;
    EXPECT_NE(text.find("Fit to learn from."), std::string::npos);
    const auto json = nlohmann::json::parse(doctor_json(report));
    EXPECT_EQ(json["orders"], 1600);
    EXPECT_TRUE(json["fit"]);
    EXPECT_EQ(json["findings"].size(), report.findings.size());
    EXPECT_TRUE(nlohmann::json::parse(doctor_json(Doctor(monday).report()))["first"].is_null());
}

}  // namespace
}  // namespace vitrina::evaluation
