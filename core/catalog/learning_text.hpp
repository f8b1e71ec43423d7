#pragma once
// What content models read of an item: title, categories, brand and attributes, a line each.
//
// Threads: pure function.

#include <string>

#include "catalog/item.hpp"

namespace vitrina::catalog {

std::string learning_text(const Item& item);

}  // namespace vitrina::catalog
