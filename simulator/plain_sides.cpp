#include "simulator/plain_sides.hpp"

#include <algorithm>
#include <utility>

namespace vitrina::simulator {

void AtRandom::show(const Asked& asked, Shown& shown) {
    const Chance chance =
        shop_.chance.of(Purpose::random_arm, asked.who.shopper, static_cast<std::uint64_t>(asked.time));
    for (std::uint64_t tries = 1; tries < 4 * asked.size && shown.items.size() < asked.size; ++tries) {
        const ItemNumber item = chance.of(Purpose::item, tries).below(static_cast<std::uint32_t>(shop_.items.size()));
        if (in_stock(shop_, item, asked.day) && std::ranges::find(shown.items, item) == shown.items.end())
            shown.items.push_back(item);
    }
}

void Knowing::show(const Asked& asked, Shown& shown) {
    const Mind& mind = *asked.mind;
    const Parameters& p = shop_.parameters;
    std::vector<std::pair<double, ItemNumber>> worth;
    for (const Want& want : mind.wants) {
        if (!want.open) continue;
        for (const ItemNumber item : shop_.leaves[want.leaf].items) {
            const double price = shop_.items[item].price;
            if (price > mind.money_left || !in_stock(shop_, item, asked.day)) continue;
            if (std::ranges::find(mind.judged, item) != mind.judged.end()) continue;
            const double value = utility(shop_, mind.shopper, mind.taste, item);
            const double clicked = 1 - std::exp(-std::exp((value - p.click_at) / p.perceive_sd));
            worth.emplace_back(-clicked * logistic(mind.intent + want.bonus + value) * price, item);
        }
    }
    const auto kept = std::min(asked.size, worth.size());
    std::ranges::partial_sort(worth, worth.begin() + static_cast<std::ptrdiff_t>(kept));
    for (std::size_t k = 0; k < kept; ++k) shown.items.push_back(worth[k].second);
}

}  // namespace vitrina::simulator
