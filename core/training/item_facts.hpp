#pragma once
// Counts what candidates/item_facts.hpp reads: how popular, how lately, how often again, and what follows what.
//
// Only the history and texts of items are looked at, so nothing that happened later than it is known. Any action but a refund counts.
// Ages, categories and brands: training/shelf_facts.hpp.
// Threads: uses the executor; the same bytes on any number of threads.
// Cost: entries · (log entries + neighbours within three steps).

#include <functional>
#include <string>

#include "base/executor.hpp"
#include "model/model.hpp"
#include "training/history.hpp"

namespace vitrina::training {

// `text` of a row as catalog/learning_text.hpp makes it; may be empty.
void train_item_facts(const History& history, const std::function<std::string(std::uint32_t row)>& text,
                      model::ModelBuilder& builder, Executor& executor);

}  // namespace vitrina::training
