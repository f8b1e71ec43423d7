#include "simulator/shop.hpp"

#include <algorithm>
#include <numbers>

namespace vitrina::simulator {

namespace {

constexpr int stock_spell_days = 5;  // for so long an item is out of stock at a time

Taste taste_of(Chance chance) {
    Taste taste;
    for (std::size_t d = 0; d < dimensions; ++d) taste[d] = static_cast<float>(chance.of(Purpose::taste, d).normal());
    return taste;
}

Leaf make_leaf(const Shop& shop, LeafNumber number) {
    const Parameters& p = shop.parameters;
    const Chance chance = shop.chance.of(Purpose::leaf, number);
    const auto count = static_cast<std::uint32_t>(p.leaves);
    Leaf leaf;
    leaf.taste = taste_of(chance);
    leaf.appeal = p.leaf_appeal_sd * chance.of(Purpose::leaf, 1).normal();
    leaf.price = p.price_median * std::exp(p.price_leaf_sd * chance.of(Purpose::leaf, 2).normal());
    leaf.peak_day = 365 * chance.of(Purpose::leaf, 3).unit();
    leaf.top = number % static_cast<std::uint32_t>(p.tops);
    if (chance.of(Purpose::refill).happens(p.refill_leaves))
        leaf.refill_days = p.refill_days * std::exp(.3 * chance.of(Purpose::refill, 1).normal());
    const auto wanted = static_cast<std::uint32_t>(p.complements + chance.of(Purpose::leaf, 4).unit());
    for (std::uint32_t tries = 0; leaf.complements.size() < wanted && tries < 20; ++tries) {
        const LeafNumber other = chance.of(Purpose::leaf, 10 + tries).below(count);
        if (other != number && std::ranges::find(leaf.complements, other) == leaf.complements.end())
            leaf.complements.push_back(other);
    }
    return leaf;
}

Item make_item(const Shop& shop, ItemNumber number, Launches launches) {
    const Parameters& p = shop.parameters;
    const Chance chance = shop.chance.of(Purpose::item, number);
    Item item;
    item.leaf = number % static_cast<std::uint32_t>(shop.leaves.size());
    item.style = chance.of(Purpose::item, 1).below(static_cast<std::uint32_t>(p.styles));
    item.taste = taste_of(chance);
    item.appeal = p.appeal_sd * chance.of(Purpose::item, 2).normal();
    item.cheapness = -p.price_item_sd * chance.of(Purpose::item, 3).normal();
    item.price = std::max(0.5, std::round(100 * shop.leaves[item.leaf].price * std::exp(-item.cheapness)) / 100);
    item.cost = std::round(100 * item.price * (1 - p.margin * (.5 + chance.of(Purpose::item, 4).unit()))) / 100;
    if (chance.of(Purpose::item, 5).happens(p.new_share))
        item.launch =
            launches.from +
            static_cast<int>(chance.of(Purpose::item, 6)
                                 .below(static_cast<std::uint32_t>(std::max(1, launches.until - launches.from))));
    return item;
}

}  // namespace

Shop make_shop(const Parameters& parameters, std::uint64_t seed, Launches launches) {
    Shop shop{parameters, Chance{seed}, {}, {}};
    for (LeafNumber leaf = 0; leaf < static_cast<LeafNumber>(parameters.leaves); ++leaf)
        shop.leaves.push_back(make_leaf(shop, leaf));
    for (ItemNumber item = 0; item < static_cast<ItemNumber>(parameters.items); ++item) {
        shop.items.push_back(make_item(shop, item, launches));
        shop.leaves[shop.items.back().leaf].items.push_back(item);
    }
    // The shop's own listing: the best liked first, as best as it knows.
    for (Leaf& leaf : shop.leaves)
        std::ranges::sort(leaf.items, [&](ItemNumber a, ItemNumber b) {
            const auto rank = [&](ItemNumber item) {
                return shop.items[item].appeal + .5 * shop.chance.of(Purpose::item, item, 7).normal();
            };
            const double first = rank(a), second = rank(b);
            return first != second ? first > second : a < b;
        });
    return shop;
}

bool in_stock(const Shop& shop, ItemNumber item, int day) {
    if (day < shop.items[item].launch) return false;
    const auto spell = static_cast<std::uint64_t>((day + 1000) / stock_spell_days);
    return !shop.chance.of(Purpose::stock, item, spell).happens(shop.parameters.out_of_stock);
}

double season_of(const Shop& shop, LeafNumber leaf, int day) {
    return shop.parameters.season * std::cos(2 * std::numbers::pi * (day - shop.leaves[leaf].peak_day) / 365);
}

}  // namespace vitrina::simulator
