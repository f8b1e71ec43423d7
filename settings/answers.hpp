#pragma once
// What of a shop's `vitrina.toml` answers, their evaluation and trainings depend on: placements, how best sellers are counted, the
// recipe and the release gate. For hosts that
// have no use for the rest of it (jobs); the rest is not looked at.
//
// Threads: values. Errors: invalid_input with line, key and what would be right.

#include <string>
#include <string_view>
#include <vector>

#include "features/trends.hpp"
#include "settings/learning.hpp"
#include "settings/placements.hpp"

namespace vitrina::settings {

struct TrendKey {
    std::string name;  // "trends.view_weight"
    double features::TrendSettings::* field;
    bool above_zero;  // a half-life of nothing would divide by zero
};
const std::vector<TrendKey>& trend_keys();
Result<void> read_trend(features::TrendSettings& settings, const TrendKey& key, const toml::node& value);

struct Answers {
    Placements placements = recommendation::default_placements();
    features::TrendSettings trends;
    Learning learning;
};
Result<Answers> read_answers(std::string_view toml);

}  // namespace vitrina::settings
