#include <gtest/gtest.h>

#include <functional>

#include "catalog/catalog.hpp"

namespace vitrina::catalog {
namespace {

std::string message_of(const std::function<void(Item&)>& change) {
    Item item{.item_id = "MUG", .title = "Mug", .price = 4'500'000, .currency = "GBP"};
    change(item);
    const auto checked = validated(std::move(item));
    return checked ? "" : checked.error().message;
}

TEST(ItemValidation, takes_an_item_with_nothing_but_its_id) { EXPECT_EQ(validated({.item_id = "A"})->item_id, "A"); }

TEST(ItemValidation, names_item_and_field) {
    EXPECT_EQ(message_of([](Item& item) { item.price = -1'000'000; }),
              "price of item \"MUG\" is -1.00; amounts are not negative");
    EXPECT_EQ(message_of([](Item& item) { item.currency = "pounds"; }),
              "currency of item \"MUG\" \"pounds\" is no ISO-4217 code; write it as GBP or EUR");
}

TEST(ItemValidation, refuses_bad_fields) {
    for (const auto& change : std::vector<std::function<void(Item&)>>{
             [](Item& item) { item.item_id.clear(); }, [](Item& item) { item.item_id = std::string(257, 'x'); },
             [](Item& item) { item.item_id = "two\nlines"; }, [](Item& item) { item.group_id = "\x01"; },
             [](Item& item) { item.title = std::string(16 * 1024 + 1, 'x'); },
             [](Item& item) { item.brand = "caf\xe9"; }, [](Item& item) { item.categories.assign(21, "a"); },
             [](Item& item) { item.categories = {""}; },
             [](Item& item) {
                 for (int i = 0; i < 101; ++i) item.attributes[std::to_string(i)] = "x";
             },
             [](Item& item) { item.attributes[""] = "x"; }, [](Item& item) { item.localized["ru"].title = "\xff"; },
             [](Item& item) { item.sale_from = 5, item.sale_until = 5; },
             [](Item& item) { item.available_from = 6, item.available_until = 5; }, [](Item& item) { item.cost = -1; },
             [](Item& item) { item.sale_price = -1; }, [](Item& item) { item.sale_price = 4'500'001; },
             [](Item& item) { item.url = "javascript:alert(1)"; },
             [](Item& item) { item.image_url = "data:image/png,x"; },
             [](Item& item) { item.localized["ru"].url = "JavaScript:x"; }})
        EXPECT_NE(message_of(change), "");
}

TEST(ItemValidation, takes_addresses_of_the_web_and_a_sale_at_the_list_price) {
    EXPECT_EQ(message_of([](Item& item) { item.sale_price = 4'500'000; }), "");
    for (const char* url : {"https://shop/mug", "/mug", "//cdn.shop/mug"})
        EXPECT_EQ(message_of([&](Item& item) { item.url = item.image_url = url; }), "");
}

TEST(ItemValidation, lets_texts_have_lines) {
    EXPECT_EQ(message_of([](Item& item) { item.description = "one\ntwo\ttabbed"; }), "");
}

}  // namespace
}  // namespace vitrina::catalog
