#include "cli/report_html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "base/money.hpp"
#include "base/time.hpp"
#include "cli/console.hpp"

namespace vitrina::cli {

namespace {

using engine::Report;
using engine::ReportFigures;
using experiment::Estimate;

constexpr std::string_view style = R"(<style>
:root { color-scheme: light dark; --ink: #1d2733; --soft: #66727f; --line: #d7dde3; --card: #f5f7f9; --page: #fff; --bad: #b3261e; --good: #1b7f4b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --soft: #9aa6b2; --line: #36414c; --card: #1c242c; --page: #12181e; --bad: #ff8a80; --good: #6fd6a0; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 1000px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; } p, li { color: var(--soft); }
.alarm { border-left: 4px solid var(--bad); background: var(--card); color: var(--bad); padding: .5rem 1rem; margin: .5rem 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: .75rem; }
.tile { background: var(--card); border-radius: 6px; padding: .6rem .9rem; } .tile b { display: block; font-size: 1.3rem; }
.tile span { color: var(--soft); font-size: .85rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; } th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child, th:nth-child(2), td:nth-child(2) { text-align: left; } th { color: var(--soft); font-weight: 500; }
svg { width: 100%; height: auto; } svg text { fill: var(--soft); font: 11px system-ui, sans-serif; } .axis { stroke: var(--line); }
</style>)";

constexpr std::array<std::string_view, 8> colours = {"#3b7dd8", "#e08a2b", "#2f9e77", "#b04fb5",
                                                     "#c94f4f", "#7a8b2f", "#5b6ee1", "#8d6e63"};
constexpr double width = 960, height = 200, left = 60, right = 10, top = 10, bottom = 24;

std::string date(std::int32_t day) { return iso_time(static_cast<TimeMs>(day) * day_ms).substr(0, 10); }

std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : text) switch (c) {
            case '&': safe += "&amp;"; break;
            case '<': safe += "&lt;"; break;
            case '>': safe += "&gt;"; break;
            case '"': safe += "&quot;"; break;
            default: safe += c;
        }
    return safe;
}

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

double share_of(double part, double whole) { return whole > 0 ? part / whole : 0; }

// What is drawn of one placement's day; nothing: there is nothing to draw.
using Value = std::function<std::optional<double>(const ReportFigures&)>;

struct Plot {
    std::string title, unit;
    Value value;
    bool stacked = true;  // bars one on the other; else a line a placement
};

struct Days {
    std::int32_t from = 0, to = 0;
    std::vector<std::string> placements;
    std::map<std::pair<std::int32_t, std::string>, ReportFigures> figures;

    double step() const { return (width - left - right) / (to - from + 1); }
    double x(std::int32_t day) const { return left + step() * (day - from); }
};

Days days_of(const Report& report) {
    Days days{.from = report.from, .to = report.to, .placements = {}, .figures = {}};
    for (const engine::ReportRow& row : report.rows) {
        days.figures[{row.day, row.placement}] = row.figures;
        if (std::ranges::find(days.placements, row.placement) == days.placements.end())
            days.placements.push_back(row.placement);
    }
    std::ranges::sort(days.placements);
    return days;
}

std::string_view colour_of(std::size_t placement) { return colours[placement % colours.size()]; }

double largest(const Plot& plot, const Days& days) {
    double most = 0;
    for (std::int32_t day = days.from; day <= days.to; ++day) {
        double sum = 0;
        for (const std::string& placement : days.placements) {
            const auto found = days.figures.find({day, placement});
            const double value = found == days.figures.end() ? 0 : plot.value(found->second).value_or(0);
            sum = plot.stacked ? sum + value : std::max(sum, value);
        }
        most = std::max(most, sum);
    }
    return most;
}

double y_of(double value, double most) { return height - bottom - (height - top - bottom) * share_of(value, most); }

std::string bars(const Plot& plot, const Days& days, double most) {
    std::string svg;
    for (std::int32_t day = days.from; day <= days.to; ++day) {
        double below = 0;
        for (std::size_t p = 0; p < days.placements.size(); ++p) {
            const auto found = days.figures.find({day, days.placements[p]});
            const double value = found == days.figures.end() ? 0 : plot.value(found->second).value_or(0);
            if (value <= 0) continue;
            svg += fmt::format(
                "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\"><title>{} {}: "
                "{:.6g}{}</title></rect>\n",
                days.x(day) + days.step() * .1, y_of(below + value, most), days.step() * .8,
                y_of(below, most) - y_of(below + value, most), colour_of(p), date(day), escaped(days.placements[p]),
                value, escaped(plot.unit));
            below += value;
        }
    }
    return svg;
}

