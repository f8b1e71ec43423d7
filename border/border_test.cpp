#include "border/border.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "border/packing.hpp"
#include "border/records.hpp"
#include "catalog/change.hpp"
#include "event/codec.hpp"
#include "state/views.hpp"

namespace vitrina::border {
namespace {

constexpr TimeMs noon = 1'767'268'800'000;  // 2026-01-01T12:00Z
const std::string configuration =
    R"({"shops": {"default": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
                  "second": "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"}})";

Border opened() { return Border::open(configuration).value(); }

event::Event purchase(const std::string& visitor, const std::string& user) {
    event::Event event;
    event.kind = event::EventKind::purchase;
    event.event_id = "e1";
    event.time = noon;
    event.received_at = noon + 10;
    event.visitor_id = visitor;
    event.user_id = user;
    event.transaction_id = "o-1";
    event.items = {{.item_id = "MUG", .quantity = 2, .price = 4 * money_unit}, {.item_id = "TEA"}};
    return event;
}

TEST(Border, folds_an_event_into_states_facts_and_deltas_with_their_keys) {
    const Border border = opened();
    const auto fold = border.fold_event("default/v1", "", "", event::encode(purchase("v1", "u7")), noon + 20);
    ASSERT_TRUE(fold) << fold.error().message;
    EXPECT_EQ(fold->verdict, state::Verdict::folded);
    EXPECT_TRUE(fold->hot_changed && fold->cold_changed);
    EXPECT_EQ(state::VisitorView::open(fold->hot, fold->cold)->order_count(), 1u);

    ASSERT_EQ(fold->facts.size(), 1u);
    const auto user = border.fold_facts(fold->facts[0].key, "", fold->facts[0].value);
    ASSERT_TRUE(user) << user.error().message;
    EXPECT_EQ(state::UserView::open(*user)->actions().size(), 2u);

    ASSERT_EQ(fold->deltas.size(), 2u);
    EXPECT_EQ(fold->deltas[0].key, item_key("default", vitrina::item_key("MUG")));
    const auto item = border.fold_delta(fold->deltas[0].key, "", fold->deltas[0].value);
    ASSERT_TRUE(item) << item.error().message;
    EXPECT_EQ(state::ItemView::open(*item)->total().units, 2);
}

TEST(Border, changes_nothing_for_a_duplicate) {
    const Border border = opened();
    const std::string bytes = event::encode(purchase("v1", ""));
    const auto first = border.fold_event("default/v1", "", "", bytes, noon);
    const auto second = border.fold_event("default/v1", first->hot, first->cold, bytes, noon);
    EXPECT_EQ(second->verdict, state::Verdict::duplicate);
    EXPECT_FALSE(second->hot_changed || second->cold_changed);
    EXPECT_TRUE(second->facts.empty() && second->deltas.empty());
}

TEST(Border, keeps_shops_apart) {
    const Border border = opened();
    EXPECT_NE(border.event_store_key("default/v1")->substr(8), border.event_store_key("second/v1")->substr(7));
    EXPECT_EQ(border.event_store_key("third/v1").error().code, ErrorCode::invalid_input);
}

TEST(Border, refuses_a_record_that_does_not_fit_its_key) {
    const Border border = opened();
    const auto event = border.fold_event("default/v2", "", "", event::encode(purchase("v1", "")), noon);
    EXPECT_EQ(event.error().code, ErrorCode::invalid_input);
    const std::string delta = encode_delta({.item = vitrina::item_key("MUG")});
    EXPECT_FALSE(border.fold_delta(item_key("default", vitrina::item_key("TEA")), "", delta));
    EXPECT_FALSE(border.fold_delta("default/MUG", "", delta));
    const catalog::ItemChange change{
        .item_id = "MUG", .changed_at = noon, .change_id = "c", .item = {.item_id = "MUG"}};
    EXPECT_TRUE(border.fold_item_change("default/MUG", "", catalog::encode(change), noon));
    EXPECT_FALSE(border.fold_item_change("default/TEA", "", catalog::encode(change), noon));
}

