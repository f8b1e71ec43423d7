#pragma once
// What a shopper sees of an item before he knows it: since when it is sold, and where it stands in the shop.
// Adds the sections "facts.age", ".idle", ".trend", ".category", ".brand" and ".category_people"
// of candidates/item_facts.hpp.
//
// Time-safe: times are those of the history; categories and brands are what the catalogue says of the item, which
// is no trace of what was bought.
// Threads: pure function. Not an error: no text, no times – what is unknown says so.
// Cost: one pass over the history and one text an item.

#include <functional>
#include <span>
#include <string>

#include "model/model.hpp"
#include "training/history.hpp"

namespace vitrina::training {

struct Shelf {
    const History& history;
    const std::function<std::string(std::uint32_t row)>& text;  // catalog/learning_text.hpp; may be empty
    std::span<const float> people;                              // of each item
};

void train_shelf_facts(const Shelf& shelf, model::ModelBuilder& builder);

}  // namespace vitrina::training
