#include "evaluation/report.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vitrina::evaluation {

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const ProtocolValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* number = std::get_if<double>(&value)) {
        const auto whole = static_cast<std::int64_t>(*number);
        return static_cast<double>(whole) == *number ? Json(whole) : Json(*number);
    }
    Json object = Json::object();
    for (const auto& [name, number] : std::get<2>(value)) object[name] = number;
    return object;
}

Json json_of(const std::vector<Measured>& metrics) {
    Json object = Json::object();
    for (const Measured& m : metrics)
        object[m.metric] = {{"value", m.interval.value}, {"low", m.interval.low}, {"high", m.interval.high}};
    return object;
}

Json json_of(const ModelReport& model) {
    Json object{{"name", model.name}, {"metrics", json_of(model.metrics)}};
    if (!model.validation.empty()) object["validation"] = json_of(model.validation);
    if (!model.terciles.empty()) {
        Json terciles = Json::object();
        for (const Terciles& t : model.terciles)
            terciles[t.metric] = {{"head", t.head}, {"middle", t.middle}, {"tail", t.tail}};
        object["popularity_terciles"] = terciles;
    }
    object["train_seconds"] = model.train_seconds;
    object["answer_seconds"] = model.answer_seconds;
    object["peak_memory_mb"] = model.peak_memory_mb;
    return object;
}

// Columns padded to the widest cell, in characters of the terminal (UTF-8 continuation bytes take no room).
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

using Row = std::vector<std::string>;

std::string aligned(const std::vector<Row>& rows) {
    std::vector<std::size_t> widths;
    for (const Row& row : rows)
        for (std::size_t c = 0; c < row.size(); ++c) {
            if (c == widths.size()) widths.push_back(0);
            widths[c] = std::max(widths[c], width_of(row[c]));
        }
    std::string text;
    for (const Row& row : rows) {
        std::string line;
        for (std::size_t c = 0; c < row.size(); ++c) {
            const std::string padding(widths[c] - width_of(row[c]), ' ');
            line += (c == 0 ? "" : "  ") + (c == 0 ? row[c] + padding : padding + row[c]);
        }
        text += line + "\n";
    }
    return text;
}

Row values_of(const std::vector<Measured>& metrics, std::string name) {
    Row row{std::move(name)};
    for (const Measured& m : metrics)
        row.push_back(m.interval.low == m.interval.high
                          ? fmt::format("{:.4f}", m.interval.value)
                          : fmt::format("{:.4f} [{:.4f}, {:.4f}]", m.interval.value, m.interval.low, m.interval.high));
    return row;
}

std::string text_of(const ProtocolValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* number = std::get_if<double>(&value)) return fmt::format("{:.6g}", *number);
    std::string text;
    for (const auto& [name, number] : std::get<2>(value))
        text += fmt::format("{}{} {:.4g}", text.empty() ? "" : ", ", name, number);
    return text;
}

}  // namespace

std::string to_json(const Report& report) {
    Json object;
    Json protocol = Json::object();
    for (const auto& [name, value] : report.protocol) protocol[name] = json_of(value);
    object["protocol"] = protocol;
    object["chosen"] = report.chosen;
    for (const auto& [task, without, gain] : report.ablation)
        object["ablation"].push_back({{"task", task},
                                      {"without", without},
                                      {"gain", {{"value", gain.value}, {"low", gain.low}, {"high", gain.high}}}});
    object["models"] = Json::array();
    for (const ModelReport& model : report.models) object["models"].push_back(json_of(model));
    // Texts of the files reach the protocol only through us; still, bytes that are no UTF-8 must not stop a report.
    return object.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string ablation_table(std::span<const AblationLine> lines) {
    if (lines.empty()) return "";
    std::vector<Row> rows{{"ablation of the ranker, on validation", "adds"}};
    for (const auto& [task, without, gain] : lines)
        rows.push_back({fmt::format("{}{}{}", task, task.empty() ? "" : ": ", without),
                        fmt::format("{:+.4f} [{:+.4f}, {:+.4f}]", gain.value, gain.low, gain.high)});
    return aligned(rows) + "\n";
}

std::string to_table(const Report& report) {
    if (report.models.empty()) return "nothing was measured\n";
    std::vector<Row> rows{{"model"}};
    for (const Measured& m : report.models.front().metrics) rows[0].push_back(m.metric);
    for (const char* name : {"train s", "answer s", "peak MB"}) rows[0].emplace_back(name);
    for (const ModelReport& model : report.models) {
        rows.push_back(values_of(model.metrics, model.name));
        rows.back().push_back(fmt::format("{:.1f}", model.train_seconds));
        rows.back().push_back(fmt::format("{:.1f}", model.answer_seconds));
        rows.back().push_back(fmt::format("{:.0f}", model.peak_memory_mb));
        if (!model.validation.empty()) rows.push_back(values_of(model.validation, "  on validation"));
    }
    std::string text = aligned(rows) + "\n";
    std::vector<Row> terciles{{"recall by popularity", "metric", "head", "middle", "tail"}};
    for (const ModelReport& model : report.models)
        for (const Terciles& t : model.terciles)
            terciles.push_back({model.name, t.metric, fmt::format("{:.4f}", t.head), fmt::format("{:.4f}", t.middle),
                                fmt::format("{:.4f}", t.tail)});
    if (terciles.size() > 1) text += aligned(terciles) + "\n";
    text += ablation_table(report.ablation);
    for (const auto& [name, value] : report.protocol) text += fmt::format("{}: {}\n", name, text_of(value));
    return text;
}

}  // namespace vitrina::evaluation