TEST(Border, settles_times_by_the_arrival_at_the_broker) {
    const Border border = opened();
    event::Event event = purchase("v1", "");
    event.received_at = 0;
    event.time = noon + hour_ms;
    const Key key = read_key("default/v1").value();
    const auto settled = border.settled_event(key, event::encode(event), noon);
    EXPECT_EQ(settled->received_at, noon);
    EXPECT_EQ(settled->time, noon + ahead_ms_max);
    event.received_at = noon + hour_ms;
    EXPECT_EQ(border.settled_event(key, event::encode(event), noon)->time, noon + ahead_ms_max);
    EXPECT_FALSE(border.settled_event(key, event::encode(event), 0));
}

TEST(Border, does_not_let_a_change_from_the_future_rule_an_item) {
    const Border border = opened();
    catalog::ItemChange change{.item_id = "MUG", .changed_at = noon + day_ms, .change_id = "c"};
    change.item = {.item_id = "MUG", .title = "Future"};
    const auto entry = border.fold_item_change("default/MUG", "", catalog::encode(change), noon);
    change.changed_at = noon + hour_ms;
    change.item.title = "Later";
    const auto after = border.fold_item_change("default/MUG", *entry, catalog::encode(change), noon + hour_ms);
    EXPECT_EQ(catalog::item_of(*catalog::decode_entry(*after))->title, "Later");
}

