#include "state/folded_shop_test.hpp"

namespace vitrina::state {

namespace {

using event::EventKind;

std::vector<ItemKey> items_of(const std::vector<Acted>& actions) {
    std::vector<ItemKey> items;
    for (const Acted& acted : actions) items.push_back(acted.item);
    return items;
}

std::vector<ItemKey> keys(std::initializer_list<const char*> names) {
    std::vector<ItemKey> keys;
    for (const char* name : names) keys.push_back(item_key(name));
    return keys;
}

TEST(VisitorIdentity, a_login_tells_the_user_the_run_up_of_its_session_only) {
    FoldedShop shop;
    shop.take(view(at(-120), "phone", "old"));
    shop.take(view(at(0), "phone", "mug"));
    shop.take(view(at(1), "phone", "tea"));
    shop.take(login(at(2), "phone", "ann"));
    EXPECT_EQ(items_of(shop.user("ann").actions()), keys({"tea", "mug"}));
    EXPECT_EQ(shop.visitor("phone").user(), shop.key("ann"));
}

TEST(VisitorIdentity, a_login_tells_the_user_the_orders_of_its_session) {
    FoldedShop shop;
    shop.take(purchase(at(-120), "phone", "o1", {line("old")}));
    shop.take(purchase(at(0), "phone", "o2", {line("mug", 2)}));
    shop.take(login(at(1), "phone", "ann"));
    const auto actions = shop.user("ann").actions();
    ASSERT_EQ(actions.size(), 1u);
    EXPECT_EQ(actions[0].quantity, 2u);
    shop.take(refund(at(2), "phone", "o2", {line("mug", 2)}));
    EXPECT_TRUE(shop.user("ann").actions().empty());
}

TEST(VisitorIdentity, a_run_up_longer_than_the_hot_record_is_told_as_a_whole) {
    FoldedShop shop;
    for (int i = 0; i < 100; ++i) shop.take(view(at(i / 10), "phone", "item" + std::to_string(i)));
    const VisitorStep step = shop.take(login(at(11), "phone", "ann"));
    EXPECT_EQ(step.facts.size(), 100u);
    EXPECT_EQ(shop.user("ann").actions().size(), 100u);
}

TEST(VisitorIdentity, logging_in_again_tells_nothing_new) {
    FoldedShop shop;
    shop.take(view(at(0), "phone", "mug"));
    shop.take(login(at(1), "phone", "ann"));
    const auto known = shop.users();
    EXPECT_TRUE(shop.take(login(at(2), "phone", "ann")).facts.empty());
    shop.take(logout(at(3), "phone"));
    EXPECT_TRUE(shop.take(login(at(4), "phone", "ann")).facts.empty());
    EXPECT_EQ(shop.users(), known);
}

TEST(VisitorIdentity, what_was_done_between_logout_and_the_same_users_login_is_told) {
    FoldedShop shop;
    shop.take(login(at(0), "phone", "ann"));
    shop.take(view(at(1), "phone", "mug"));
    shop.take(logout(at(2), "phone"));
    shop.take(view(at(3), "phone", "tea"));
    EXPECT_EQ(items_of(shop.user("ann").actions()), keys({"mug"}));
    shop.take(login(at(4), "phone", "ann"));
    EXPECT_EQ(items_of(shop.user("ann").actions()), keys({"tea", "mug"}));
}

TEST(VisitorIdentity, a_logged_in_visitor_tells_the_user_everything_until_logout) {
    FoldedShop shop;
    shop.take(login(at(0), "phone", "ann"));
    shop.take(view(at(1), "phone", "mug"));
    shop.take(happening(EventKind::add_to_cart, at(2), "phone", {line("mug", 3)}));
    shop.take(logout(at(3), "phone"));
    EXPECT_FALSE(shop.visitor("phone").user());
    shop.take(view(at(4), "phone", "tea"));
    const auto actions = shop.user("ann").actions();
    ASSERT_EQ(actions.size(), 2u);
    EXPECT_EQ(actions[0].action, Action::cart);
    EXPECT_EQ(actions[0].quantity, 3u);
}

TEST(VisitorIdentity, a_second_user_of_a_device_inherits_nothing_older_than_his_login) {
    FoldedShop shop;
    shop.take(login(at(0), "sofa", "ann"));
    shop.take(view(at(1), "sofa", "mug"));
    shop.take(happening(EventKind::add_to_cart, at(1), "sofa", {line("mug")}));
    shop.take(purchase(at(2), "sofa", "o1", {line("pot")}));
    shop.take(logout(at(3), "sofa"));
    shop.take(view(at(4), "sofa", "lamp"));
    shop.take(happening(EventKind::add_to_cart, at(4), "sofa", {line("lamp")}));
    const VisitorStep step = shop.take(login(at(5), "sofa", "bob"));
    EXPECT_TRUE(step.facts.empty());
    EXPECT_TRUE(shop.visitor("sofa").actions().empty());
    EXPECT_TRUE(shop.visitor("sofa").cart().empty());
    EXPECT_TRUE(shop.user("bob").actions().empty());
    const VisitorStep tea = shop.take(view(at(6), "sofa", "tea"));
    EXPECT_EQ(items_of(shop.user("bob").actions()), keys({"tea"}));
    EXPECT_EQ(items_of(shop.visitor("sofa").actions()), keys({"tea"}));
    ASSERT_EQ(tea.deltas.size(), 1u);
    EXPECT_TRUE(tea.deltas[0].neighbours.empty());
}

TEST(VisitorIdentity, a_second_user_without_a_logout_before_is_a_second_user) {
    FoldedShop shop;
    event::Event first = view(at(0), "sofa", "mug");
    first.user_id = "ann";
    event::Event second = view(at(1), "sofa", "tea");
    second.user_id = "bob";
    shop.take(first);
    shop.take(second);
    EXPECT_EQ(items_of(shop.user("ann").actions()), keys({"mug"}));
    EXPECT_EQ(items_of(shop.user("bob").actions()), keys({"tea"}));
    EXPECT_EQ(items_of(shop.visitor("sofa").actions()), keys({"tea"}));
}

TEST(VisitorIdentity, nobody_returns_what_another_user_of_the_device_bought) {
    FoldedShop shop;
    shop.take(login(at(0), "sofa", "ann"));
    shop.take(purchase(at(1), "sofa", "o1", {line("mug")}));
    shop.take(login(at(2), "sofa", "bob"));
    EXPECT_EQ(shop.take(refund(at(3), "sofa", "", {line("mug")})).unmatched_refunds, 1u);
    EXPECT_EQ(shop.user("ann").actions().size(), 1u);
}

TEST(VisitorIdentity, two_devices_of_one_user_meet_in_the_user) {
    FoldedShop shop;
    shop.take(login(at(0), "phone", "ann"));
    shop.take(login(at(0), "desk", "ann"));
    shop.take(view(at(1), "phone", "mug"));
    shop.take(view(at(2), "desk", "tea"));
    EXPECT_EQ(items_of(shop.user("ann").actions()), keys({"tea", "mug"}));
    EXPECT_EQ(items_of(shop.visitor("desk").actions()), keys({"tea"}));
}

TEST(VisitorIdentity, a_login_that_arrives_after_a_later_logout_does_not_bind) {
    FoldedShop shop;
    shop.take(login(at(0), "phone", "ann"));
    shop.take(logout(at(10), "phone"));
    event::Event earlier = view(at(5), "phone", "mug");
    earlier.user_id = "ann";
    shop.take(earlier);
    EXPECT_FALSE(shop.visitor("phone").user());
    EXPECT_EQ(items_of(shop.user("ann").actions()), keys({"mug"}));
}

TEST(VisitorIdentity, a_guest_is_a_basket_without_a_person) {
    FoldedShop shop;
    event::Event order = purchase(at(0), "guest-1", "o1", {line("mug", 2)});
    order.guest = true;
    order.user_id = "ann";
    const VisitorStep step = shop.take(order);
    EXPECT_TRUE(step.facts.empty());
    EXPECT_FALSE(shop.visitor("guest-1").user());
    EXPECT_EQ(shop.item("mug").total().units, 2);
}

}  // namespace

}  // namespace vitrina::state
