#include "catalog/observed.hpp"

#include <gtest/gtest.h>

namespace vitrina::catalog {
namespace {

TEST(ObservedItems, are_numbered_at_first_sight) {
    ObservedItems items;
    EXPECT_EQ(items.see({.item_id = "A", .time = 5}), 0u);
    EXPECT_EQ(items.see({.item_id = "B", .time = 4}), 1u);
    EXPECT_EQ(items.see({.item_id = "A", .time = 3}), 0u);
    EXPECT_EQ(items.ids(), (std::vector<std::string>{"A", "B"}));
    EXPECT_EQ(items.item(0).created_at, 3);
}

TEST(ObservedItems, have_the_usual_title_and_the_latest_price) {
    ObservedItems items(2);
    items.see({.item_id = "A", .title = "damaged", .price = 9, .time = 3});
    items.see({.item_id = "A", .title = "Mug", .currency = "GBP", .price = 5, .time = 1});
    items.see({.item_id = "A", .title = "Mug", .price = 0, .time = 4});
    for (int i = 0; i < 5; ++i) items.see({.item_id = "A", .title = "one title too many", .time = 1});
    const Item item = items.item(0);
    EXPECT_EQ(item.title, "Mug");
    EXPECT_EQ(item.price, 9);
    EXPECT_EQ(item.currency, "GBP");
    EXPECT_EQ(ObservedItems().ids().size(), 0u);
}

TEST(ObservedItems, of_two_titles_alike_take_the_first) {
    ObservedItems items;
    items.see({.item_id = "A", .title = "first"});
    items.see({.item_id = "A", .title = "second"});
    EXPECT_EQ(items.item(0).title, "first");
}

TEST(ObservedItems, complete_what_is_known_and_leave_what_it_says) {
    const Item observed{.item_id = "A",
                        .title = "Mug",
                        .categories = {"kitchen"},
                        .brand = "Acme",
                        .price = 5,
                        .currency = "GBP",
                        .created_at = 1};
    EXPECT_EQ(completed({.item_id = "A"}, observed), observed);
    const Item known{.item_id = "A",
                     .title = "Our mug",
                     .categories = {"mugs"},
                     .brand = "Own",
                     .price = 7,
                     .currency = "EUR",
                     .created_at = 2};
    EXPECT_EQ(completed(known, observed), known);
}

}  // namespace
}  // namespace vitrina::catalog
