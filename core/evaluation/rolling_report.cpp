#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "evaluation/rolling.hpp"

namespace vitrina::evaluation {

namespace {

using nlohmann::ordered_json;

std::string day_of_cut(const Cut& cut) {
    return cut.last_order ? "last order" : iso_time(cut.through + 1).substr(0, 10);
}

ordered_json interval_json(const Interval& interval) {
    return {{"value", interval.value}, {"low", interval.low}, {"high", interval.high}};
}

ordered_json outcome_json(const TaskOutcome& outcome) {
    ordered_json json{{"task", name_of(outcome.task)}, {"cut", day_of_cut(outcome.cut)}};
    json["occasions"] = outcome.occasions;
    json["people"] = outcome.people;
    if (!outcome.skipped.empty()) {
        json["skipped"] = outcome.skipped;
        return json;
    }
    json["models"] = ordered_json::parse(to_json(outcome.report)).at("models");
    for (const Difference& difference : outcome.differences)
        json["differences"][difference.rival][difference.metric] = interval_json(difference.interval);
    return json;
}

const Interval* find(const std::vector<Measured>& metrics, std::string_view name) {
    const auto found = std::ranges::find(metrics, name, &Measured::metric);
    return found == metrics.end() ? nullptr : &found->interval;
}

// The metrics of the table: the longest list, as most shops show it, is at the end.
std::vector<std::string> table_metrics(const TaskOutcome& outcome) {
    std::vector<std::string> names;
    for (const Measured& measured : outcome.report.models.front().metrics)
        for (const char* wanted : {"recall@", "ndcg@", "hr@", "revenue_recall@"})
            if (measured.metric.starts_with(wanted)) names.push_back(measured.metric);
    return names;
}

void append_differences(const TaskOutcome& outcome, std::string& table) {
    for (const Difference& difference : outcome.differences) {
        if (!difference.metric.starts_with("recall@") || difference.rival == "random") continue;
        const Interval& interval = difference.interval;
        table += fmt::format("  less {:<20} {:<12} {:+.4f} [{:+.4f}, {:+.4f}]{}\n", difference.rival, difference.metric,
                             interval.value, interval.low, interval.high, interval.low > 0 ? "" : "  not above 0");
    }
}

}  // namespace

std::string to_json(const RollingReport& report) {
    Report head;
    head.protocol = report.protocol;
    head.ablation = report.ablation;
    for (const TaskOutcome& outcome : report.outcomes)
        if (outcome.skipped.empty() && outcome.task == report.outcomes.front().task)
            head.models = outcome.report.models;
    ordered_json json = ordered_json::parse(to_json(head));
    json["tasks"] = ordered_json::array();
    for (const TaskOutcome& outcome : report.outcomes) json["tasks"].push_back(outcome_json(outcome));
    return json.dump();
}

std::string to_svg(const RollingReport& report) {
    Report chart;
    chart.protocol = report.protocol;
    for (const TaskOutcome& outcome : report.outcomes) {
        if (!outcome.skipped.empty()) continue;
        for (const ModelReport& model : outcome.report.models) {
            const Measured* longest = nullptr;
            for (const Measured& measured : model.metrics)
                if (measured.metric.starts_with("recall@")) longest = &measured;
            if (longest == nullptr) continue;
            const std::string panel =
                fmt::format("{} {}, {}", name_of(outcome.task), day_of_cut(outcome.cut), longest->metric);
            const auto drawn = std::ranges::find(chart.models, model.name, &ModelReport::name);
            ModelReport& bars = drawn != chart.models.end() ? *drawn : chart.models.emplace_back();
            bars.name = model.name;
            bars.metrics.push_back({panel, longest->interval});
        }
    }
    return to_svg(chart);
}

std::string to_table(const RollingReport& report) {
    std::string table;
    for (const TaskOutcome& outcome : report.outcomes) {
        table += fmt::format("{} at {}: ", name_of(outcome.task), day_of_cut(outcome.cut));
        if (!outcome.skipped.empty()) {
            table += fmt::format("skipped, {}\n\n", outcome.skipped);
            continue;
        }
        table += fmt::format("{} occasions of {} people\n", outcome.occasions, outcome.people);
        const auto metrics = table_metrics(outcome);
        table += fmt::format("  {:<25}", "");
        for (const std::string& metric : metrics) table += fmt::format(" {:>17}", metric);
        table += '\n';
        for (const ModelReport& model : outcome.report.models) {
            table += fmt::format("  {:<25}", model.name);
            for (const std::string& metric : metrics) {
                const Interval* interval = find(model.metrics, metric);
                table += interval == nullptr ? fmt::format(" {:>17}", "-") : fmt::format(" {:>17.4f}", interval->value);
            }
            table += '\n';
        }
        append_differences(outcome, table);
        table += '\n';
    }
    table += ablation_table(report.ablation);
    return table;
}

}  // namespace vitrina::evaluation
