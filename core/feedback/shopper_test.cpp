#include "feedback/shopper.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"

namespace vitrina::feedback {
namespace {

using event::Event;
using event::EventKind;

constexpr TimeMs noon = 20'000 * day_ms;

// Ids that begin with "r" are the shop's.
std::optional<Answered> read_id(std::string_view id) {
    if (!id.starts_with("r")) return std::nullopt;
    return Answered{noon, 7, 0};
}

Event happened(EventKind kind, const std::string& visitor, TimeMs time, const std::string& item,
               const std::string& id = "") {
    Event event;
    event.kind = kind;
    event.visitor_id = visitor;
    event.time = time;
    event.event_id = visitor + std::to_string(time) + item;
    event.items.resize(item.empty() ? 0 : 1);
    if (!item.empty()) {
        event.items[0].item_id = item;
        event.items[0].price = 3 * money_unit;
        event.items[0].recommendation_id = id;
    }
    return event;
}

Event of_order(EventKind kind, const std::string& visitor, TimeMs time, const std::string& order,
               const std::vector<std::string>& items) {
    Event event = happened(kind, visitor, time, "");
    event.event_id += order;
    event.transaction_id = order;
    for (const std::string& item : items) {
        event.items.emplace_back();
        event.items.back().item_id = item;
        event.items.back().price = 3 * money_unit;
    }
    return event;
}

Event named(Event event, const std::string& user) {
    event.user_id = user;
    return event;
}

// Shoppers kept in maps, as a host does.
class Host {
public:
    Settings settings;
    std::size_t forgotten = 0;
    std::map<std::pair<ItemKey, SuccessPlace>, SuccessCounts> counts;

    void take(const Event& event) {
        auto records = records_of(event, read_id, settings.rules.view_through);
        auto step = visitor_step(visitors[event.visitor_id], event, std::move(records), hasher_, settings).value();
        keep(visitors[event.visitor_id], step.step);
        UserRecords& more = step.for_user;
        ASSERT_TRUE(more.user || more.empty());
        if (more.empty()) return;
        const auto carried = decode_user_records(encode(more), more.user).value();  // as a topic would
        keep(users[more.user], user_step(users[more.user], carried, settings).value());
    }

