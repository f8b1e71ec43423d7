#pragma once
// What items cost the shop, as the catalogue has them now: for margins of orders and of their lines.
//
// Threads: reading from any. Lifetime: a copy; changes of the catalogue afterwards are not seen.
// Not an error: an item without a cost, or one that the catalogue does not hold. Surprising cost: a look at every item.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/keys.hpp"
#include "base/money.hpp"
#include "engine/engine.hpp"

namespace vitrina::engine {

class ItemCosts {
public:
    explicit ItemCosts(const Engine& engine);

    // Of so many of the item; none where it has no cost in this currency.
    std::optional<MoneyMicros> of(ItemKey item, std::int64_t quantity, std::string_view currency) const;

private:
    struct UnitCost {
        MoneyMicros cost = 0;
        std::string currency;
    };
    std::unordered_map<ItemKey, UnitCost> costs_;
};

}  // namespace vitrina::engine
