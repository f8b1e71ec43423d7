#pragma once
// What became of a shop's recommendations, by day and placement, and beside it what they are worth against the hold-out.
//
// The day is that of the answer, so that what became of a day's exposures stands beside them; the last days are not over yet.
// Exposures are what the engine keeps of them (`exposures.keep_ms`, `exposures.a_visitor`); clicks and orders are of all answers.
// Threads: any. Errors: what the engine answers. Not an error: no exposures, no experiment.
// Surprising cost: reads all exposures, outcomes and the whole log twice; memory for the ids of the period's clicks.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/money.hpp"
#include "base/time.hpp"
#include "engine/engine.hpp"
#include "experiment/comparison.hpp"

namespace vitrina::engine {

// What the shop asked for, against what it has without a recommender; together 17.7 % more revenue a person.
inline constexpr double aimed_conversion = 0.07, aimed_order_value = 0.10;
inline constexpr TimeMs new_for = 30 * day_ms;  // so long after its `created_at` an item is new

struct ReportFigures {
    std::uint64_t answers = 0, items_shown = 0;     // served
    std::int64_t clicks = 0, carts = 0, lines = 0;  // clicked items, carts that name an answer, credited order lines
    std::uint64_t orders = 0;                       // with such a line
    MoneyMicros revenue = 0, halo = 0;              // of those lines, and of the halo, apart
    void add(const ReportFigures& more);
};

struct ReportRow {
    std::int32_t day = 0;  // since 1970
    std::string placement;
    ReportFigures figures;
};

// `select_item` of the period, by the day of the click.
struct ReportClicks {
    std::uint64_t with_id = 0, without_id = 0;
    double share_without_id() const;
};

// Of what was shown in the period, how much was new then. Items that say no `created_at` are in neither.
struct ReportNewItems {
    std::uint64_t shown_new = 0, shown = 0;
    double share() const { return shown == 0 ? 0 : static_cast<double>(shown_new) / static_cast<double>(shown); }
};

// Against the hold-out of the running quarter, whose days are other ones than the report's.
struct ReportIncrement {
    std::string experiment;
    bool preliminary = true, ratio_alarm = false;
    std::uint64_t units = 0, held_out = 0;
    std::optional<experiment::Estimate> conversion_lift, order_value_lift, revenue_lift, revenue_a_unit;
    std::optional<experiment::Estimate> revenue;  // of all units that were served, `revenue_a_unit` times so many
    std::string currency;
};

struct Report {
    std::int32_t from = 0, to = 0;  // days, both included
    std::string currency;           // of most outcomes; those in others are not in the money
    std::uint64_t other_currencies = 0;
    std::vector<ReportRow> rows;  // by day and placement
    ReportFigures total;
    std::uint64_t items_in_catalogue = 0, items_ever_shown = 0;  // of what is kept of exposures
    ReportNewItems new_items;
    ReportClicks clicks;
    std::vector<std::string> alarms;
    std::optional<ReportIncrement> increment;
    std::vector<std::string> not_shown;  // what the numbers do not say
};

struct ReportOptions {
    std::int32_t days = 28;  // the running one included
};

Result<Report> report_of(Engine& engine, const ReportOptions& options);

}  // namespace vitrina::engine
