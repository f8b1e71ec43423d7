#pragma once
// The rows that the ranker from success learns from, read from a host: exposures with features, the clicks of its log, its outcomes.
//
// Threads: any. Errors: unavailable where the host keeps no exposures; io and corrupt_data for what cannot be read.
// Surprising cost: reads the whole log. "Now" is the newest exposure or event, so the same folder gives the same rows whenever it is asked.

#include <vector>

#include "base/error.hpp"
#include "engine/engine.hpp"
#include "feedback/training_rows.hpp"

namespace vitrina::engine {

struct MadeRows {
    feedback::TrainingRows rows;
    TimeMs now = 0;
    std::uint64_t bytes = 0;  // of the exposures with features, as they are stored
};

Result<MadeRows> training_rows(Engine& engine);

// In the order of Engine::feature_names of the row's layout.
std::vector<float> features_of(const feedback::TrainingRow& row);

}  // namespace vitrina::engine