std::string lines(const Plot& plot, const Days& days, double most) {
    std::string svg;
    for (std::size_t p = 0; p < days.placements.size(); ++p) {
        std::string points;
        for (std::int32_t day = days.from; day <= days.to; ++day) {
            const auto found = days.figures.find({day, days.placements[p]});
            const auto value = found == days.figures.end() ? std::nullopt : plot.value(found->second);
            if (!value) continue;
            const double x = days.x(day) + days.step() / 2, y = y_of(*value, most);
            points += fmt::format("{:.1f},{:.1f} ", x, y);
            svg += fmt::format(
                "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\"><title>{} {}: {:.3g}{}</title></circle>\n", x,
                y, colour_of(p), date(day), escaped(days.placements[p]), *value, escaped(plot.unit));
        }
        svg += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/>\n", points,
                           colour_of(p));
    }
    return svg;
}

std::string axes(const Plot& plot, const Days& days, double most) {
    std::string svg;
    for (const double part : {0., .5, 1.}) {
        const double y = y_of(part * most, most);
        svg += fmt::format("<line class=\"axis\" x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>\n", left,
                           width - right, y, y);
        svg += fmt::format("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{:.4g}{}</text>\n", left - 6, y + 4,
                           part * most, escaped(plot.unit));
    }
    const std::int32_t every = std::max(1, (days.to - days.from + 1) / 7);
    for (std::int32_t day = days.from; day <= days.to; day += every)
        svg += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n",
                           days.x(day) + days.step() / 2, height - 6, date(day).substr(5));
    return svg;
}

std::string drawn(const Plot& plot, const Days& days) {
    const double most = largest(plot, days);
    if (most <= 0) return fmt::format("<h2>{}</h2>\n<p>Nothing yet.</p>\n", escaped(plot.title));
    return fmt::format("<h2>{0}</h2>\n<svg viewBox=\"0 0 {1} {2}\" role=\"img\" aria-label=\"{0}\">\n{3}{4}</svg>\n",
                       escaped(plot.title), width, height, axes(plot, days, most),
                       plot.stacked ? bars(plot, days, most) : lines(plot, days, most));
}

std::string legend(const Days& days) {
    std::string html = "<p>";
    for (std::size_t p = 0; p < days.placements.size(); ++p)
        html += fmt::format("<span style=\"color:{}\">&#9632;</span> {} &nbsp; ", colour_of(p),
                            escaped(days.placements[p]));
    return html + "</p>\n";
}

// A lift with its interval beside the aim, from −30 % to +50 %.
std::string aim_row(const std::string& what, const std::optional<Estimate>& lift, double aim, double y) {
    constexpr double least = -.3, most = .5, from = 190, to = 790;
    const auto x = [&](double value) {
        return from + (to - from) * (std::clamp(value, least, most) - least) / (most - least);
    };
    std::string svg = fmt::format("<text x=\"0\" y=\"{:.0f}\">{}</text>\n", y + 4, escaped(what));
    svg += fmt::format("<line class=\"axis\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.0f}\" y2=\"{2:.0f}\"/>\n", x(0),
                       y - 16, y + 16);
    svg += fmt::format(
        "<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.0f}\" y2=\"{2:.0f}\" stroke=\"var(--good)\" "
        "stroke-dasharray=\"4 3\"/><text x=\"{0:.1f}\" y=\"{3:.0f}\" text-anchor=\"middle\">aim {4:+.1f} %</text>\n",
        x(aim), y - 12, y + 12, y - 15, 100 * aim);
    if (!lift) return svg + fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\">cannot be told yet</text>\n", to + 20, y + 4);
    svg +=
        fmt::format("<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.0f}\" y2=\"{:.0f}\" stroke=\"{}\" stroke-width=\"3\"/>"
                    "<circle cx=\"{:.1f}\" cy=\"{:.0f}\" r=\"6\" fill=\"{}\"/>\n",
                    x(lift->low), x(lift->high), y, y, colours[0], x(lift->value), y, colours[0]);
    return svg + fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\">{:+.1f} % [{:+.1f} to {:+.1f}]</text>\n", to + 20, y + 4,
                             100 * lift->value, 100 * lift->low, 100 * lift->high);
}