TEST(Border, refuses_states_and_records_that_are_not_ours) {
    const Border border = opened();
    const std::string event = event::encode(purchase("v1", "u7"));
    const std::string user = person_key("default", {1, 2}), item = item_key("default", ItemKey{3});
    for (const std::string& bytes : {std::string("garbage"), std::string(100'000, '\xff'), std::string(32, '\0')}) {
        EXPECT_EQ(border.fold_event("default/v1", bytes, "", event, noon).error().code, ErrorCode::corrupt_data);
        EXPECT_FALSE(border.fold_event("default/v1", "", bytes, event, noon));
        EXPECT_EQ(border.fold_event("default/v1", "", "", bytes, noon).error().code, ErrorCode::corrupt_data);
        EXPECT_FALSE(border.fold_event(bytes, "", "", event, noon));
        EXPECT_FALSE(border.fold_facts(user, "", bytes));
        EXPECT_FALSE(border.fold_delta(item, "", bytes));
        EXPECT_FALSE(border.fold_delta(item, bytes, encode_delta({.item = ItemKey{3}})));
        EXPECT_FALSE(border.fold_item_change("default/MUG", "", bytes, noon));
    }
}

TEST(Border, refuses_an_event_that_no_topic_could_hold) {
    event::Event event = purchase("v1", "");
    for (int line = 0; line < 100; ++line)
        for (int field = 0; field < 10; ++field)
            event.kept["k" + std::to_string(line) + "-" + std::to_string(field)] = std::string(1000, 'x');
    const auto fold = opened().fold_event("default/v1", "", "", event::encode(event), noon);
    EXPECT_EQ(fold.error().code, ErrorCode::exhausted);
}

TEST(Border, breaks_where_a_test_of_faults_asks_for_it) {
    const std::string broken = configuration.substr(0, configuration.size() - 1) + R"(, "broken_event": "e1"})";
    const Border border = Border::open(broken).value();
    event::Event event = purchase("v1", "");
    EXPECT_THROW(static_cast<void>(border.fold_event("default/v1", "", "", event::encode(event), noon)),
                 BrokenInvariant);
    event.event_id = "e2";
    EXPECT_TRUE(border.fold_event("default/v1", "", "", event::encode(event), noon));
}

TEST(Border, takes_no_time_of_arrival_beyond_the_record_s_own) {
    const Border border = opened();
    event::Event event = purchase("v1", "");
    event.received_at = std::numeric_limits<TimeMs>::max();
    const auto settled = border.settled_event({"default", "v1"}, event::encode(event), noon);
    ASSERT_TRUE(settled) << settled.error().message;
    EXPECT_EQ(settled->time, noon);
    EXPECT_EQ(settled->received_at, noon + ahead_ms_max);
    for (const TimeMs none : {TimeMs{0}, TimeMs{-1}, times_max + 1, std::numeric_limits<TimeMs>::max()})
        EXPECT_FALSE(border.settled_event({"default", "v1"}, event::encode(event), none)) << none;
}

TEST(Border, packs_an_event_fold_in_the_order_that_java_reads) {
    EventFold fold{.verdict = state::Verdict::late, .concerns_success = true, .hot_changed = true, .hot = "HOT"};
    fold.facts = {{"k1", "v1"}};
    fold.deltas = {{"k2", ""}};
    const std::string packed = pack(fold);
    const auto parts = unpack(packed).value();
    ASSERT_EQ(parts.size(), 9u);
    EXPECT_EQ(parts[0], std::string_view("\2\0\0\0", 4));
    EXPECT_EQ(parts[1], std::string_view("\1\0\0\0", 4));
    EXPECT_EQ(parts[2], "HOT");
    EXPECT_EQ(parts[3], std::nullopt);
    EXPECT_EQ(parts[4], std::string_view("\1\0\0\0", 4));
    EXPECT_EQ(parts[5], "k1");
    EXPECT_EQ(parts[8], "");
    EXPECT_FALSE(unpack(packed.substr(0, packed.size() - 1)));
}

TEST(Border, packs_a_success_fold_in_the_order_that_java_reads) {
    const SuccessFold fold{
        std::nullopt, {{"user", "records"}}, {{"line", std::nullopt}, {"other", "outcome"}}, {{"item", "d"}}};
    const std::string packed = pack(fold);
    const auto parts = unpack(packed).value();
    ASSERT_EQ(parts.size(), 11u);
    EXPECT_EQ(parts[0], std::nullopt);
    EXPECT_EQ(parts[2], "user");
    EXPECT_EQ(parts[4], std::string_view("\2\0\0\0", 4));
    EXPECT_EQ(parts[6], std::nullopt);
    EXPECT_EQ(parts[8], "outcome");
    EXPECT_EQ(parts[10], "d");
}

TEST(Border, credits_an_order_to_a_click_and_takes_it_back_when_its_visitor_turns_out_to_be_somebody) {
    const Border border = opened();
    const feedback::TokenSigner signer(border.configuration().shops.at("default"));
    event::Event click = purchase("v1", "");
    click.kind = event::EventKind::select_item;
    click.event_id = "e0";
    click.transaction_id.clear();
    click.time -= minute_ms;
    click.items.resize(1);
    click.items[0].recommendation_id = signer.sign({.time = noon - hour_ms, .placement = 5});
    const auto clicked = border.fold_success("default/v1", "", event::encode(click), noon);
    ASSERT_TRUE(clicked) << clicked.error().message;
    EXPECT_EQ(clicked->deltas.size(), 1u);
    const auto bought = border.fold_success("default/v1", *clicked->state, event::encode(purchase("v1", "")), noon);
    ASSERT_EQ(bought->outcomes.size(), 1u + 1u) << "the click's, and the halo of the other line";
    EXPECT_EQ(feedback::decode_outcome(*bought->outcomes[0].second)->placement, 5u);
    event::Event later = purchase("v1", "u7");
    later.kind = event::EventKind::view_item;
    later.event_id = "e2";
    later.transaction_id.clear();
    const auto known = border.fold_success("default/v1", *bought->state, event::encode(later), noon);
    ASSERT_EQ(known->records.size(), 1u);
    EXPECT_EQ(known->outcomes.size(), 2u);
    EXPECT_EQ(known->outcomes[0],
              (std::pair<std::string, std::optional<std::string>>(bought->outcomes[0].first, std::nullopt)));
    const auto user = border.fold_shopper_records(known->records[0].key, "", known->records[0].value);
    ASSERT_TRUE(user) << user.error().message;
    EXPECT_EQ(user->outcomes.size(), 2u);
    EXPECT_NE(user->outcomes[0].first, bought->outcomes[0].first) << "another claim on the same line";
    EXPECT_FALSE(border.fold_success("third/v1", "", event::encode(click), noon));
    EXPECT_EQ(border.fold_shopper_records("default/v1", "", "").error().code, ErrorCode::invalid_input);
}

}  // namespace
}  // namespace vitrina::border
