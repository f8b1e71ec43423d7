#include <fmt/core.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/money.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/opening.hpp"
#include "cli/report_html.hpp"
#include "engine/report.hpp"
#include "server/report_json.hpp"

namespace vitrina::cli {

namespace {

using engine::Report;
using engine::ReportFigures;
using experiment::Estimate;

std::string date(std::int32_t day) { return iso_time(static_cast<TimeMs>(day) * day_ms).substr(0, 10); }

std::string money(MoneyMicros amount) { return fmt::format("{:.2f}", money_number(amount)); }

// "–" where exposures of the day are not kept any more.
std::string kept(std::uint64_t count) { return count == 0 ? "–" : with_thousands(count); }

std::string count(std::int64_t count) { return fmt::format("{}", count); }

std::string rate(const ReportFigures& figures) {
    if (figures.items_shown == 0) return "–";
    return fmt::format("{:.2f} %",
                       100 * static_cast<double>(figures.clicks) / static_cast<double>(figures.items_shown));
}

void add(Table& table, const std::string& day, const std::string& placement, const ReportFigures& figures) {
    table.add({day, placement, kept(figures.answers), kept(figures.items_shown), count(figures.clicks), rate(figures),
               count(figures.carts), count(figures.lines), with_thousands(figures.orders), money(figures.revenue),
               money(figures.halo)});
}

std::string interval(const std::optional<Estimate>& estimate, double by, const char* unit) {
    if (!estimate) return "cannot be told yet";
    return fmt::format("{:+.2f}{} [{:+.2f} to {:+.2f}]", by * estimate->value, unit, by * estimate->low,
                       by * estimate->high);
}

std::string aim(double lift) { return fmt::format("{:+.1f} %", 100 * lift); }

void print_increment(const Report& report) {
    if (!report.increment) {
        fmt::print("\nNobody is held out, so nobody knows what would have been bought anyway (docs/experiments.md).\n");
        return;
    }
    const engine::ReportIncrement& increment = *report.increment;
    fmt::print("\nAgainst the hold-out ({}{}): {} people served, {} held out\n", increment.experiment,
               increment.preliminary ? ", preliminary, without a verdict" : "", with_thousands(increment.units),
               with_thousands(increment.held_out));
    if (increment.ratio_alarm) fmt::print("  ALARM: the sides did not get their shares; believe nothing of this\n");
    Table table({"what", "served more [95 % interval]", "aim"});
    const double aimed_revenue = (1 + engine::aimed_conversion) * (1 + engine::aimed_order_value) - 1;
    table.add({"conversion", interval(increment.conversion_lift, 100, " %"), aim(engine::aimed_conversion)});
    table.add({"value of an order *", interval(increment.order_value_lift, 100, " %"), aim(engine::aimed_order_value)});
    table.add({"revenue a person", interval(increment.revenue_lift, 100, " %"), aim(aimed_revenue)});
    table.add({"incremental revenue " + increment.currency, interval(increment.revenue, 1, ""), ""});
    fmt::print("{}  * a decomposition, no effect on a fixed set of shoppers\n", table.text("  "));
}

void print(const Report& report) {
    fmt::print("Answers of {} to {}\n", date(report.from), date(report.to));
    for (const std::string& alarm : report.alarms) fmt::print("ALARM: {}\n", alarm);
    const std::string unit = report.currency.empty() ? "" : " " + report.currency;
    Table table({"day", "placement", "answers", "items", "clicks", "rate", "carts", "lines", "orders",
                 "attributed" + unit, "halo"});
    for (const engine::ReportRow& row : report.rows) add(table, date(row.day), row.placement, row.figures);
    add(table, "all", "", report.total);
    fmt::print("{}", table.text());
    print_increment(report);
    fmt::print("\n{} of {} items of the catalogue were shown lately; {:.1f} % of {} clicks (select_item) name no "
               "recommendation\n",
               with_thousands(report.items_ever_shown), with_thousands(report.items_in_catalogue),
               100 * report.clicks.share_without_id(),
               with_thousands(report.clicks.with_id + report.clicks.without_id));
    if (report.new_items.shown > 0)
        fmt::print("{:.1f} % of what was shown is new: created at most 30 days before\n",
                   100 * report.new_items.share());
    if (report.other_currencies > 0)
        fmt::print("{} order lines in other currencies than {} are not in the money\n",
                   with_thousands(report.other_currencies), report.currency);
    fmt::print("\nWhat these numbers do not show:\n");
    for (const std::string& line : report.not_shown) fmt::print("- {}\n", line);
}

}  // namespace

int run_report(const ReportOptions& options) {
    if (!options.html.empty() && std::filesystem::weakly_canonical(options.html).parent_path() ==
                                     std::filesystem::weakly_canonical(options.data))
        return vitrina::cli::report(
            {ErrorCode::invalid_input,
             fmt::format("{} lies in the data folder, whose files are the engine's; name another place",
                         options.html)});
    auto engine = open_engine(options);
    if (!engine) return vitrina::cli::report(engine.error());
    const auto made = engine::report_of(**engine, {.days = options.days});
    if (!made) return vitrina::cli::report(made.error());
    if (!options.html.empty()) {
        std::ofstream page(options.html);
        if (!(page << report_html(*made)).flush())
            return vitrina::cli::report({ErrorCode::io, fmt::format("{} cannot be written", options.html)});
        if (!options.json) fmt::print("{}\n", options.html);
    }
    if (options.json)
        fmt::print("{}\n", server::report_json(*made).dump(2));
    else if (options.html.empty())
        print(*made);
    return exit_done;
}

}  // namespace vitrina::cli
