#include "simulator/shopper.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace vitrina::simulator {

Shopper make_shopper(const Shop& shop, ShopperNumber number, int days) {
    const Parameters& p = shop.parameters;
    Shopper shopper;
    shopper.number = number;
    shopper.chance = shop.chance.of(Purpose::person, number);
    const auto draw = [&](std::uint64_t k) { return shopper.chance.of(Purpose::person, k); };
    for (std::size_t d = 0; d < dimensions; ++d) {
        shopper.taste[d] = static_cast<float>(shopper.chance.of(Purpose::taste, d).normal());
        shopper.later_taste[d] = static_cast<float>(shopper.chance.of(Purpose::drift, d).normal());
    }
    shopper.style = draw(1).below(static_cast<std::uint32_t>(p.styles));
    shopper.price_sensitivity = p.price_sensitivity * std::exp(.5 * draw(2).normal());
    shopper.budget = p.budget * std::exp(p.budget_sd * draw(3).normal());
    shopper.returning = logistic(std::log(p.returning / (1 - p.returning)) + .8 * draw(4).normal());
    shopper.account = draw(5).happens(p.accounts);
    shopper.second_device = draw(6).happens(p.second_device);
    shopper.arrival = static_cast<int>(shopper.chance.of(Purpose::arrival).below(static_cast<std::uint32_t>(days)));
    return shopper;
}

Taste taste_on(const Shop& shop, const Shopper& shopper, int day) {
    const double angle = shop.parameters.drift * day / 7;
    const double now = std::cos(angle), later = std::sin(angle);
    Taste taste;
    for (std::size_t d = 0; d < dimensions; ++d)
        taste[d] = static_cast<float>(now * static_cast<double>(shopper.taste[d]) +
                                      later * static_cast<double>(shopper.later_taste[d]));
    return taste;
}

double foreseen_utility(const Shop& shop, const Shopper& shopper, const Taste& taste, ItemNumber number) {
    const Parameters& p = shop.parameters;
    const Item& item = shop.items[number];
    return item.appeal + p.taste * product(taste, item.taste) / std::sqrt(static_cast<double>(dimensions)) +
           (item.style == shopper.style ? p.style_taste : 0) + shopper.price_sensitivity * item.cheapness;
}

double utility(const Shop& shop, const Shopper& shopper, const Taste& taste, ItemNumber number) {
    return foreseen_utility(shop, shopper, taste, number) +
           shop.parameters.own_taste * shopper.chance.of(Purpose::own_taste, number).normal();
}

void wishes(const Shop& shop, const Taste& taste, const Past& past, int day, std::vector<double>& weights) {
    const Parameters& p = shop.parameters;
    weights.clear();
    for (LeafNumber leaf = 0; leaf < shop.leaves.size(); ++leaf) {
        double wish = shop.leaves[leaf].appeal + season_of(shop, leaf, day) +
                      p.focus * product(taste, shop.leaves[leaf].taste) / std::sqrt(static_cast<double>(dimensions));
        for (const LeafPast& bought : past.bought)
            if (bought.leaf == leaf && day < bought.bought + p.satiation_days) wish -= 2;
        weights.push_back(std::exp(wish));
    }
}

LeafNumber wished_leaf(const Shop& shop, const Shopper& shopper, const Past& past, int day, double unit) {
    thread_local std::vector<double> sums;
    wishes(shop, taste_on(shop, shopper, day), past, day, sums);
    std::partial_sum(sums.begin(), sums.end(), sums.begin());
    const auto found = std::ranges::lower_bound(sums, unit * sums.back());
    return static_cast<LeafNumber>(std::min<std::ptrdiff_t>(found - sums.begin(), std::ssize(sums) - 1));
}

void plan_next_visit(const Shop& shop, const Shopper& shopper, Past& past, int day) {
    const Parameters& p = shop.parameters;
    constexpr int never = std::numeric_limits<int>::max();
    const auto draw = [&](std::uint64_t k) {
        return shopper.chance.of(Purpose::gap, static_cast<std::uint64_t>(day), k);
    };
    past.next_day = never;
    past.refill_leaf = -1;
    if (draw(1).happens(shopper.returning))
        past.next_day = day + 1 + static_cast<int>(p.gap_days * std::exp(.8 * draw(2).normal()));
    for (const LeafPast& bought : past.bought) {
        const double interval = shop.leaves[bought.leaf].refill_days;
        if (interval <= 0) continue;
        const Chance refill =
            shopper.chance.of(Purpose::refill, bought.leaf, static_cast<std::uint64_t>(bought.bought) + 1);
        if (!refill.happens(p.refill_loyal)) continue;  // bought elsewhere
        const int due =
            bought.bought + 1 + static_cast<int>(interval * std::exp(.35 * refill.of(Purpose::gap).normal()));
        if (due <= day || due >= past.next_day) continue;
        past.next_day = due;
        past.refill_leaf = bought.leaf;
    }
}

}  // namespace vitrina::simulator