    std::map<std::string, std::string> visitors;
    std::map<PersonKey, std::string> users;
    std::map<std::pair<std::string, std::uint32_t>, Outcome> outcomes;

private:
    std::map<std::string, Outcome> claims_;
    void keep(std::string& state, const ShopperStep& step) {
        EXPECT_EQ(step.changed, state != step.state);
        state = step.state;
        forgotten += step.forgotten;
        for (const SuccessDelta& delta : step.deltas) {
            SuccessCounts& sum = counts[{delta.item, delta.place}] += delta.counts;
            if (sum == SuccessCounts{}) counts.erase({delta.item, delta.place});
        }
        for (const Change& change : step.changes) {
            if (change.outcome)
                claims_[outcome_key(change)] = *change.outcome;
            else
                claims_.erase(outcome_key(change));
        }
        outcomes.clear();
        for (const auto& [key, outcome] : claims_)
            outcomes.emplace(std::pair(outcome.transaction_id, outcome.line), outcome);
    }
    PersonHasher hasher_{ShopKey{}};
};

Host after(const std::vector<Event>& events, const Settings& settings = {}) {
    Host host;
    host.settings = settings;
    for (const Event& event : events) host.take(event);
    return host;
}

TEST(Shopper, has_an_outcome_for_what_he_clicked_and_bought) {
    const Host host = after({happened(EventKind::select_item, "v", noon, "mug", "r1"),
                             of_order(EventKind::purchase, "v", noon + day_ms, "o1", {"mug", "cup"})});
    ASSERT_EQ(host.outcomes.size(), 1u);
    EXPECT_EQ(host.outcomes.at({"o1", 0}).recommendation_id, "r1");
    EXPECT_EQ(host.outcomes.at({"o1", 0}).placement, 7u);
}

TEST(Shopper, is_credited_through_the_line_of_the_order_too) {
    Event order = of_order(EventKind::purchase, "v", noon + day_ms, "o1", {"mug"});
    order.items[0].recommendation_id = "r1";
    EXPECT_EQ(after({order}).outcomes.size(), 1u);
    order.time = noon + 8 * day_ms;
    EXPECT_EQ(after({order}).outcomes.size(), 0u) << "the answer is older than the horizon";
    order.items[0].recommendation_id = "x1";
    order.time = noon + day_ms;
    EXPECT_EQ(after({order}).outcomes.size(), 0u) << "the id is none of ours";
}

TEST(Shopper, takes_what_is_open_along_when_he_logs_in) {
    const std::vector<Event> events{
        happened(EventKind::select_item, "phone", noon, "mug", "r1"),
        named(happened(EventKind::login, "phone", noon + day_ms, ""), "ann"),
        named(of_order(EventKind::purchase, "desk", noon + 2 * day_ms, "o1", {"mug"}), "ann")};
    EXPECT_EQ(after(events).outcomes.size(), 1u);
}

TEST(Shopper, inherits_nothing_from_who_used_the_device_before) {
    const std::vector<Event> events{named(happened(EventKind::select_item, "pc", noon, "mug", "r1"), "ann"),
                                    happened(EventKind::logout, "pc", noon + 1, ""),
                                    happened(EventKind::select_item, "pc", noon + 2, "cup", "r2"),
                                    named(of_order(EventKind::purchase, "pc", noon + 3, "o1", {"mug", "cup"}), "bob")};
    EXPECT_EQ(after(events).outcomes.size(), 0u);
    auto again = events;
    again.back().user_id = "ann";
    EXPECT_EQ(after(again).outcomes.size(), 2u) << "his own device, after he had logged out";
}

TEST(Shopper, says_when_a_line_is_credited_no_more) {
    Event trusted = of_order(EventKind::purchase, "v", noon + 2, "o1", {"cup"});
    trusted.trusted = true;
    const std::vector<Event> events{happened(EventKind::select_item, "v", noon, "mug", "r1"),
                                    of_order(EventKind::purchase, "v", noon + 1, "o1", {"tea", "mug"}), trusted};
    Settings settings;
    settings.rules.halo_horizon = -1;
    EXPECT_EQ(after({events[0], events[1]}, settings).outcomes.size(), 1u);
    EXPECT_EQ(after(events, settings).outcomes.size(), 0u);
}

TEST(Shopper, keeps_the_newest_within_the_limits_and_counts_the_rest) {
    Settings settings;
    settings.limits.touches = 3;
    std::vector<Event> events;
    for (int i = 0; i < 5; ++i)
        events.push_back(happened(EventKind::select_item, "v", noon + i, "mug" + std::to_string(i), "r1"));
    const Host host = after(events, settings);
    EXPECT_EQ(host.forgotten, 2u);
    const auto records = open_records(host.visitors.at("v")).value();
    ASSERT_EQ(records.touches.size(), 3u);
    EXPECT_EQ(records.touches.front().item_id, "mug2");
    std::ranges::reverse(events);
    EXPECT_EQ(after(events, settings).visitors, host.visitors);
    events.push_back(happened(EventKind::select_item, "v", noon + 61 * day_ms, "cup", "r1"));
    EXPECT_EQ(open_records(after(events, settings).visitors.at("v")).value().touches.size(), 1u);
}

TEST(Shopper, of_damaged_bytes_is_corrupt) {
    EXPECT_EQ(user_step("\xff\xff", {}, {}).error().code, ErrorCode::corrupt_data);
    EXPECT_EQ(decode_outcome("\xff\xff").error().code, ErrorCode::corrupt_data);
}

TEST(Shopper, has_an_outcome_that_survives_its_bytes) {
    const Host host = after({happened(EventKind::select_item, "v", noon, "mug", "r1"),
                             named(of_order(EventKind::purchase, "v", noon + 1, "o1", {"mug"}), "ann")});
    const Outcome& outcome = host.outcomes.at({"o1", 0});
    EXPECT_EQ(decode_outcome(encode(outcome)).value(), outcome);
}

// What one person does on two devices of his, one of which he logs in on once; clicks, carts, orders, corrections, refunds.
std::vector<Event> life(Random& random) {
    const std::string items[] = {"a", "b", "c"};
    const std::string ids[] = {"r1", "r2", "r3", "x4", ""};
    std::vector<Event> events{
        named(happened(EventKind::login, "phone", noon + static_cast<TimeMs>(random.below(20)), ""), "u")};
    for (int i = 0; i < 24; ++i) {
        const std::string order = "o" + std::to_string(random.below(4));
        const std::string visitor = random.below(3) == 0 ? "desk" : "phone";
        const TimeMs time = noon + static_cast<TimeMs>(random.below(20)) * hour_ms + (visitor == "desk" ? 1 : 0);
        const std::vector<std::string> lines{items[random.below(3)], items[random.below(3)]};
        Event event;
        switch (random.below(4)) {
            case 0: event = of_order(EventKind::purchase, visitor, time, order, lines); break;
            case 1: event = of_order(EventKind::refund, visitor, time, order, {lines[0]}); break;
            case 2: event = happened(EventKind::add_to_cart, visitor, time, lines[0], ids[random.below(5)]); break;
            default: event = happened(EventKind::select_item, visitor, time, lines[0], ids[random.below(5)]);
        }
        event.trusted = random.below(3) == 0;
        events.push_back(visitor == "desk" ? named(event, "u") : event);
    }
    return events;
}

TEST(Shopper, comes_out_the_same_however_his_records_are_repeated_and_ordered) {
    std::size_t found = 0;
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        Random random(seed);
        std::vector<Event> events = life(random);
        const Host expected = after(events);
        found += expected.outcomes.size();
        for (std::size_t i = 0, n = events.size(); i < n; i += 2) events.push_back(Event(events[i]));
        for (std::size_t i = events.size(); i > 1; --i) std::swap(events[i - 1], events[random.below(i)]);
        const Host host = after(events);
        ASSERT_EQ(host.outcomes, expected.outcomes) << "seed " << seed;
        ASSERT_EQ(host.users, expected.users) << "seed " << seed;
        ASSERT_EQ(host.counts, expected.counts) << "seed " << seed;
    }
    EXPECT_GT(found, 200u);
}

TEST(Shopper, has_outcomes_that_sum_to_no_more_than_the_orders) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Random random(seed);
        const Host host = after(life(random));
        for (const auto& [user, state] : host.users) {
            MoneyMicros credited = 0, bought = 0;
            for (const auto& [key, outcome] : host.outcomes) credited += outcome.money;
            for (const Outcome& outcome : outcomes({}, open_records(state).value())) bought += outcome.money;
            ASSERT_LE(credited, bought) << "seed " << seed;
        }
    }
}

