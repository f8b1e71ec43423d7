#include "ranking/filter.hpp"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace vitrina::ranking {
namespace {

constexpr TimeMs now = 1'767'225'600'000;  // 2026-01-01

catalog::Item mug() {
    catalog::Item item;
    item.item_id = "MUG";
    item.title = "Red mug";
    item.brand = "Acme";
    item.categories = {"kitchen > mugs", "gifts"};
    item.price = 4'500'000;
    item.currency = "GBP";
    item.quantity = 3;
    item.group_id = "mugs";
    item.created_at = now - day_ms;
    item.attributes = {{"colour", "red"}, {"volume", "0.3"}, {"fragile", "true"}};
    return item;
}

bool holds(const std::string& json, const catalog::Item& item = mug()) {
    const auto filter = parse_filter(json);
    EXPECT_TRUE(filter) << json << ": " << (filter ? "" : filter.error().message);
    return filter && matches(*filter, item, now);
}

std::string refusal(const std::string& json, const FilterLimits& limits = {}) {
    const auto filter = parse_filter(json, limits);
    return filter ? "" : filter.error().message;
}

TEST(Filter, compares_texts_exactly_and_numbers_numerically) {
    EXPECT_TRUE(holds(R"({"field": "brand", "eq": "Acme"})"));
    EXPECT_FALSE(holds(R"({"field": "brand", "eq": "acme"})"));
    EXPECT_TRUE(holds(R"({"field": "item_id", "in": ["LAMP", "MUG"]})"));
    EXPECT_TRUE(holds(R"({"field": "price", "lt": 20})"));
    EXPECT_FALSE(holds(R"({"field": "price", "lt": 4.5})"));
    EXPECT_TRUE(holds(R"({"field": "price", "lte": 4.5})"));
    EXPECT_TRUE(holds(R"({"field": "price", "between": [4, 5]})"));
    EXPECT_TRUE(holds(R"({"field": "quantity", "gt": 2})"));
    EXPECT_FALSE(holds(R"({"field": "price", "eq": "4.5"})"));
    EXPECT_TRUE(holds(R"({"field": "availability", "eq": "in_stock"})"));
    EXPECT_TRUE(holds(R"({"field": "created_at", "gte": "2025-12-31"})"));
    EXPECT_FALSE(holds(R"({"field": "created_at", "gte": "2026-01-01"})"));
}

TEST(Filter, takes_the_price_of_the_moment) {
    catalog::Item item = mug();
    item.sale_price = 2 * money_unit;
    item.sale_until = now + 1;
    EXPECT_TRUE(holds(R"({"field": "price", "lt": 3})", item));
    item.sale_until = now - 1;
    EXPECT_FALSE(holds(R"({"field": "price", "lt": 3})", item));
}

TEST(Filter, holds_a_category_to_include_what_is_below_it) {
    EXPECT_TRUE(holds(R"({"field": "category", "eq": "kitchen"})"));
    EXPECT_TRUE(holds(R"({"field": "category", "eq": "kitchen > mugs"})"));
    EXPECT_TRUE(holds(R"({"field": "category", "in": ["garden", "gifts"]})"));
    EXPECT_FALSE(holds(R"({"field": "category", "eq": "kit"})"));
    EXPECT_FALSE(holds(R"({"field": "category", "eq": "mugs"})"));
    EXPECT_TRUE(holds(R"({"field": "category", "exists": true})"));
}

TEST(Filter, reads_attributes_as_texts_numbers_and_truths) {
    EXPECT_TRUE(holds(R"({"field": "attributes.colour", "eq": "red"})"));
    EXPECT_TRUE(holds(R"({"field": "attributes.volume", "gte": 0.3})"));
    EXPECT_TRUE(holds(R"({"field": "attributes.fragile", "eq": true})"));
    EXPECT_FALSE(holds(R"({"field": "attributes.colour", "gt": 1})"));
}

TEST(Filter, joins_terms_with_all_any_and_not) {
    EXPECT_TRUE(holds(R"({"all": [{"field": "price", "lt": 20}, {"field": "category", "in": ["kitchen"]}]})"));
    EXPECT_TRUE(holds(R"({"any": [{"field": "price", "gt": 20}, {"not": {"field": "brand", "eq": "Bolt"}}]})"));
    EXPECT_FALSE(holds(R"({"not": {"field": "brand", "eq": "Acme"}})"));
    EXPECT_TRUE(holds(R"({"field": "price", "gte": 4, "lt": 5})"));
    EXPECT_FALSE(holds(R"({"field": "price", "gte": 4, "lt": 4.5})"));
}

TEST(Filter, matches_a_missing_field_by_not_and_by_exists_false_alone) {
    catalog::Item bare;
    bare.item_id = "BARE";
    EXPECT_FALSE(holds(R"({"field": "price", "lt": 20})", bare));
    EXPECT_FALSE(holds(R"({"field": "price", "exists": true})", bare));
    EXPECT_TRUE(holds(R"({"field": "price", "exists": false})", bare));
    EXPECT_TRUE(holds(R"({"not": {"field": "attributes.colour", "eq": "red"}})", bare));
    EXPECT_FALSE(holds(R"({"field": "attributes.colour", "eq": false})", bare));
}

TEST(Filter, names_the_wrong_part_by_its_path) {
    EXPECT_EQ(refusal(R"({"all": [{"field": "price", "lt": 1}, {"field": "price", "lt": "x"}]})"),
              "filter.all[1].lt: is not a number");
    EXPECT_TRUE(
        refusal(R"({"field": "prize", "lt": 1})").starts_with("filter.field: unknown field \"prize\"; known: item_id"));
    EXPECT_TRUE(refusal(R"({"field": "price", "below": 1})").starts_with("filter.below: unknown operator; use eq"));
    EXPECT_EQ(refusal(R"({"not": {"any": []}})"), "filter.not.any: is empty; give at least one filter");
    EXPECT_EQ(refusal(R"({"field": "price", "between": [1]})"), "filter.between: needs two numbers, lowest first");
    EXPECT_EQ(refusal(R"({"field": "price", "in": [1, [2]]})"), "filter.in[1]: is not a text, a number, true or false");
    EXPECT_TRUE(refusal(R"({"field": "brand", "lt": 1})").starts_with("filter.lt: brand is a text"));
    EXPECT_TRUE(refusal(R"({"field": "brand", "eq": "$item.brand"})").starts_with("filter.eq: \"$item.brand\""));
    EXPECT_TRUE(refusal(R"({"field": "created_at", "gt": "yesterday"})").starts_with("filter.gt: "));
    EXPECT_TRUE(refusal("{").starts_with("filter: is no JSON"));
    EXPECT_EQ(refusal("[]"), "filter: is not an object");
    EXPECT_EQ(refusal(R"({"field": "price", "gt": 1, "gt": 2})"), "filter: \"gt\" comes twice");
    EXPECT_EQ(refusal(R"({"field": "price", "gt": 1, "field": "brand"})"), "filter: \"field\" comes twice");
    EXPECT_EQ(refusal(R"({"field": "brand", "eq": "\ud800"})"), "filter.eq: is not UTF-8 without control characters");
    EXPECT_TRUE(refusal("{}").starts_with("filter: needs exactly one of"));
}

TEST(Filter, is_bounded_in_depth_and_size) {
    std::string deep = R"({"field": "price", "lt": 1})";
    for (int level = 0; level < 8; ++level) deep = fmt::format(R"({{"not": {}}})", deep);
    EXPECT_TRUE(refusal(deep).ends_with("nested deeper than 8 levels"));
    EXPECT_TRUE(refusal(std::string(100'000, '[')).starts_with("filter: is no JSON"));
    EXPECT_EQ(refusal(R"({"field": "brand", "in": ["a", "b", "c"]})", {.values = 2}), "filter.in: more than 2 values");
    EXPECT_EQ(refusal(R"({"all": [{"field": "brand", "eq": "a"}, {"field": "brand", "eq": "b"}]})", {.terms = 2}),
              "filter.all[1]: more than 2 terms");
}

}  // namespace
}  // namespace vitrina::ranking
