#include "feedback/placed_lifts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.hpp"

namespace vitrina::feedback {
namespace {

constexpr std::array<double, position_buckets> looked_at = {1, .6, .4, .25, .15, .1, 0};

struct Shown {
    std::vector<PlacedCounts> counts;
    std::vector<double> worth;  // clicks an exposure in the first place
};

enum class Stands { by_worth, by_lot };  // the better an item the higher; or each higher or lower whatever it is worth
struct Clicking {
    std::size_t items = 0;
    int exposures = 0;
    Stands stands = Stands::by_worth;
    bool told = true;  // the click says its place
};

Shown clicked_by_chance(Random& random, const Clicking& clicking) {
    Shown shown;
    for (std::size_t i = 0; i < clicking.items; ++i) {
        const double worth = .02 + .1 * random.unit();
        const double depth = clicking.stands == Stands::by_worth ? 1.1 - worth / .12 : 1.1 * random.unit();
        PlacedCounts counts{.item = static_cast<ItemKey>(i + 1), .category = 1 + i % 5};
        for (int e = 0; e < clicking.exposures; ++e) {
            const double wished = 5.99 * depth * random.unit();
            const auto bucket = static_cast<std::size_t>(std::clamp(wished, 0., 5.));
            ++counts.shown[bucket];
            if (random.unit() >= worth * looked_at[bucket]) continue;
            ++counts.clicks[clicking.told ? bucket : position_unknown];
            counts.purchases += random.below(4) == 0 ? 1 : 0;
        }
        shown.counts.push_back(counts);
        shown.worth.push_back(worth);
    }
    return shown;
}

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
    const auto n = static_cast<double>(x.size());
    double mx = 0, my = 0, xy = 0, xx = 0, yy = 0;
    for (std::size_t i = 0; i < x.size(); ++i) mx += x[i] / n, my += y[i] / n;
    for (std::size_t i = 0; i < x.size(); ++i) {
        xy += (x[i] - mx) * (y[i] - my);
        xx += (x[i] - mx) * (x[i] - mx);
        yy += (y[i] - my) * (y[i] - my);
    }
    return xy / std::sqrt(xx * yy);
}

std::vector<double> lifts(const Shown& shown) {
    const PlacedLifts rates(shown.counts);
    std::vector<double> all;
    for (const PlacedCounts& item : shown.counts) all.push_back(rates.lift(item.item, item.category));
    return all;
}

TEST(PlacedLifts, find_how_much_each_place_is_looked_at_though_better_items_stand_higher) {
    Random random(7);
    const auto attention = PlacedLifts(clicked_by_chance(random, {.items = 300, .exposures = 4000}).counts).attention();
    for (std::size_t b = 1; b < position_unknown; ++b)
        EXPECT_NEAR(attention[b] / attention[0], looked_at[b], .06) << "place " << b;
}

TEST(PlacedLifts, do_not_praise_an_item_for_its_slot) {
    PlacedCounts top{.item = static_cast<ItemKey>(1)}, low{.item = static_cast<ItemKey>(2)};
    std::vector<PlacedCounts> items = {top, low};
    items[0].shown[0] = 10'000, items[0].clicks[0] = 1000;
    items[1].shown[4] = 10'000, items[1].clicks[4] = 150;
    for (std::uint64_t i = 3; i < 40; ++i) {  // what stands everywhere tells how much places are worth
        PlacedCounts& other = items.emplace_back(PlacedCounts{.item = static_cast<ItemKey>(i)});
        for (std::size_t b = 0; b < position_unknown; ++b) {
            other.shown[b] = 1000;
            other.clicks[b] = static_cast<std::int64_t>(100 * looked_at[b]);
        }
    }
    const PlacedLifts rates(items);
    EXPECT_NEAR(rates.lift(items[0].item, 0) / rates.lift(items[1].item, 0), 1, .1);
}

TEST(PlacedLifts, order_items_better_than_raw_rates_do) {
    Random random(8);
    const Shown shown = clicked_by_chance(random, {.items = 400, .exposures = 400, .stands = Stands::by_lot});
    std::vector<double> raw;
    for (const PlacedCounts& item : shown.counts) {
        double clicks = 0, exposures = 0;
        for (std::size_t b = 0; b < position_buckets; ++b) {
            clicks += static_cast<double>(item.clicks[b]);
            exposures += static_cast<double>(item.shown[b]);
        }
        raw.push_back(clicks / exposures);
    }
    const double of_lifts = correlation(lifts(shown), shown.worth), of_raw = correlation(raw, shown.worth);
    EXPECT_GT(of_lifts, .75);
    EXPECT_GT(of_lifts, of_raw + .1) << of_raw;
}

TEST(PlacedLifts, of_clicks_without_a_place_and_of_nothing_are_as_good_as_can_be) {
    Random random(9);
    const Shown shown = clicked_by_chance(random, {.items = 200, .exposures = 1000, .told = false});
    EXPECT_EQ(PlacedLifts(shown.counts).attention()[0], 1);
    EXPECT_GT(correlation(lifts(shown), shown.worth), .5);
    EXPECT_EQ(PlacedLifts({}).lift(static_cast<ItemKey>(1), 2), 1);
    EXPECT_EQ(PlacedLifts({{.item = static_cast<ItemKey>(1), .shown = {5}}}).lift(static_cast<ItemKey>(1), 2), 1);
}

TEST(PlacedLifts, of_an_item_that_was_never_shown_are_its_categorys) {
    std::vector<PlacedCounts> items;
    for (std::uint64_t i = 1; i <= 40; ++i) {
        PlacedCounts& item = items.emplace_back(PlacedCounts{.item = static_cast<ItemKey>(i), .category = 1 + i % 2});
        item.shown[0] = 1000;
        item.clicks[0] = i % 2 == 0 ? 20 : 60;
    }
    const PlacedLifts rates(items);
    EXPECT_NEAR(rates.lift(static_cast<ItemKey>(99), 2) / rates.lift(static_cast<ItemKey>(99), 1), 3, .2);
    EXPECT_NEAR(rates.lift(static_cast<ItemKey>(99), 77), 1, .01);
}

TEST(PlacedLifts, say_how_much_is_known_of_an_item) {
    std::vector<PlacedCounts> items;
    for (std::uint64_t i = 1; i <= 40; ++i)
        items.push_back({.item = static_cast<ItemKey>(i), .shown = {1000}, .clicks = {100}, .purchases = 20});
    const PlacedLifts rates(items);
    const Known shown = rates.known(static_cast<ItemKey>(1), 0, 50),
                never = rates.known(static_cast<ItemKey>(99), 0, 50);
    EXPECT_NEAR(shown.clicks.mean, .1, 1e-9);
    EXPECT_DOUBLE_EQ(shown.clicks.strength, 1050);
    EXPECT_NEAR(shown.orders.mean, .2, 1e-9);
    EXPECT_DOUBLE_EQ(shown.orders.strength, 150);
    EXPECT_NEAR(never.clicks.mean, .1, 1e-9);
    EXPECT_DOUBLE_EQ(never.clicks.strength, 50) << "items alike would make the prior as strong as can be";
}

}  // namespace
}  // namespace vitrina::feedback
