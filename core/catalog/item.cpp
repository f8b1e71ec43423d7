#include "catalog/item.hpp"

namespace vitrina::catalog {

std::optional<MoneyMicros> price_at(const Item& item, TimeMs now) {
    const bool begun = !item.sale_from || now >= *item.sale_from;
    const bool ended = item.sale_until && now >= *item.sale_until;
    return item.sale_price && begun && !ended ? item.sale_price : item.price;
}

bool sellable_at(const Item& item, TimeMs now) {
    if (item.hidden || item.absent || item.availability == Availability::out_of_stock) return false;
    // A pre-order may be sold before there is any.
    if (item.quantity == 0u && item.availability != Availability::preorder) return false;
    if (item.available_from && now < *item.available_from) return false;
    return !item.available_until || now < *item.available_until;
}

}  // namespace vitrina::catalog
