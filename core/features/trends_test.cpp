#include "features/trends.hpp"

#include <cmath>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "state/folds.hpp"

namespace vitrina::features {
namespace {

constexpr TimeMs now = 1'700'000'000'000;

struct Shop {
    catalog::Catalog catalog;
    std::map<ItemKey, std::string> states;

    void add(const std::string& id, std::optional<TimeMs> created = std::nullopt) {
        catalog::Item item;
        item.item_id = id;
        item.created_at = created;
        ASSERT_TRUE(catalog.put(item));
    }
    void sell(const std::string& id, TimeMs ago, int orders) {
        state::ItemDelta delta{.item = item_key(id), .hour = hour_of(now - ago), .orders = orders, .units = orders};
        states[delta.item] = *state::item_step(states[delta.item], delta);
    }
    Trends trends(const TrendSettings& settings = {}) const {
        const auto view = [&](catalog::Slot slot) {
            const auto found = states.find(catalog.key(slot));
            return *state::ItemView::open(found == states.end() ? std::string_view() : std::string_view(found->second));
        };
        return make_trends(catalog, view, now, settings);
    }
    std::string names(const std::vector<catalog::Slot>& slots) const {
        std::string text;
        for (const catalog::Slot slot : slots) text += (text.empty() ? "" : " ") + catalog.item(slot).item_id;
        return text;
    }
};

TEST(Trends, count_old_orders_less) {
    Shop shop;
    for (const char* id : {"old", "new", "never"}) shop.add(id);
    shop.sell("old", 56 * day_ms, 100);
    shop.sell("new", hour_ms, 10);
    const Trends trends = shop.trends();
    EXPECT_EQ(shop.names(trends.bestsellers), "new old");
    EXPECT_NEAR(trends.popularity[*shop.catalog.find("old")], 100.0 / 16, 0.05);
    EXPECT_EQ(trends.popularity[*shop.catalog.find("never")], 0.0f);
}

TEST(Trends, stay_near_one_at_a_steady_pace_and_rise_with_a_rush) {
    Shop shop;
    for (const char* id : {"steady", "rush", "rare"}) shop.add(id);
    for (int day = 0; day < 200; ++day) shop.sell("steady", day * day_ms, 5);
    for (int day = 0; day < 200; ++day) shop.sell("rush", day * day_ms, day < 3 ? 20 : 2);
    shop.sell("rare", hour_ms, 1);
    const Trends trends = shop.trends();
    EXPECT_NEAR(trends.trend[*shop.catalog.find("steady")], 1.0, 0.2);
    EXPECT_GT(trends.trend[*shop.catalog.find("rush")], 3.0);
    EXPECT_LT(trends.trend[*shop.catalog.find("rare")], trends.trend[*shop.catalog.find("rush")]);
    EXPECT_EQ(trends.trending.front(), *shop.catalog.find("rush"));
}

TEST(Trends, list_what_is_new_and_leave_out_what_was_removed) {
    Shop shop;
    shop.add("spring", now - 100 * day_ms);
    shop.add("autumn", now - day_ms);
    shop.add("undated");
    shop.add("gone", now);
    shop.sell("gone", hour_ms, 9);
    shop.catalog.remove("gone");
    const Trends trends = shop.trends();
    EXPECT_EQ(shop.names(trends.newest), "autumn spring");
    EXPECT_EQ(shop.names(trends.bestsellers), "");
}

}  // namespace
}  // namespace vitrina::features
