#include "feedback/orders.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "base/random.hpp"

namespace vitrina::feedback {
namespace {

using event::Event;
using event::EventKind;

struct Bought {
    std::string item;
    std::uint32_t quantity = 1;
    double price = 10;
};

Event order(EventKind kind, std::string transaction, TimeMs time, const std::vector<Bought>& lines) {
    Event event;
    event.kind = kind;
    event.event_id = "e" + std::to_string(time);
    event.time = time;
    event.visitor_id = "v";
    event.transaction_id = std::move(transaction);
    event.currency = "EUR";
    for (const Bought& line : lines) {
        event::EventItem item;
        item.item_id = line.item;
        item.quantity = line.quantity;
        item.price = *money_from_number(line.price);
        event.items.push_back(item);
    }
    return event;
}
Event purchase(std::string transaction, TimeMs time, const std::vector<Bought>& lines) {
    return order(EventKind::purchase, std::move(transaction), time, lines);
}
Event refund(std::string transaction, TimeMs time, const std::vector<Bought>& lines) {
    return order(EventKind::refund, std::move(transaction), time, lines);
}

std::vector<double> values(const std::vector<Event>& events) {
    Orders orders;
    for (const Event& event : events) orders.add(event, event.visitor_id);
    std::vector<double> found;
    orders.each([&](const std::string&, const Order& one) { found.push_back(money_number(one.value)); });
    return found;
}
using Values = std::vector<double>;

TEST(Orders, are_worth_their_lines_less_the_discount) {
    Event discounted = purchase("o1", 1, {{"mug", 2, 5}, {"cup", 1, 3}});
    discounted.order_discount = *money_from_number(1.5);
    discounted.value = *money_from_number(99);  // with tax and shipping, whatever: the lines say what they cost
    EXPECT_EQ(values({discounted}), Values{11.5});
    Event unpriced = purchase("o2", 2, {{"mug"}});
    unpriced.items[0].price.reset();
    unpriced.value = *money_from_number(7);
    EXPECT_EQ(values({unpriced}), Values{7});
}

TEST(Orders, are_one_a_transaction_and_replaced_only_by_trusted_senders) {
    Event corrected = purchase("o1", 3, {{"mug", 3, 5}});
    EXPECT_EQ(values({purchase("o1", 1, {{"mug", 1, 5}}), corrected}), Values{5});
    corrected.trusted = true;
    Orders orders;
    orders.add(purchase("o1", 1, {{"mug", 1, 5}}), "v");
    orders.add(corrected, "v");
    orders.each([](const std::string& person, const Order& one) {
        EXPECT_EQ(person, "v");
        EXPECT_EQ(one.value, 15 * money_unit);
        EXPECT_EQ(one.time, 1);
        EXPECT_EQ(one.currency, "EUR");
    });
}

TEST(Orders, of_many_lines_come_in_chunks) {
    Event first = purchase("o1", 1, {{"mug", 1, 5}}), second = purchase("o1", 1, {{"cup", 1, 2}});
    first.chunks = second.chunks = 2;
    second.chunk = 1;
    EXPECT_EQ(values({first, second}), Values{7});
    EXPECT_EQ(values({second, first, second}), Values{7});
}

TEST(Orders, lose_what_is_given_back_once_and_never_more) {
    const Event bought = purchase("o1", 1, {{"mug", 3, 5}, {"cup", 1, 2}});
    EXPECT_EQ(values({bought, refund("o1", 2, {{"mug", 1}})}), Values{12});
    EXPECT_EQ(values({refund("o1", 2, {{"mug", 1}}), bought, refund("o1", 2, {{"mug", 1}})}), Values{12});
    EXPECT_EQ(values({bought, refund("o1", 2, {{"mug", 50}})}), Values{2});
    EXPECT_EQ(values({bought, refund("o1", 2, {})}), Values{});
    EXPECT_EQ(values({bought, refund("o1", 2, {{"mug", 3}, {"cup", 1}})}), Values{});
    EXPECT_EQ(values({refund("o9", 2, {{"mug", 1}})}), Values{});
}

TEST(Orders, take_the_discount_back_with_the_lines) {
    Event bought = purchase("o1", 1, {{"mug", 2, 5}});
    bought.order_discount = *money_from_number(2);
    EXPECT_EQ(values({bought, refund("o1", 2, {{"mug", 1}})}), Values{4});
}

TEST(Orders, that_several_people_send_are_one_of_who_bought_first) {
    const Event late = purchase("o1", 5, {{"mug", 1, 5}}), early = purchase("o1", 3, {{"mug", 1, 5}});
    const auto bought = [](const std::vector<std::pair<Event, std::string>>& events) {
        Orders orders;
        for (const auto& [event, person] : events) orders.add(event, person);
        std::vector<std::pair<std::string, double>> found;
        orders.each(
            [&](const std::string& person, const Order& one) { found.emplace_back(person, money_number(one.value)); });
        return found;
    };
    using Found = std::vector<std::pair<std::string, double>>;
    EXPECT_EQ(bought({{late, "a"}, {early, "b"}}), (Found{{"b", 5}}));
    EXPECT_EQ(bought({{early, "b"}, {late, "a"}, {early, "b"}}), (Found{{"b", 5}}));
    EXPECT_EQ(bought({{early, "b"}, {early, "a"}}), (Found{{"a", 5}}));
    EXPECT_EQ(bought({{early, "b"}, {refund("o1", 9, {{"mug", 1}}), "shop"}}), Found{});
    EXPECT_EQ(bought({{purchase("o2", 1, {{"mug", 1, 7}}), "b"}, {early, "a"}}), (Found{{"a", 5}, {"b", 7}}));
}

TEST(Orders, of_bots_guests_and_provisional_ones_are_none) {
    Event bot = purchase("o1", 1, {{"mug"}}), guest = purchase("o2", 1, {{"mug"}}),
          provisional = purchase("o3", 1, {{"mug"}});
    bot.bot = guest.guest = provisional.provisional = true;
    EXPECT_EQ(values({bot, guest, provisional, order(EventKind::add_to_cart, "o4", 1, {{"mug"}})}), Values{});
    Event confirmed = purchase("o3", 2, {{"mug", 1, 4}});
    EXPECT_EQ(values({provisional, confirmed}), Values{4});
}

TEST(Orders, do_not_depend_on_repeats_and_order_of_arrival) {
    std::vector<Event> events;
    for (int i = 0; i < 30; ++i) {
        const std::string id = "o" + std::to_string(i);
        events.push_back(purchase(id, 100 + i, {{"mug", 2, 1.0 + i}, {"cup", 1, 2}}));
        if (i % 3 == 0) events.push_back(refund(id, 200 + i, {{"mug", 1}}));
        if (i % 5 == 0) events.push_back(refund(id, 300 + i, {{"cup", 1}}));
    }
    const auto once = values(events);
    EXPECT_EQ(once.size(), 30u);
    Random random(7);
    auto twice = events;
    twice.insert(twice.end(), events.begin(), events.end());
    for (int round = 0; round < 20; ++round) {
        for (std::size_t i = twice.size(); i > 1; --i) std::swap(twice[i - 1], twice[random.below(i)]);
        EXPECT_EQ(values(twice), once);
    }
}

}  // namespace
}  // namespace vitrina::feedback
