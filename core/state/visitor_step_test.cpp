#include "state/folded_shop.hpp"

namespace vitrina::state {

namespace {

using event::EventKind;

TEST(VisitorStep, remembers_what_was_looked_at_newest_first) {
    FoldedShop shop;
    shop.take(view(at(0), "ann", "mug"));
    shop.take(view(at(1), "ann", "tea"));
    const auto actions = shop.visitor("ann").actions();
    ASSERT_EQ(actions.size(), 2u);
    EXPECT_EQ(actions[0].item, item_key("tea"));
    EXPECT_EQ(actions[0].time, at(1));
    EXPECT_EQ(actions[1].item, item_key("mug"));
    EXPECT_TRUE(actions[1].in_session);
}

TEST(VisitorStep, starts_a_new_session_after_half_an_hour_of_silence) {
    FoldedShop shop;
    shop.take(view(at(0), "ann", "mug"));
    shop.take(view(at(30), "ann", "tea"));
    EXPECT_EQ(shop.visitor("ann").session_start(), at(0));
    const VisitorStep step = shop.take(view(at(61), "ann", "pot"));
    EXPECT_TRUE(step.cold_changed);
    EXPECT_EQ(shop.visitor("ann").session_start(), at(61));
    const auto actions = shop.visitor("ann").actions();
    ASSERT_EQ(actions.size(), 3u);
    EXPECT_TRUE(actions[0].in_session);
    EXPECT_FALSE(actions[1].in_session);
}

TEST(VisitorStep, folds_an_event_sent_twice_once) {
    FoldedShop shop;
    const event::Event event = view(at(0), "ann", "mug");
    shop.take(event);
    const VisitorRecords before = shop.records("ann");
    EXPECT_EQ(shop.take(event).verdict, Verdict::duplicate);
    EXPECT_EQ(shop.records("ann"), before);
    EXPECT_EQ(shop.item("mug").total().views, 1);
}

TEST(VisitorStep, keeps_the_cart_until_it_is_bought) {
    FoldedShop shop;
    shop.take(happening(EventKind::add_to_cart, at(0), "ann", {line("mug", 2), line("tea")}));
    shop.take(happening(EventKind::add_to_cart, at(1), "ann", {line("mug", 3)}));
    shop.take(happening(EventKind::remove_from_cart, at(2), "ann", {line("mug", 1)}));
    auto cart = shop.visitor("ann").cart();
    ASSERT_EQ(cart.size(), 2u);
    EXPECT_EQ(cart[1].item, item_key("mug"));
    EXPECT_EQ(cart[1].quantity, 4u);
    shop.take(purchase(at(3), "ann", "o1", {line("mug", 4)}));
    cart = shop.visitor("ann").cart();
    ASSERT_EQ(cart.size(), 1u);
    EXPECT_EQ(cart[0].item, item_key("tea"));
}

TEST(VisitorStep, counts_what_was_bought) {
    FoldedShop shop;
    shop.take(purchase(at(0), "ann", "o1", {line("mug", 2), line("tea", 1), line("mug", 3)}));
    const Bucket mug = shop.item("mug").total();
    EXPECT_EQ(mug.orders, 1);
    EXPECT_EQ(mug.units, 5);
    EXPECT_EQ(mug.revenue, 10 * money_unit);
    EXPECT_EQ(shop.visitor("ann").order_count(), 1u);
    const auto actions = shop.visitor("ann").actions();
    ASSERT_EQ(actions.size(), 2u);
    EXPECT_EQ(actions[0].quantity + actions[1].quantity, 6u);
}

}  // namespace

}  // namespace vitrina::state
