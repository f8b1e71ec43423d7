#include "training/history.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "base/random.hpp"

namespace vitrina::training {
namespace {

using event::Event;
using event::EventKind;
using state::Action;

constexpr TimeMs forever = std::numeric_limits<TimeMs>::max();
constexpr TimeMs start = 1'700'000'000'000;

struct Line {
    std::string item;
    std::uint32_t quantity = 1;
};

struct Told {
    EventKind kind;
    TimeMs minute = 0;
    std::string visitor;
    std::vector<Line> lines;
    std::string user;
    std::string order;
};

Event event_of(const Told& told) {
    static int number = 0;
    Event event;
    event.kind = told.kind;
    event.event_id = "e" + std::to_string(++number);
    event.time = start + told.minute * minute_ms;
    event.received_at = event.time;
    event.visitor_id = told.visitor;
    event.user_id = told.user;
    event.transaction_id = told.order;
    for (const Line& line : told.lines) {
        event.items.emplace_back();
        event.items.back().item_id = line.item;
        event.items.back().quantity = line.quantity;
    }
    return event;
}

HistoryBuilder builder() {
    return HistoryBuilder([](const std::string& id) { return item_key(id); });
}

History built(const std::vector<Event>& events, TimeMs through = forever) {
    HistoryBuilder collected = builder();
    for (const Event& event : events) collected.add(event);
    return collected.build(through);
}

// "view a*1 @0, buy b*2 @1" of person p; the number behind @ is the basket.
std::string person(const History& history, std::size_t p, const std::vector<std::string>& names) {
    static const char* verbs[] = {"", "view", "wish", "cart", "buy", "refund"};
    std::string text;
    for (std::size_t e = history.offsets[p]; e < history.offsets[p + 1]; ++e) {
        std::string name = "?";
        for (const auto& candidate : names)
            if (item_key(candidate) == history.items[history.item[e]]) name = candidate;
        text += (text.empty() ? "" : ", ") + std::string(verbs[static_cast<int>(history.action[e])]) + " " + name +
                "*" + std::to_string(history.quantity[e]) + " @" + std::to_string(history.basket[e]);
    }
    return text;
}

std::string only_person(const History& history) {
    EXPECT_EQ(history.people(), 1u);
    return history.people() == 1 ? person(history, 0, {"a", "b", "c", "d"}) : "";
}

bool same(const History& a, const History& b) {
    return a.items == b.items && a.offsets == b.offsets && a.item == b.item && a.time == b.time &&
           a.action == b.action && a.basket == b.basket && a.quantity == b.quantity;
}

TEST(History, orders_actions_by_time_and_parts_baskets_by_pause_and_order) {
    EXPECT_EQ(only_person(built({
                  event_of({EventKind::purchase, 5, "v", {{"b", 2}}, "", "o1"}),
                  event_of({EventKind::view_item, 0, "v", {{"a"}}}),
                  event_of({EventKind::add_to_cart, 2, "v", {{"b"}}}),
                  event_of({EventKind::purchase, 8, "v", {{"c"}}, "", "o2"}),
                  event_of({EventKind::view_item, 100, "v", {{"d"}}}),
              })),
              "view a*1 @0, cart b*1 @0, buy b*2 @0, buy c*1 @1, view d*1 @2");
}

TEST(History, counts_a_repeated_event_once_and_leaves_bots_out) {
    const Event view = event_of({EventKind::view_item, 0, "v", {{"a"}}});
    Event again = view;
    again.received_at += day_ms;
    Event bot = event_of({EventKind::view_item, 1, "v", {{"b"}}});
    bot.bot = true;
    EXPECT_EQ(only_person(built({view, again, bot, view})), "view a*1 @0");
}

TEST(History, gives_a_user_what_the_visitor_did_in_the_session_before_signing_in) {
    const History history = built({
        event_of({EventKind::view_item, 0, "v", {{"a"}}}),  // another session: stays the visitor's
        event_of({EventKind::view_item, 100, "v", {{"b"}}}),
        event_of({EventKind::login, 101, "v", {}, "u"}),
        event_of({EventKind::view_item, 102, "v", {{"c"}}}),
        event_of({EventKind::logout, 103, "v", {}}),
        event_of({EventKind::view_item, 104, "v", {{"d"}}}),
        event_of({EventKind::view_item, 200, "w", {{"d"}}, "u"}),
    });
    ASSERT_EQ(history.people(), 2u);
    std::vector<std::string> people{person(history, 0, {"a", "b", "c", "d"}), person(history, 1, {"a", "b", "c", "d"})};
    std::ranges::sort(people);
    EXPECT_EQ(people[0], "view a*1 @0, view d*1 @1");
    EXPECT_EQ(people[1], "view b*1 @0, view c*1 @0, view d*1 @1");
}

TEST(History, a_second_user_of_a_device_inherits_nothing) {
    const History history = built({
        event_of({EventKind::view_item, 0, "v", {{"a"}}, "ann"}),
        event_of({EventKind::view_item, 1, "v", {{"b"}}}),
        event_of({EventKind::view_item, 2, "v", {{"c"}}, "bob"}),
    });
    ASSERT_EQ(history.people(), 2u);
    std::vector<std::string> people{person(history, 0, {"a", "b", "c"}), person(history, 1, {"a", "b", "c"})};
    std::ranges::sort(people);
    EXPECT_EQ(people[0], "view a*1 @0, view b*1 @0");
    EXPECT_EQ(people[1], "view c*1 @0");
}

TEST(History, keeps_guest_orders_apart) {
    Event first = event_of({EventKind::purchase, 0, "guest-1", {{"a"}}, "", "o1"});
    Event second = event_of({EventKind::purchase, 1, "guest-2", {{"b"}}, "", "o2"});
    first.guest = second.guest = true;
    EXPECT_EQ(built({first, second}).people(), 2u);
}

TEST(History, an_order_sent_twice_counts_once_and_a_trusted_one_replaces_it) {
    const Event first = event_of({EventKind::purchase, 0, "v", {{"a"}, {"a", 2}, {"b"}}, "", "o1"});
    Event second = event_of({EventKind::purchase, 1, "v", {{"c"}}, "", "o1"});
    EXPECT_EQ(only_person(built({second, first})), person(built({first}), 0, {"a", "b"}));
    second.trusted = true;
    EXPECT_EQ(only_person(built({second, first})), "buy c*1 @0");
}

TEST(History, a_provisional_order_teaches_nothing) {
    const Event view = event_of({EventKind::view_item, 0, "v", {{"a"}}});
    const Event confirmed = event_of({EventKind::purchase, 5, "v", {{"b", 2}}, "ann", "o1"});
    const Event refunded = event_of({EventKind::refund, 9, "v", {{"b"}}, "ann", "o1"});
    Event reported = event_of({EventKind::purchase, 4, "v", {{"c", 9}}, "ann", "o1"});
    Event taken_back = event_of({EventKind::refund, 6, "v", {}, "ann", "o1"});
    reported.provisional = taken_back.provisional = true;
    EXPECT_TRUE(same(built({view, reported, confirmed, taken_back, refunded}), built({view, confirmed, refunded})));
    EXPECT_EQ(only_person(built({view, reported, taken_back})), "view a*1 @0");
}

TEST(History, joins_the_chunks_of_a_long_order) {
    Event head = event_of({EventKind::purchase, 0, "v", {{"a"}}, "", "o1"});
    Event tail = event_of({EventKind::purchase, 0, "v", {{"a", 4}}, "", "o1"});
    head.chunks = tail.chunks = 2;
    tail.chunk = 1;
    EXPECT_EQ(only_person(built({tail, head})), "buy a*5 @0");
}

TEST(History, refunds_take_units_back_and_never_more_than_there_are) {
    const Event order = event_of({EventKind::purchase, 0, "v", {{"a", 3}, {"b", 1}}, "", "o1"});
    EXPECT_EQ(only_person(built({order, event_of({EventKind::refund, 9, "v", {{"a", 2}, {"b", 5}}, "", "o1"})})),
              "buy a*1 @0");
    EXPECT_EQ(built({order, event_of({EventKind::refund, 9, "v", {}, "", "o1"})}).entries(), 0u);
    EXPECT_EQ(built({order, event_of({EventKind::refund, 9, "w", {{"a"}}, "", "another"})}).entries(), 2u);
}

TEST(History, a_refund_without_order_finds_the_latest_order_that_holds_enough) {
    EXPECT_EQ(only_person(built({
                  event_of({EventKind::purchase, 0, "v", {{"a", 5}}, "", "o1"}),
                  event_of({EventKind::purchase, 60, "v", {{"a", 2}}, "", "o2"}),
                  event_of({EventKind::refund, 90, "v", {{"a", 3}}}),
                  event_of({EventKind::refund, 91, "v", {{"a", 2}}}),
                  event_of({EventKind::refund, 92, "v", {{"a", 9}}}),
                  event_of({EventKind::purchase, 95, "v", {{"a", 9}}, "", "o3"}),
              })),
              "buy a*2 @0, buy a*9 @1");
}

TEST(History, leaves_out_what_came_after_the_cut_but_gives_every_catalogue_item_a_row) {
    HistoryBuilder collected = builder();
    collected.add(event_of({EventKind::view_item, 0, "v", {{"a"}}}));
    collected.add(event_of({EventKind::view_item, 10, "v", {{"b"}}}));
    collected.add_item(item_key("c"));
    collected.add_item(item_key("a"));
    const History history = collected.build(start);
    EXPECT_EQ(only_person(history), "view a*1 @0");
    EXPECT_EQ(history.items.size(), 2u);
    EXPECT_TRUE(std::ranges::is_sorted(history.items));
    EXPECT_EQ(collected.build(forever).entries(), 2u);
}

TEST(History, keeps_the_newest_entries_of_a_heavy_person) {
    HistoryBuilder collected([](const std::string& id) { return item_key(id); }, {.person_entries = 2});
    for (TimeMs minute = 0; minute < 5; ++minute)
        collected.add(
            event_of({EventKind::view_item, minute, "v", {{std::string(1, static_cast<char>('a' + minute))}}}));
    EXPECT_EQ(person(collected.build(forever), 0, {"d", "e"}), "view d*1 @0, view e*1 @0");
}

std::vector<Event> random_events(Random& random, std::size_t count) {
    constexpr EventKind kinds[] = {EventKind::view_item, EventKind::add_to_cart, EventKind::purchase, EventKind::refund,
                                   EventKind::login,     EventKind::logout,      EventKind::search};
    std::vector<Event> events;
    for (std::size_t e = 0; e < count; ++e) {
        const auto pick = [&](const char* stem, std::uint64_t below) {
            return stem + std::to_string(random.below(below));
        };
        Told told{kinds[random.below(7)], static_cast<TimeMs>(random.below(200)), pick("v", 4), {}, "", ""};
        for (std::uint64_t line = random.below(3); line > 0; --line)
            told.lines.push_back({pick("i", 6), static_cast<std::uint32_t>(1 + random.below(3))});
        if (told.kind == EventKind::login || random.below(5) == 0) told.user = pick("u", 2);
        if (told.kind == EventKind::purchase || random.below(2) == 0) told.order = pick("o", 8);
        events.push_back(event_of(told));
        events.back().trusted = random.below(3) == 0;
        if (random.below(4) == 0) events.push_back(events[random.below(events.size())]);
    }
    return events;
}

TEST(History, does_not_depend_on_the_order_in_which_events_arrive) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        std::vector<Event> events = random_events(random, 60);
        const History first = built(events);
        for (std::size_t e = events.size(); e > 1; --e) std::swap(events[e - 1], events[random.below(e)]);
        EXPECT_TRUE(same(first, built(events)));
    }
}

TEST(History, of_a_file_keeps_its_order_and_its_extra_items) {
    const std::vector<std::vector<HistoryEntry>> people{{{ItemKey{9}}, {ItemKey{3}}}, {{ItemKey{9}}}};
    const std::vector<ItemKey> more{ItemKey{5}};
    const History history = history_of(people, more);
    EXPECT_EQ(history.items, (std::vector<ItemKey>{ItemKey{3}, ItemKey{5}, ItemKey{9}}));
    EXPECT_EQ(history.item, (std::vector<std::uint32_t>{2, 0, 2}));
    EXPECT_EQ(history.offsets, (std::vector<std::uint64_t>{0, 2, 3}));
}

}  // namespace
}  // namespace vitrina::training
