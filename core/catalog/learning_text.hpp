#pragma once
// What content models read of an item, a line each: title, categories and values of attributes as words, and again the paths of
// categories, the brand and the attributes as names. A line of names begins with '=' and is one word (training/words.hpp).
//
// Threads: pure function.

#include <string>

#include "catalog/item.hpp"

namespace vitrina::catalog {

std::string learning_text(const Item& item);

}  // namespace vitrina::catalog
