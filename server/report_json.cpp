#include "server/report_json.hpp"

#include <nlohmann/json.hpp>

#include "base/money.hpp"
#include "server/experiment_json.hpp"

namespace vitrina::server {

namespace {

using nlohmann::ordered_json;

std::string date(std::int32_t day) { return iso_time(static_cast<TimeMs>(day) * day_ms).substr(0, 10); }

ordered_json figures_json(const engine::ReportFigures& figures) {
    return {{"answers", figures.answers},
            {"items_shown", figures.items_shown},
            {"clicks", figures.clicks},
            {"carts", figures.carts},
            {"order_lines", figures.lines},
            {"orders", figures.orders},
            {"attributed_revenue", money_number(figures.revenue)},
            {"halo_revenue", money_number(figures.halo)}};
}

ordered_json increment_json(const engine::ReportIncrement& increment) {
    return {{"experiment", increment.experiment},
            {"preliminary", increment.preliminary},
            {"ratio_alarm", increment.ratio_alarm},
            {"units", increment.units},
            {"held_out", increment.held_out},
            {"conversion_lift", estimate_json(increment.conversion_lift)},
            {"order_value_lift", estimate_json(increment.order_value_lift)},
            {"revenue_lift", estimate_json(increment.revenue_lift)},
            {"revenue_a_unit", estimate_json(increment.revenue_a_unit)},
            {"revenue", estimate_json(increment.revenue)},
            {"currency", increment.currency}};
}

}  // namespace

ordered_json report_json(const engine::Report& report) {
    ordered_json json{{"from", date(report.from)},           {"to", date(report.to)},
                      {"currency", report.currency},         {"outcomes_in_other_currencies", report.other_currencies},
                      {"total", figures_json(report.total)}, {"rows", ordered_json::array()}};
    for (const engine::ReportRow& row : report.rows) {
        ordered_json one{{"day", date(row.day)}, {"placement", row.placement}};
        one.update(figures_json(row.figures));
        json["rows"].push_back(std::move(one));
    }
    json["items_in_catalogue"] = report.items_in_catalogue;
    json["items_shown"] = report.items_ever_shown;
    json["share_of_new_items"] = report.new_items.share();
    json["clicks"] = {{"with_id", report.clicks.with_id},
                      {"without_id", report.clicks.without_id},
                      {"share_without_id", report.clicks.share_without_id()}};
    json["alarms"] = report.alarms;
    json["increment"] = report.increment ? increment_json(*report.increment) : ordered_json(nullptr);
    json["not_shown"] = report.not_shown;
    return json;
}

}  // namespace vitrina::server
