#pragma once
// The experiments of a shop, analysed from what its engine has kept: who came in, and what they ordered since.
//
// Threads: any. Errors: not_found for an experiment that the configuration does not name (the message says which there are), and what the
// engine answers. Surprising cost: reads the whole log; memory for the orders of everybody who came in.

#include <string>
#include <vector>

#include "base/error.hpp"
#include "engine/engine.hpp"
#include "experiment/analysis.hpp"
#include "experiment/rehearsal.hpp"

namespace vitrina::engine {

// The hold-out of the present quarter, where there is one, and the trials of the configuration.
std::vector<experiment::Trial> trials_of(const Engine& engine);

// By name; "hold_out" is the present quarter's, "hold_out-2026Q3" another's.
Result<experiment::Trial> trial_named(const Engine& engine, const std::string& name);

struct ShopAnalysis {
    experiment::Analysis analysis;
    std::string currency;                // of most orders
    std::uint64_t other_currencies = 0;  // orders that count as orders, but not in money
    std::uint64_t bots = 0;              // units that turned out to be none
    std::string ended_for;               // why its guard ended it; empty: it did not
};

// At the engine's now, whatever the settings say.
Result<ShopAnalysis> analysis_of(Engine& engine, const experiment::Trial& trial,
                                 const experiment::AnalysisSettings& settings = {.resample = true});

// Every visitor that the log knows by the end of a window, with his orders since it began: what an experiment of that time would have
// analysed. Without bots, and guests made up for one order.
struct FrozenShop {
    TimeMs from = 0, until = 0;
    std::vector<experiment::FrozenUnit> units;  // by id
    std::string currency;                       // of most orders; others are left out
};
// From `from` on, or the last window of the log where that is 0. Error: conflict where the log has no events by then.
Result<FrozenShop> frozen_shop(Engine& engine, TimeMs from, TimeMs window_ms);

}  // namespace vitrina::engine
