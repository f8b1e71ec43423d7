#pragma once
// A report as JSON, for `GET /v1/reports` and for `vitrina report --json`.
//
// Threads: pure function. Days are ISO-8601 dates, money is in the units of the report's currency, lifts are shares (.07 is 7 %).

#include <nlohmann/json_fwd.hpp>

#include "engine/report.hpp"

namespace vitrina::server {

nlohmann::ordered_json report_json(const engine::Report& report);

}  // namespace vitrina::server
