#include "catalog/item.hpp"

#include <gtest/gtest.h>

namespace vitrina::catalog {
namespace {

constexpr TimeMs noon = 1'767'614'400'000;

TEST(Item, costs_the_sale_price_within_its_window) {
    Item item{.item_id = "A", .price = 5};
    EXPECT_EQ(price_at(item, noon), 5);
    item.sale_price = 4;
    EXPECT_EQ(price_at(item, noon), 4);
    item.sale_from = noon;
    item.sale_until = noon + 10;
    EXPECT_EQ(price_at(item, noon - 1), 5);
    EXPECT_EQ(price_at(item, noon), 4);
    EXPECT_EQ(price_at(item, noon + 9), 4);
    EXPECT_EQ(price_at(item, noon + 10), 5);
    EXPECT_FALSE(price_at(Item{}, noon));
}

TEST(Item, is_sold_only_when_it_is_there_and_shown) {
    EXPECT_TRUE(sellable_at({}, noon));
    EXPECT_FALSE(sellable_at({.hidden = true}, noon));
    EXPECT_FALSE(sellable_at({.absent = true}, noon));
    EXPECT_FALSE(sellable_at({.availability = Availability::out_of_stock}, noon));
    EXPECT_FALSE(sellable_at({.quantity = 0}, noon));
    EXPECT_TRUE(sellable_at({.quantity = 1}, noon));
    EXPECT_TRUE(sellable_at({.availability = Availability::preorder, .quantity = 0}, noon));
    EXPECT_FALSE(sellable_at({.available_from = noon + 1}, noon));
    EXPECT_TRUE(sellable_at({.available_from = noon}, noon));
    EXPECT_FALSE(sellable_at({.available_until = noon}, noon));
    EXPECT_TRUE(sellable_at({.available_until = noon + 1}, noon));
}

}  // namespace
}  // namespace vitrina::catalog
