#include "catalog/json.hpp"

#include <gtest/gtest.h>

namespace vitrina::catalog {
namespace {

Item full_item() {
    return {.item_id = "MUG-RED",
            .title = "Red mug",
            .description = "Two\nlines",
            .categories = {"kitchen > mugs", "gifts"},
            .brand = "Acme",
            .price = 4'500'000,
            .sale_price = 4'050'000,
            .sale_from = 1'767'607'200'000,
            .sale_until = 1'767'693'600'000,
            .currency = "GBP",
            .cost = 2'000'000,
            .availability = Availability::preorder,
            .quantity = 7,
            .url = "https://shop/mug",
            .image_url = "https://shop/mug.jpg",
            .group_id = "MUG",
            .attributes = {{"colour", "red"}, {"size", "\"L\""}},
            .available_from = 1'767'607'200'000,
            .available_until = 1'767'693'600'000,
            .hidden = true,
            .localized = {{"ru", {.title = "Красная кружка", .url = "", .description = ""}}},
            .created_at = 1'767'607'200'000};
}

std::string message_of(std::string_view json) {
    const auto item = JsonReader().read_item(json);
    return item ? "" : item.error().message;
}

TEST(ItemJson, reads_its_own_text_back) {
    EXPECT_EQ(JsonReader().read_item(json_text(full_item())), full_item());
    EXPECT_EQ(JsonReader().read_item(json_text({.item_id = "A"})), (Item{.item_id = "A"}));
}

TEST(ItemJson, says_that_an_item_is_absent_and_lets_nobody_send_it) {
    EXPECT_NE(json_text({.item_id = "A", .absent = true}).find(R"("absent":true)"), std::string::npos);
    EXPECT_EQ(json_text({.item_id = "A"}).find("absent"), std::string::npos);
    EXPECT_NE(message_of(R"({"item_id": "A", "absent": true})").find("complete runs"), std::string::npos);
}

TEST(ItemJson, reads_one_or_many) {
    JsonReader reader({.items = 2});
    EXPECT_EQ(reader.read_body(R"({"item_id": "A"})")->size(), 1u);
    const auto items = reader.read_body(R"({"items": [{"item_id": "A", "price": 1.5}, {"title": "no id"}]})");
    ASSERT_EQ(items->size(), 2u);
    EXPECT_EQ((*items)[0]->price, 1'500'000);
    EXPECT_EQ((*items)[1].error().code, ErrorCode::invalid_input);
    EXPECT_EQ(reader.read_body(R"({"items": [{}, 1, 2]})").error().code, ErrorCode::exhausted);
    EXPECT_FALSE(reader.read_body("[]"));
    EXPECT_FALSE(reader.read_body(""));
    EXPECT_FALSE(reader.read_body(R"({"items": 5})"));
    EXPECT_FALSE(reader.read_body(R"({"items": [], "item_id": "A"})"));
}

TEST(ItemJson, a_number_of_any_size_spoils_its_own_item_only) {
    const auto items = JsonReader().read_body(
        R"({"items": [{"item_id": "A"}, {"item_id": "B", "price": 99999999999999999999}, {"item_id": "C", "quantity": 1e30}]})");
    ASSERT_TRUE(items) << items.error().message;
    EXPECT_TRUE((*items)[0].has_value());
    EXPECT_FALSE((*items)[1].has_value());
    EXPECT_FALSE((*items)[2].has_value());
}

TEST(ItemJson, takes_the_id_from_the_address_and_refuses_another) {
    JsonReader reader;
    EXPECT_EQ(reader.read_item(R"({"title": "Mug"})", "A")->item_id, "A");
    EXPECT_EQ(reader.read_item(R"({"item_id": "A"})", "A")->item_id, "A");
    EXPECT_FALSE(reader.read_item(R"({"item_id": "B"})", "A"));
}

TEST(ItemJson, patches_only_what_is_given) {
    JsonReader reader;
    Item expected = full_item();
    expected.price = 5'000'000;
    expected.hidden = false;
    EXPECT_EQ(reader.patched(full_item(), R"({"price": 5, "hidden": false})"), expected);
    EXPECT_EQ(reader.patched(full_item(), "{}"), full_item());
    EXPECT_FALSE(reader.patched(full_item(), R"({"item_id": "OTHER"})"));
    EXPECT_FALSE(reader.patched(full_item(), R"({"item_id": null})"));
}

TEST(ItemJson, takes_a_field_away_by_null_and_merges_maps_by_name) {
    JsonReader reader;
    Item expected = full_item();
    expected.sale_price.reset();
    expected.quantity.reset();
    expected.brand.clear();
    expected.categories = {"gifts"};
    expected.availability = Availability::in_stock;
    expected.attributes = {{"size", "\"L\""}, {"weight", "300"}};
    expected.localized["ru"].url = "https://shop/ru";
    EXPECT_EQ(
        reader.patched(full_item(), R"({"sale_price": null, "quantity": null, "brand": null, "categories": ["gifts"],
        "availability": null, "attributes": {"colour": null, "weight": 300}, "localized": {"ru": {"url": "https://shop/ru"}}})"),
        expected);
    EXPECT_TRUE(reader.patched(full_item(), R"({"attributes": null, "localized": null})")->attributes.empty());
}

TEST(ItemJson, refuses_by_field_and_value) {
    EXPECT_EQ(message_of(R"({"item_id": "A", "titel": "Mug"})"),
              "field \"titel\" is not known; did you mean \"title\"?");
    EXPECT_EQ(message_of(R"({"item_id": "A", "price": "12,5"})"),
              "price is \"12,5\"; send a decimal number such as 4.05");
    EXPECT_EQ(message_of(R"({"item_id": "A", "availability": "gone"})"),
              "availability is \"gone\"; send in_stock, out_of_stock or preorder");
    for (const char* json :
         {R"({"item_id": 5})", R"({"item_id": "A", "categories": "mugs"})", R"({"item_id": "A", "categories": [1]})",
          R"({"item_id": "A", "quantity": -1})", R"({"item_id": "A", "attributes": {"a": {}}})",
          R"({"item_id": "A", "localized": {"ru": {"name": "x"}}})", R"({"item_id": "A", "sale_from": "soon"})",
          R"({"item_id": "A", "hidden": "yes"})", R"({"item_id": "A", "item_id": "B"})", "{", "{}"})
        EXPECT_NE(message_of(json), "") << json;
}

}  // namespace
}  // namespace vitrina::catalog
