#include "evaluation/rivals.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/random.hpp"

namespace vitrina::evaluation {

namespace {

std::set<ItemKey> keys_of(const std::vector<std::string>& item_ids, const ShopAt& shop) {
    std::set<ItemKey> keys;
    for (const std::string& item_id : item_ids) keys.insert(shop.learning_key(item_id));
    return keys;
}

}  // namespace

Rivals::Rivals(const ShopAt& shop, const features::Trends& trends, std::uint64_t seed) : shop_(shop), seed_(seed) {
    std::set<ItemKey> seen;
    for (const catalog::Slot slot : trends.bestsellers)
        if (const ItemKey key = shop.catalog().learning_key(slot); seen.insert(key).second) popular_.push_back(key);
    for (catalog::Slot slot = 0; slot < shop.catalog().slots(); ++slot)
        all_.push_back(shop.catalog().learning_key(slot));
    std::ranges::sort(all_);
    const auto repeats = std::ranges::unique(all_);
    all_.erase(repeats.begin(), repeats.end());
}

std::vector<ItemKey> Rivals::personal(const Person& person) const {
    std::vector<std::tuple<std::int64_t, TimeMs, ItemKey>> bought;
    for (const auto& [item, purchases] : shop_.purchases_of(person))
        bought.emplace_back(-static_cast<std::int64_t>(purchases.orders), -purchases.last, item);
    std::ranges::sort(bought);
    std::vector<ItemKey> keys;
    for (const auto& [orders, last, item] : bought) keys.push_back(item);
    keys.insert(keys.end(), popular_.begin(), popular_.end());
    return keys;
}

std::vector<ItemKey> Rivals::list(std::size_t rival, const Occasion& occasion, std::size_t number,
                                  std::size_t size) const {
    std::set<ItemKey> left_out = keys_of(occasion.request.cart, shop_);
    if (!occasion.request.item_id.empty()) left_out.insert(shop_.learning_key(occasion.request.item_id));
    const std::set<ItemKey> among = keys_of(occasion.request.candidates, shop_);
    std::vector<ItemKey> ranked = rival == 0   ? popular_
                                  : rival == 1 ? personal(occasion.person)
                                               : std::vector<ItemKey>();
    std::vector<ItemKey> list;
    const auto offer = [&](ItemKey item) {
        if (list.size() < size && (among.empty() || among.contains(item)) && left_out.insert(item).second)
            list.push_back(item);
    };
    for (const ItemKey item : ranked) offer(item);
    const std::vector<ItemKey> few(among.begin(), among.end());
    const std::vector<ItemKey>& pool = among.empty() ? all_ : few;
    Random random(seed_, number);
    const std::size_t draws = rival == 2 || !among.empty() ? 4 * size + 64 : 0;
    for (std::size_t draw = 0; draw < draws && !pool.empty(); ++draw) offer(pool[random.below(pool.size())]);
    return list;
}

}  // namespace vitrina::evaluation
