#include "state/folded_shop_test.hpp"

#include <algorithm>
#include <utility>

#include "base/random.hpp"

namespace vitrina::state {

namespace {

event::Event trusted(event::Event event) {
    event.trusted = true;
    return event;
}

event::Event chunk_of(std::uint32_t chunk, std::uint32_t chunks, event::Event event) {
    event.chunk = chunk;
    event.chunks = chunks;
    return event;
}

event::Event of_user(const std::string& user, event::Event event) {
    event.user_id = user;
    return event;
}

event::Event provisional(event::Event event) {
    event.provisional = true;
    event.event_id = "provisional:" + event.event_id;
    return event;
}

// What the shop knows of everybody and everything.
auto known(const FoldedShop& shop) { return std::pair(shop.users(), shop.items()); }

TEST(VisitorOrders, a_provisional_purchase_counts_for_nothing_and_leaves_the_cart) {
    FoldedShop shop;
    shop.take(of_user("ann", happening(event::EventKind::add_to_cart, at(0), "phone", {line("mug")})));
    const auto before = known(shop);
    const VisitorStep step = shop.take(provisional(of_user("ann", purchase(at(1), "phone", "o1", {line("mug", 2)}))));
    EXPECT_EQ(step.verdict, Verdict::folded);
    EXPECT_TRUE(step.facts.empty());
    EXPECT_TRUE(step.deltas.empty());
    EXPECT_FALSE(step.cold_changed);
    EXPECT_EQ(known(shop), before);
    EXPECT_EQ(shop.visitor("phone").order_count(), 0u);
    EXPECT_EQ(shop.visitor("phone").cart().size(), 1u);
    EXPECT_EQ(shop.visitor("phone").actions().size(), 1u);
}

TEST(VisitorOrders, a_provisional_purchase_makes_no_difference_to_the_confirmed_one) {
    const auto confirmed = trusted(of_user("ann", purchase(at(5), "phone", "o1", {line("mug", 2), line("tea")})));
    const auto reported = provisional(of_user("ann", purchase(at(4), "phone", "o1", {line("lamp", 9)})));
    const auto reported_later = provisional(of_user("ann", purchase(at(6), "phone", "o1", {line("lamp", 9)})));
    FoldedShop alone, before, behind;
    alone.take(confirmed);
    before.take(reported);
    EXPECT_EQ(before.take(confirmed).verdict, Verdict::folded);
    behind.take(confirmed);
    EXPECT_FALSE(behind.take(reported_later).cold_changed);
    for (FoldedShop* shop : {&before, &behind}) {
        EXPECT_EQ(known(*shop), known(alone));
        EXPECT_EQ(shop->visitor("phone").order_count(), 1u);
        EXPECT_EQ(shop->item("mug").total().units, 2);
    }
}

TEST(VisitorOrders, refunds_of_and_as_provisional_orders_do_nothing) {
    FoldedShop shop;
    shop.take(provisional(of_user("ann", purchase(at(0), "phone", "o1", {line("mug", 2)}))));
    EXPECT_EQ(shop.take(trusted(refund(at(1), "phone", "o1", {line("mug")}))).unmatched_refunds, 1u);
    shop.take(trusted(of_user("ann", purchase(at(2), "phone", "o1", {line("mug", 2)}))));
    const VisitorStep refused = shop.take(provisional(refund(at(3), "phone", "o1", {line("mug")})));
    EXPECT_EQ(refused.unmatched_refunds, 0u);
    EXPECT_EQ(shop.item("mug").total().units, 2);
    shop.take(trusted(refund(at(4), "phone", "o1", {line("mug")})));
    EXPECT_EQ(shop.item("mug").total().units, 1);
}

TEST(VisitorOrders, a_second_purchase_of_an_order_changes_nothing) {
    FoldedShop shop;
    shop.take(of_user("ann", purchase(at(0), "phone", "o1", {line("mug", 2)})));
    const auto users = shop.users();
    const auto items = shop.items();
    const VisitorStep step = shop.take(of_user("ann", purchase(at(1), "phone", "o1", {line("mug", 5)})));
    EXPECT_EQ(step.verdict, Verdict::unchanged);
    EXPECT_EQ(shop.users(), users);
    EXPECT_EQ(shop.items(), items);
    EXPECT_EQ(shop.visitor("phone").order_count(), 1u);
}

TEST(VisitorOrders, a_trusted_second_purchase_replaces_the_lines) {
    FoldedShop shop;
    shop.take(of_user("ann", purchase(at(0), "phone", "o1", {line("mug", 2), line("tea")})));
    const VisitorStep step =
        shop.take(trusted(of_user("ann", purchase(at(90), "phone", "o1", {line("mug", 1), line("pot", 3)}))));
    EXPECT_EQ(step.verdict, Verdict::folded);
    EXPECT_EQ(shop.item("mug").total().units, 1);
    EXPECT_EQ(shop.item("mug").total().orders, 1);
    EXPECT_EQ(shop.item("pot").total().units, 3);
    EXPECT_EQ(shop.item("tea").total(), Bucket(0, 0));
    EXPECT_TRUE(shop.item("tea").buckets().empty());
    EXPECT_EQ(shop.user("ann").actions().size(), 2u);
    EXPECT_EQ(shop.visitor("phone").order_count(), 1u);
}

TEST(VisitorOrders, a_replacement_without_a_user_stays_with_the_one_who_bought) {
    FoldedShop shop;
    shop.take(of_user("ann", purchase(at(0), "phone", "o1", {line("mug", 2)})));
    shop.take(logout(at(1), "phone"));
    shop.take(trusted(purchase(at(2), "phone", "o1", {line("tea")})));
    const auto actions = shop.user("ann").actions();
    ASSERT_EQ(actions.size(), 1u);
    EXPECT_EQ(actions[0].item, item_key("tea"));
}

TEST(VisitorOrders, what_was_returned_stays_returned_when_lines_are_replaced) {
    FoldedShop shop;
    shop.take(of_user("ann", purchase(at(0), "phone", "o1", {line("mug", 5)})));
    shop.take(refund(at(1), "phone", "o1", {line("mug", 2)}));
    shop.take(trusted(of_user("ann", purchase(at(2), "phone", "o1", {line("mug", 4)}))));
    EXPECT_EQ(shop.item("mug").total().units, 2);
    EXPECT_EQ(shop.user("ann").actions().at(0).quantity, 2u);
    EXPECT_EQ(shop.visitor("phone").actions().at(0).quantity, 2u);
}

TEST(VisitorOrders, more_returned_than_a_replacement_holds_is_remembered_for_the_next) {
    FoldedShop shop;
    shop.take(of_user("ann", purchase(at(0), "phone", "o1", {line("mug", 5)})));
    shop.take(refund(at(1), "phone", "o1", {line("mug", 3)}));
    shop.take(trusted(of_user("ann", purchase(at(2), "phone", "o1", {line("mug", 1)}))));
    EXPECT_EQ(shop.item("mug").total().units, 0);
    shop.take(trusted(of_user("ann", purchase(at(3), "phone", "o1", {line("mug", 5)}))));
    EXPECT_EQ(shop.item("mug").total().units, 2);
    EXPECT_EQ(shop.user("ann").actions().at(0).quantity, 2u);
}

TEST(VisitorOrders, chunks_of_a_long_order_are_one_order_in_any_order) {
    FoldedShop shop;
    shop.take(chunk_of(1, 2, purchase(at(0), "ann", "o1", {line("tea", 3), line("mug", 4)})));
    shop.take(chunk_of(0, 2, purchase(at(0), "ann", "o1", {line("mug", 2)})));
    EXPECT_EQ(shop.visitor("ann").order_count(), 1u);
    EXPECT_EQ(shop.item("mug").total().orders, 1);
    EXPECT_EQ(shop.item("mug").total().units, 6);
    EXPECT_EQ(shop.take(chunk_of(0, 2, purchase(at(1), "ann", "o1", {line("mug", 9)}))).verdict, Verdict::unchanged);
}

TEST(VisitorOrders, a_replacement_in_other_chunks_replaces_the_whole_order) {
    FoldedShop shop;
    shop.take(purchase(at(0), "ann", "o1", {line("mug", 2), line("old")}));
    shop.take(trusted(chunk_of(1, 2, purchase(at(1), "ann", "o1", {line("tea")}))));
    shop.take(trusted(chunk_of(0, 2, purchase(at(1), "ann", "o1", {line("mug", 1)}))));
    EXPECT_EQ(shop.item("mug").total().units, 1);
    EXPECT_EQ(shop.item("tea").total().units, 1);
    EXPECT_EQ(shop.item("old").total().units, 0);
    EXPECT_EQ(shop.visitor("ann").order_count(), 1u);
}

TEST(VisitorOrders, a_refund_cannot_exceed_what_was_bought) {
    FoldedShop shop;
    shop.take(purchase(at(0), "ann", "o1", {line("mug", 3)}));
    EXPECT_EQ(shop.take(refund(at(1), "ann", "o1", {line("mug", 2)})).unmatched_refunds, 0u);
    EXPECT_EQ(shop.take(refund(at(2), "ann", "o1", {line("mug", 2)})).unmatched_refunds, 1u);
    EXPECT_EQ(shop.item("mug").total(), Bucket(0, 0));
    EXPECT_TRUE(shop.visitor("ann").actions().empty());
    EXPECT_EQ(shop.take(refund(at(3), "ann", "o1", {line("mug")})).unmatched_refunds, 1u);
    EXPECT_EQ(shop.item("mug").total().units, 0);
}

TEST(VisitorOrders, a_refund_without_lines_takes_the_whole_order_back) {
    FoldedShop shop;
    shop.take(of_user("ann", purchase(at(0), "phone", "o1", {line("mug", 3), line("tea")})));
    shop.take(refund(at(1), "phone", "o1", {line("mug")}));
    EXPECT_EQ(shop.take(refund(at(2), "phone", "o1", {})).unmatched_refunds, 0u);
    EXPECT_TRUE(shop.user("ann").actions().empty());
    EXPECT_EQ(shop.item("mug").total().orders, 0);
    EXPECT_EQ(shop.item("tea").total().orders, 0);
}

TEST(VisitorOrders, a_refund_without_order_finds_the_latest_that_still_holds_as_many) {
    FoldedShop shop;
    shop.take(purchase(at(0), "ann", "o1", {line("mug", 5, 10)}));
    shop.take(purchase(at(1), "ann", "o2", {line("mug", 2, 20)}));
    EXPECT_EQ(shop.take(refund(at(2), "ann", "", {line("mug", 3)})).unmatched_refunds, 0u);
    EXPECT_EQ(shop.item("mug").total().revenue, 2 * 10 + 2 * 20);
    EXPECT_EQ(shop.take(refund(at(3), "ann", "", {line("mug", 2)})).unmatched_refunds, 0u);
    EXPECT_EQ(shop.item("mug").total().revenue, 2 * 10);
    EXPECT_EQ(shop.take(refund(at(4), "ann", "", {line("mug", 3)})).unmatched_refunds, 1u);
    EXPECT_EQ(shop.take(refund(at(5), "ann", "", {line("lamp")})).unmatched_refunds, 1u);
}

TEST(VisitorOrders, a_refund_is_not_matched_to_an_order_that_came_after_it) {
    FoldedShop shop;
    shop.take(purchase(at(10), "ann", "o1", {line("mug")}));
    EXPECT_EQ(shop.take(refund(at(5), "ann", "", {line("mug")})).unmatched_refunds, 1u);
}

TEST(VisitorOrders, a_refund_of_an_unknown_order_is_counted_and_changes_nothing) {
    FoldedShop shop;
    shop.take(purchase(at(0), "ann", "o1", {line("mug")}));
    const VisitorStep step = shop.take(refund(at(1), "ann", "o2", {line("mug"), line("tea")}));
    EXPECT_EQ(step.unmatched_refunds, 2u);
    EXPECT_TRUE(step.deltas.empty());
}

TEST(VisitorOrders, a_return_cancels_the_hour_in_which_was_bought) {
    FoldedShop shop;
    shop.take(purchase(at(0), "ann", "o1", {line("mug", 2), line("tea")}));
    shop.take(refund(at(300), "ann", "o1", {line("mug", 2)}));
    EXPECT_TRUE(shop.item("mug").buckets().empty());
}

TEST(VisitorOrders, old_orders_make_room_and_are_remembered_as_bought) {
    FoldedShop shop;
    shop.limits.orders = 4;
    for (int i = 0; i < 10; ++i)
        shop.take(purchase(at(i), "ann", "o" + std::to_string(i), {line("item" + std::to_string(i))}));
    const auto actions = shop.visitor("ann").actions();
    ASSERT_EQ(actions.size(), 10u);
    EXPECT_TRUE(
        std::all_of(actions.begin(), actions.end(), [](const Acted& acted) { return acted.action == Action::buy; }));
    EXPECT_EQ(actions[0].order, text_hash("o9"));
    EXPECT_EQ(actions[9].order, 0u);
}

TEST(VisitorOrders, an_order_whose_lines_were_given_up_is_not_replaced) {
    FoldedShop shop;
    shop.limits.order_lines = 2;
    shop.take(purchase(at(0), "ann", "o1", {line("mug", 2)}));
    shop.take(purchase(at(1), "ann", "o2", {line("tea"), line("pot")}));
    EXPECT_EQ(shop.take(trusted(purchase(at(2), "ann", "o1", {line("lamp")}))).verdict, Verdict::unchanged);
    EXPECT_EQ(shop.item("mug").total().units, 2);
    EXPECT_EQ(shop.visitor("ann").actions().size(), 3u);
}

TEST(VisitorOrders, what_a_suspect_bought_is_never_counted_and_never_taken_back) {
    FoldedShop shop;
    event::Event order = purchase(at(0), "crawler", "o1", {line("mug", 2)});
    order.bot = true;
    EXPECT_EQ(shop.take(order).verdict, Verdict::silent);
    shop.take(refund(at(1), "crawler", "o1", {line("mug", 2)}));
    EXPECT_EQ(shop.item("mug").total(), Bucket(0, 0));
}

// Random purchases, replacements and refunds of a few orders against what a shopkeeper would write into a map.
class NaiveOrders {
public:
    struct Line {
        std::string item;
        std::uint32_t quantity = 0, returned = 0;
        MoneyMicros price = 0;
    };
    bool buy(const event::Event& event) {
        const bool known = orders_.contains(event.transaction_id);
        if (known && !event.trusted) return false;
        std::map<std::string, std::uint32_t> returned;
        for (const Line& old : orders_[event.transaction_id]) returned[old.item] += old.returned;
        std::vector<Line> lines;
        for (const event::EventItem& item : event.items) {
            const std::uint32_t again = std::min(item.quantity, returned[item.item_id]);
            returned[item.item_id] -= again;
            lines.push_back({item.item_id, item.quantity, again, *item.price});
        }
        for (const auto& [item, left] : returned)
            if (left > 0) lines.push_back({item, left, left, 0});
        orders_[event.transaction_id] = lines;
        return true;
    }
    void give_back(const event::Event& event) {
        for (const event::EventItem& item : event.items) {
            std::uint32_t left = item.quantity;
            for (Line& line : orders_[event.transaction_id]) {
                if (line.item != item.item_id) continue;
                const std::uint32_t taken = std::min(left, line.quantity - line.returned);
                line.returned += taken;
                left -= taken;
            }
        }
    }
    Bucket total(const std::string& item) const {
        Bucket sum{0, 0};
        for (const auto& [id, lines] : orders_) {
            bool held = false;
            for (const Line& line : lines) {
                if (line.item != item || line.returned == line.quantity) continue;
                held = true;
                sum.units += line.quantity - line.returned;
                sum.revenue += (line.quantity - line.returned) * line.price;
            }
            sum.orders += held;
        }
        return sum;
    }
    bool has(const std::string& order) const { return orders_.contains(order); }

private:
    std::map<std::string, std::vector<Line>> orders_;
};

event::Event random_trade(Random& random, TimeMs time, const NaiveOrders& known) {
    const std::string order = "o" + std::to_string(random.below(6));
    std::vector<event::EventItem> items;
    for (std::uint64_t i = 0; i <= random.below(4); ++i)
        items.push_back(line("item" + std::to_string(random.below(5)), 1 + static_cast<std::uint32_t>(random.below(4)),
                             static_cast<MoneyMicros>(random.below(9)) * money_unit));
    event::Event event = random.below(2) == 0 && known.has(order) ? refund(time, "ann", order, items)
                                                                  : purchase(time, "ann", order, items);
    event.user_id = "user";
    event.trusted = random.below(2) == 0;
    return event;
}

TEST(VisitorOrders, counts_and_facts_are_the_sum_of_the_orders_whatever_happened_to_them) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        FoldedShop shop;
        NaiveOrders naive;
        for (int i = 0; i < 60; ++i) {
            const event::Event event = random_trade(random, at(i), naive);
            const Verdict verdict = shop.take(event).verdict;
            if (event.kind == event::EventKind::refund)
                naive.give_back(event);
            else
                ASSERT_EQ(verdict == Verdict::folded, naive.buy(event));
        }
        std::map<ItemKey, std::int64_t> of_user;
        for (const Acted& acted : shop.user("user").actions()) of_user[acted.item] += acted.quantity;
        for (int i = 0; i < 5; ++i) {
            const std::string item = "item" + std::to_string(i);
            EXPECT_EQ(shop.item(item).total(), naive.total(item)) << item;
            EXPECT_EQ(of_user[item_key(item)], naive.total(item).units) << item;
        }
    }
}

}  // namespace

}  // namespace vitrina::state
