#pragma once
// Which items are bought again: what the rule "not what was bought lately" must let through (soap, not sofas).
//
// rate(i) = (people who bought i in two orders or more + s · p) / (people who bought i and have two orders or more + s), where p
// is the same share over all items of the shop and s = 5: an item that few bought takes the habit of the shop.
// Model: "repeat.rate" (float a row).
// Threads: pure function. Cost: one pass over the purchases, sorted by person and item.

#include "model/model.hpp"
#include "training/history.hpp"

namespace vitrina::training {

void train_repeat(const History& history, model::ModelBuilder& builder);

}  // namespace vitrina::training
