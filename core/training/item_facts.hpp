#pragma once
// Counts what candidates/item_facts.hpp reads: how popular, how lately, how often again, and what follows what.
//
// Only the history is looked at, so nothing later than it is known. Any action but a refund counts.
// Threads: uses the executor; the same bytes on any number of threads.
// Cost: entries · (log entries + neighbours within three steps).

#include "base/executor.hpp"
#include "model/model.hpp"
#include "training/history.hpp"

namespace vitrina::training {

void train_item_facts(const History& history, model::ModelBuilder& builder, Executor& executor);

}  // namespace vitrina::training
