#include "catalog/catalog.hpp"

#include <algorithm>
#include <map>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.hpp"

namespace vitrina::catalog {
namespace {

Item item_of(const std::string& id, const std::string& group = "") {
    Item item;
    item.item_id = id;
    item.group_id = group;
    return item;
}

TEST(Catalog, finds_what_was_put_and_keeps_its_slot) {
    Catalog catalog;
    const Slot mug = *catalog.put(item_of("mug"));
    const Slot lamp = *catalog.put(item_of("lamp"));
    EXPECT_NE(mug, lamp);
    Item dearer = item_of("mug");
    dearer.price = 9 * money_unit;
    EXPECT_EQ(*catalog.put(dearer), mug);
    EXPECT_EQ(catalog.item(mug).price, 9 * money_unit);
    EXPECT_EQ(catalog.find("mug"), mug);
    EXPECT_EQ(catalog.find(item_key("lamp")), lamp);
    EXPECT_FALSE(catalog.find("sofa"));
    EXPECT_EQ(catalog.size(), 2u);
}

TEST(Catalog, forgets_what_was_removed_but_not_its_slot) {
    Catalog catalog;
    const Slot mug = *catalog.put(item_of("mug"));
    EXPECT_TRUE(catalog.remove("mug"));
    EXPECT_FALSE(catalog.remove("mug"));
    EXPECT_FALSE(catalog.find("mug"));
    EXPECT_FALSE(catalog.present(mug));
    EXPECT_FALSE(sellable_at(catalog.item(mug), 0));
    EXPECT_EQ(catalog.size(), 0u);
    EXPECT_EQ(catalog.slots(), 1u);
    EXPECT_EQ(*catalog.put(item_of("mug")), mug);
    EXPECT_TRUE(catalog.present(mug));
}

TEST(Catalog, learns_by_group_where_there_is_one) {
    Catalog catalog;
    const Slot red = *catalog.put(item_of("red", "shirt"));
    const Slot blue = *catalog.put(item_of("blue", "shirt"));
    const Slot shirt = *catalog.put(item_of("shirt"));
    EXPECT_EQ(catalog.learning_key(red), catalog.learning_key(blue));
    EXPECT_NE(catalog.learning_key(red), catalog.learning_key(shirt));
    EXPECT_EQ(catalog.slots_of(catalog.learning_key(red)), (std::vector<Slot>{red, blue}));
    EXPECT_EQ(catalog.group_slots(catalog.group(red)), (std::vector<Slot>{red, blue}));
    ASSERT_TRUE(catalog.put(item_of("red")));
    EXPECT_EQ(catalog.slots_of(catalog.learning_key(blue)), (std::vector<Slot>{blue}));
    EXPECT_EQ(catalog.learning_key(red), item_key("red"));
    EXPECT_EQ(catalog.group(red), none);
}

TEST(Catalog, numbers_leaf_categories_and_brands) {
    Catalog catalog;
    Item mug = item_of("mug");
    mug.categories = {"kitchen > mugs", "gifts"};
    mug.brand = "Acme";
    Item cup = mug;
    cup.item_id = "cup";
    Item lamp = item_of("lamp");
    lamp.categories = {"gifts"};
    const Slot a = *catalog.put(mug), b = *catalog.put(cup), c = *catalog.put(lamp);
    EXPECT_EQ(catalog.leaf_category(a), catalog.leaf_category(b));
    EXPECT_NE(catalog.leaf_category(a), catalog.leaf_category(c));
    EXPECT_EQ(catalog.brand(a), catalog.brand(b));
    EXPECT_EQ(catalog.brand(c), none);
}

TEST(Catalog, refuses_a_bad_item_and_a_full_house) {
    Catalog catalog(Limits{.items = 1});
    EXPECT_EQ(catalog.put(item_of("")).error().code, ErrorCode::invalid_input);
    ASSERT_TRUE(catalog.put(item_of("mug")));
    EXPECT_EQ(catalog.put(item_of("lamp")).error().code, ErrorCode::exhausted);
    EXPECT_TRUE(catalog.put(item_of("mug")));
}

// Against a plain map, with random puts, changes of group and removals.
TEST(Catalog, agrees_with_a_plain_map_on_random_changes) {
    Catalog catalog;
    std::map<std::string, std::string> plain;  // id → group
    Random random(7);
    for (int change = 0; change < 3000; ++change) {
        const std::string id = fmt::format("item{}", random.below(40));
        if (random.below(3) == 0) {
            EXPECT_EQ(catalog.remove(id), plain.erase(id) > 0);
        } else {
            plain[id] = random.below(2) == 0 ? "" : fmt::format("group{}", random.below(6));
            ASSERT_TRUE(catalog.put(item_of(id, plain[id])));
        }
    }
    ASSERT_EQ(catalog.size(), plain.size());
    std::map<std::string, std::size_t> of_group;
    for (const auto& [id, group] : plain) ++of_group[group];
    for (const auto& [id, group] : plain) {
        const Slot slot = *catalog.find(id);
        const auto& variants = catalog.slots_of(catalog.learning_key(slot));
        EXPECT_EQ(variants.size(), group.empty() ? 1 : of_group[group]);
        EXPECT_TRUE(std::ranges::is_sorted(variants));
    }
}

}  // namespace
}  // namespace vitrina::catalog