std::string increment(const Report& report) {
    std::string html = "<h2>What is bought more than without recommendations</h2>\n";
    if (!report.increment)
        return html + "<p>Nobody is held out, so nobody knows what would have been bought anyway.</p>\n";
    const engine::ReportIncrement& more = *report.increment;
    html += fmt::format("<p>{} people served beside {} held out ({}){}.</p>\n", with_thousands(more.units),
                        with_thousands(more.held_out), escaped(more.experiment),
                        more.preliminary ? ": preliminary, without a verdict" : "");
    if (more.ratio_alarm)
        html += "<p class=\"alarm\">The sides did not get their shares; believe nothing of this.</p>\n";
    html +=
        "<svg viewBox=\"0 0 960 190\" role=\"img\" aria-label=\"Lifts against the hold-out with 95 % intervals\">\n";
    html += aim_row("conversion", more.conversion_lift, engine::aimed_conversion, 40);
    html += aim_row("order value (decomposition)", more.order_value_lift, engine::aimed_order_value, 100);
    html += aim_row("revenue a person", more.revenue_lift,
                    (1 + engine::aimed_conversion) * (1 + engine::aimed_order_value) - 1, 160);
    html += "</svg>\n";
    if (more.revenue)
        html += fmt::format("<p>Incremental revenue: {:+.2f} {} [{:+.2f} to {:+.2f}], beside {:.2f} attributed.</p>\n",
                            more.revenue->value, escaped(more.currency), more.revenue->low, more.revenue->high,
                            money_number(report.total.revenue));
    return html;
}

std::string tile(const std::string& value, std::string_view what) {
    return fmt::format("<div class=\"tile\"><b>{}</b><span>{}</span></div>\n", escaped(value), escaped(what));
}

std::string tiles(const Report& report) {
    const ReportFigures& all = report.total;
    std::string html = "<div class=\"tiles\">\n";
    html += tile(with_thousands(all.answers), "answers");
    html += tile(percent(share_of(static_cast<double>(all.clicks), static_cast<double>(all.items_shown))),
                 "clicks an item shown");
    html += tile(with_thousands(all.orders), "orders after a click");
    html += tile(fmt::format("{:.2f} {}", money_number(all.revenue), report.currency), "attributed revenue");
    html += tile(
        percent(share_of(static_cast<double>(report.items_ever_shown), static_cast<double>(report.items_in_catalogue))),
        "of the catalogue shown lately");
    html += tile(percent(report.new_items.share()), "of what was shown is new (30 days)");
    html += tile(percent(report.clicks.share_without_id()), "of clicks name no recommendation");
    return html + "</div>\n";
}

std::string row(const std::string& day, const std::string& placement, const ReportFigures& figures) {
    return fmt::format(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{:.2f}</td>"
        "<td>{:.2f}</td></tr>\n",
        day, escaped(placement), with_thousands(figures.answers), with_thousands(figures.items_shown), figures.clicks,
        figures.carts, figures.lines, figures.orders, money_number(figures.revenue), money_number(figures.halo));
}

std::string table(const Report& report) {
    std::string html =
        "<h2>By day of the answer and placement</h2>\n<table><tr><th>day</th><th>placement</th><th>answers</th>"
        "<th>items</th><th>clicks</th><th>carts</th><th>lines</th><th>orders</th><th>attributed</th><th>halo</th></"
        "tr>\n";
    for (const engine::ReportRow& one : report.rows) html += row(date(one.day), one.placement, one.figures);
    return html + row("all", "", report.total) + "</table>\n";
}

}  // namespace

std::string report_html(const Report& report) {
    const Days days = days_of(report);
    std::string html =
        fmt::format("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                    "content=\"width=device-width\"><title>Recommendations, {0} to {1}</title>\n{2}\n</head><body>\n"
                    "<h1>What became of recommendations, {0} to {1}</h1>\n",
                    date(report.from), date(report.to), style);
    for (const std::string& alarm : report.alarms) html += fmt::format("<p class=\"alarm\">{}</p>\n", escaped(alarm));
    html += tiles(report) + increment(report);
    const auto number = [](double value) { return std::optional(value); };
    html += drawn({.title = "Clicks on recommendations a day",
                   .unit = "",
                   .value = [=](const ReportFigures& f) { return number(static_cast<double>(f.clicks)); }},
                  days) +
            legend(days);
    html += drawn({.title = "Clicks an item shown",
                   .unit = " %",
                   .value =
                       [](const ReportFigures& f) {
                           return f.items_shown == 0
                                      ? std::nullopt
                                      : std::optional(100 * share_of(static_cast<double>(f.clicks),
                                                                     static_cast<double>(f.items_shown)));
                       },
                   .stacked = false},
                  days);
    html += drawn({.title = "Attributed revenue a day" + (report.currency.empty() ? "" : ", " + report.currency),
                   .unit = "",
                   .value = [=](const ReportFigures& f) { return number(money_number(f.revenue)); }},
                  days);
    html += table(report) + "<h2>What these numbers do not show</h2>\n<ul>\n";
    for (const std::string& line : report.not_shown) html += fmt::format("<li>{}</li>\n", escaped(line));
    return html + "</ul>\n</body></html>\n";
}

}  // namespace vitrina::cli
