#include "engine/item_costs.hpp"

namespace vitrina::engine {

ItemCosts::ItemCosts(const Engine& engine) {
    engine.each_item([&](const catalog::Item& item) {
        if (item.cost) costs_[item_key(item.item_id)] = {*item.cost, item.currency};
    });
}

std::optional<MoneyMicros> ItemCosts::of(ItemKey item, std::int64_t quantity, std::string_view currency) const {
    const auto found = costs_.find(item);
    if (found == costs_.end() || found->second.currency != currency) return std::nullopt;
    return found->second.cost * quantity;
}

}  // namespace vitrina::engine
