#pragma once
// What content models read of an item, a line each: title, categories and values of attributes as words, and again the paths of
// categories, the brand and the attributes as names. A line of names begins with '=' and is one word (features/words.hpp).
//
// Threads: pure functions.

#include <string>

#include "catalog/catalog.hpp"
#include "catalog/item.hpp"

namespace vitrina::catalog {

std::string learning_text(const Item& item);

// Of what learning knows under this key: the item, or of a group's variants the one with the smallest id, whichever came first.
// Empty where the catalogue holds none.
std::string learning_text(const Catalog& catalog, ItemKey learning_key);

// What that costs, in units of its currency, without passing sales; 0 where the catalogue does not know.
double learning_price(const Catalog& catalog, ItemKey learning_key);

// What learning calls an item, known to the catalogue or not.
ItemKey learning_key(const Catalog& catalog, const std::string& item_id);

}  // namespace vitrina::catalog