TEST(Shopper, counts_a_click_of_an_answer_once_and_its_purchase_where_it_was_shown) {
    Event click = happened(EventKind::select_item, "v", noon, "mug", "r1");
    click.items[0].index = 3;
    const Event again = happened(EventKind::view_item, "v", noon + 5, "mug", "r1");
    const Event cart = happened(EventKind::add_to_cart, "v", noon + 6, "mug", "r1");
    const Event order = of_order(EventKind::purchase, "v", noon + 7, "o1", {"mug"});
    const std::map<std::pair<ItemKey, SuccessPlace>, SuccessCounts> none;
    const SuccessPlace at_three{20'000, 7, 3}, unknown{20'000, 7, position_unknown};
    EXPECT_EQ(after({again, click, cart, order}).counts.at({item_key("mug"), at_three}), (SuccessCounts{1, 0, 0}));
    EXPECT_EQ(after({again, click, cart, order}).counts.at({item_key("mug"), unknown}), (SuccessCounts{0, 1, 1}));
    EXPECT_EQ(after({again, click, cart, order}).counts, after({order, cart, click, again}).counts);
    EXPECT_EQ(after({order, of_order(EventKind::refund, "v", noon + 8, "o1", {"mug"})}).counts, none);
    EXPECT_EQ(after({click, order, of_order(EventKind::refund, "v", noon + 8, "o1", {"mug"})})
                  .counts.at({item_key("mug"), at_three}),
              (SuccessCounts{1, 0, 0}));
}

TEST(Records, share_the_discount_out_so_that_lines_sum_to_the_order) {
    Event order = of_order(EventKind::purchase, "v", noon, "o1", {"a", "b", "c"});
    order.order_discount = 1 * money_unit;
    MoneyMicros sum = 0;
    for (const OrderLine& line : records_of(order, read_id, false).lines) sum += line.money;
    EXPECT_EQ(sum, 8 * money_unit);
    order.items[1].price.reset();
    order.value = 11 * money_unit;
    const auto lines = records_of(order, read_id, false).lines;
    EXPECT_EQ(lines[0].money, 3 * money_unit);
    EXPECT_EQ(lines[1].money, 5 * money_unit);
}

TEST(Records, of_bots_and_of_what_is_provisional_are_none) {
    Event order = of_order(EventKind::purchase, "v", noon, "o1", {"a"});
    EXPECT_TRUE(may_say_something(order, false));
    order.provisional = true;
    EXPECT_FALSE(may_say_something(order, false));
    EXPECT_TRUE(records_of(order, read_id, false).empty());
    Event view = happened(EventKind::view_item, "v", noon, "a");
    EXPECT_FALSE(may_say_something(view, false));
    view.items[0].recommendation_id = "r1";
    EXPECT_TRUE(may_say_something(view, false));
    view.bot = true;
    EXPECT_FALSE(may_say_something(view, false));
}

TEST(Records, of_lists_are_told_where_views_count) {
    const Event list = happened(EventKind::view_item_list, "v", noon, "a", "r1");
    EXPECT_TRUE(records_of(list, read_id, false).empty());
    const auto touches = records_of(list, read_id, true).touches;
    ASSERT_EQ(touches.size(), 1u);
    EXPECT_EQ(touches[0].stage, Stage::viewed);
}

}  // namespace
}  // namespace vitrina::feedback
