#include "catalog/learning_text.hpp"

namespace vitrina::catalog {

namespace {

// Of the variants behind a key the one with the smallest id; null where the catalogue holds none.
const Item* first_of(const Catalog& catalog, ItemKey learning_key) {
    const Item* first = nullptr;
    for (const Slot slot : catalog.slots_of(learning_key))
        if (catalog.present(slot) && (first == nullptr || catalog.item(slot).item_id < first->item_id))
            first = &catalog.item(slot);
    return first;
}

}  // namespace

std::string learning_text(const Item& item) {
    std::string text = item.title;
    for (const std::string& category : item.categories) text += "\n" + category + "\n=category " + category;
    if (!item.brand.empty()) text += "\n=brand " + item.brand;
    for (const auto& [name, value] : item.attributes) text += "\n" + value + "\n=" + name + " " + value;
    return text;
}

std::string learning_text(const Catalog& catalog, ItemKey learning_key) {
    const Item* first = first_of(catalog, learning_key);
    return first == nullptr ? std::string() : learning_text(*first);
}

double learning_price(const Catalog& catalog, ItemKey learning_key) {
    const Item* first = first_of(catalog, learning_key);
    return first == nullptr || !first->price ? 0 : money_number(*first->price);
}

ItemKey learning_key(const Catalog& catalog, const std::string& item_id) {
    const auto slot = catalog.find(item_id);
    return slot ? catalog.learning_key(*slot) : item_key(item_id);
}

}  // namespace vitrina::catalog
