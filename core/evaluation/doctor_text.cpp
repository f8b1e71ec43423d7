#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iterator>

#include <nlohmann/json.hpp>

#include "evaluation/doctor.hpp"

namespace vitrina::evaluation {
namespace {

std::string with_thousands(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
    return text;
}

void append_counts(std::string& text, const DoctorReport& report) {
    const auto out = std::back_inserter(text);
    fmt::format_to(out, "{} events", with_thousands(report.events));
    if (report.events > 0)
        fmt::format_to(out, " from {} to {}, on {} days", iso_time(report.first).substr(0, 10),
                       iso_time(report.last).substr(0, 10), report.days_with_events);
    text += '\n';
    for (const auto& [kind, count] : report.kinds)
        fmt::format_to(out, "  {:<18} {:>12}\n", kind, with_thousands(count));
    fmt::format_to(out, "{} visitors, {} users, {} came on two days; {} items in events, {} in the catalogue\n",
                   with_thousands(report.visitors), with_thousands(report.users), with_thousands(report.returners),
                   with_thousands(report.items_seen), with_thousands(report.catalog_items));
    fmt::format_to(out, "{} orders ({} of guests) with {} lines, {} refunds", with_thousands(report.orders),
                   with_thousands(report.guest_orders), with_thousands(report.order_lines),
                   with_thousands(report.refunds));
    for (const auto& [currency, amount] : report.revenue)
        fmt::format_to(out, ", {} {}", with_thousands(static_cast<std::uint64_t>(amount / money_unit)),
                       currency.empty() ? "of no currency" : currency);
    text += '\n';
    if (report.partial)
        text += "There was more than could be remembered; counts of people, items and orders are lower bounds.\n";
}

}  // namespace

std::string doctor_text(const DoctorReport& report) {
    std::string text;
    append_counts(text, report);
    text += report.fit() ? "\nFit to learn from.\n" : "\nNot fit to learn from yet.\n";
    for (const Finding& finding : report.findings) {
        fmt::format_to(std::back_inserter(text), "\n{}: {} [{}]\n  costs: {}\n  do: {}\n", name_of(finding.severity),
                       finding.what, finding.code, finding.costs, finding.remedy);
        if (!finding.examples.empty())
            fmt::format_to(std::back_inserter(text), "  such as: {}\n", fmt::join(finding.examples, "; "));
    }
    return text;
}

std::string doctor_json(const DoctorReport& report) {
    using nlohmann::ordered_json;
    ordered_json json{{"fit", report.fit()},
                      {"events", report.events},
                      {"kinds", report.kinds},
                      {"visitors", report.visitors},
                      {"users", report.users},
                      {"returners", report.returners},
                      {"catalog_items", report.catalog_items},
                      {"items_seen", report.items_seen},
                      {"orders", report.orders},
                      {"guest_orders", report.guest_orders},
                      {"order_lines", report.order_lines},
                      {"refunds", report.refunds},
                      {"days_with_events", report.days_with_events},
                      {"partial", report.partial}};
    json["revenue"] = ordered_json::object();
    for (const auto& [currency, amount] : report.revenue) json["revenue"][currency] = money_number(amount);
    json["first"] = report.events == 0 ? ordered_json() : ordered_json(iso_time(report.first));
    json["last"] = report.events == 0 ? ordered_json() : ordered_json(iso_time(report.last));
    json["findings"] = ordered_json::array();
    for (const Finding& finding : report.findings)
        json["findings"].push_back({{"code", finding.code},
                                    {"severity", name_of(finding.severity)},
                                    {"count", finding.count},
                                    {"what", finding.what},
                                    {"costs", finding.costs},
                                    {"remedy", finding.remedy},
                                    {"examples", finding.examples}});
    return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace vitrina::evaluation
