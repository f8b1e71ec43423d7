#pragma once
// An experiment and its analysis as JSON, for `GET /v1/experiments` and for `vitrina experiment --json`.
//
// Threads: pure functions. Times are ISO-8601, money is in the units of the analysis's currency, lifts are shares (.07 is 7 %).

#include <optional>

#include <nlohmann/json_fwd.hpp>

#include "engine/experiments.hpp"
#include "experiment/comparison.hpp"

namespace vitrina::server {

nlohmann::ordered_json estimate_json(const std::optional<experiment::Estimate>& estimate);  // null where there is none
nlohmann::ordered_json trial_json(const experiment::Trial& trial);
nlohmann::ordered_json analysis_json(const engine::ShopAnalysis& shop);

}  // namespace vitrina::server
