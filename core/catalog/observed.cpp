#include "catalog/observed.hpp"

#include <algorithm>

namespace vitrina::catalog {

std::uint32_t ObservedItems::see(const Sighting& sighting) {
    auto found = numbers_.find(sighting.item_id);
    if (found == numbers_.end()) {
        found = numbers_.emplace(sighting.item_id, static_cast<std::uint32_t>(ids_.size())).first;
        ids_.emplace_back(sighting.item_id);
        observed_.emplace_back().first = sighting.time;
    }
    Observed& observed = observed_[found->second];
    if (!sighting.title.empty()) see_title(observed, sighting.title);
    if (!sighting.category.empty() && sighting.category != observed.category) observed.category = sighting.category;
    if (!sighting.brand.empty() && sighting.brand != observed.brand) observed.brand = sighting.brand;
    if (observed.currency.empty()) observed.currency = sighting.currency;
    if (sighting.price.value_or(0) > 0 && sighting.time >= observed.price_time) {
        observed.price = *sighting.price;
        observed.price_time = sighting.time;
    }
    observed.first = std::min(observed.first, sighting.time);
    return found->second;
}

void ObservedItems::see_title(Observed& observed, std::string_view title) const {
    const auto known = std::ranges::find(observed.titles, title, &Title::text);
    if (known != observed.titles.end())
        ++known->rows;
    else if (observed.titles.size() < titles_)
        observed.titles.push_back({std::string(title), 1});
}

Item ObservedItems::item(std::uint32_t number) const {
    const Observed& observed = observed_[number];
    Item item{.item_id = ids_[number]};
    const auto title = std::ranges::max_element(observed.titles, {}, &Title::rows);
    if (title != observed.titles.end()) item.title = title->text;
    if (!observed.category.empty()) item.categories.push_back(observed.category);
    item.brand = observed.brand;
    if (observed.price > 0) item.price = observed.price;
    if (item.price) item.currency = observed.currency;
    item.created_at = observed.first;
    return item;
}

Item completed(Item known, const Item& observed) {
    if (known.title.empty()) known.title = observed.title;
    if (known.brand.empty()) known.brand = observed.brand;
    if (known.categories.empty()) known.categories = observed.categories;
    if (!known.price) known.price = observed.price;
    if (known.price && known.currency.empty()) known.currency = observed.currency;
    if (!known.created_at) known.created_at = observed.created_at;
    return known;
}

}  // namespace vitrina::catalog
