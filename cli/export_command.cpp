#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/json_writer.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/opening.hpp"
#include "engine/explored_answers.hpp"
#include "engine/item_costs.hpp"
#include "engine/names.hpp"
#include "engine/training_rows.hpp"
#include "event/json.hpp"
#include "feedback/credit.hpp"
#include "recommendation/exploration.hpp"

namespace vitrina::cli {

namespace {

int export_outcomes(engine::Engine& engine) {
    const engine::Names names = engine::names_of(engine.configuration());
    const engine::ItemCosts costs(engine);
    const auto read = engine.each_outcome([&](const feedback::Outcome& outcome) {
        std::string line;
        json::Writer json(line);
        json.text("transaction_id", outcome.transaction_id);
        json.number("line", outcome.line);
        json.text("item_id", outcome.item_id);
        json.text("credit", feedback::name_of(outcome.credit));
        json.text("recommendation_id", outcome.recommendation_id);
        json.text("placement", names.placement(outcome.placement));
        if (outcome.position >= 0) json.number("position", static_cast<std::uint64_t>(outcome.position));
        json.number("quantity", static_cast<std::uint64_t>(outcome.quantity));
        json.money("money", outcome.money);
        if (const auto cost = costs.of(item_key(outcome.item_id), outcome.quantity, outcome.currency))
            json.money("margin", outcome.money - *cost);
        json.text("currency", outcome.currency);
        json.time("time", outcome.time);
        json.time("touched_at", outcome.touched);
        json.text("visitor_id", outcome.visitor_id);
        json.text("user_id", outcome.user_id);
        json.number("rules", outcome.rules);
        json.close();
        fmt::print("{}\n", line);
    });
    return read ? exit_done : report(read.error());
}

int export_training_rows(engine::Engine& engine) {
    const auto made = engine::training_rows(engine);
    if (!made) return report(made.error());
    std::map<std::uint64_t, std::vector<std::string>> names;  // by layout
    for (const feedback::TrainingRow& row : made->rows.mature(made->now)) {
        const auto [known, fresh] = names.try_emplace(row.answer->layout);
        if (fresh) known->second = engine.feature_names(row.answer->layout);
        const std::vector<float> values = engine::features_of(row);
        std::string line;
        json::Writer json(line);
        json.text("recommendation_id", row.answer->recommendation_id);
        json.time("time", row.answer->time);
        json.text("placement", row.answer->placement);
        json.text("variant", row.answer->variant);
        json.text("model_version", row.answer->model_version);
        json.text("visitor_id", row.answer->visitor_id);
        json.text("item_id", row.item->item_id);
        json.number("position", static_cast<std::uint64_t>(row.item->position));
        json.number("clicked", row.success.clicked ? 1 : 0);
        json.number("carted", row.success.carted ? 1 : 0);
        json.number("bought", row.success.bought ? 1 : 0);
        json.money("money", row.success.money);
        json.name("features");
        json::Writer features(line);
        for (std::size_t f = 0; f < std::min(values.size(), known->second.size()); ++f) {
            features.name(known->second[f]);
            line += fmt::format("{}", values[f]);
        }
        features.close();
        json.close();
        fmt::print("{}\n", line);
    }
    return exit_done;
}

void write(json::Writer& json, const recommendation::Eligible& item, std::string& line) {
    json.text("item_id", item.item_id);
    json.name("chance");
    line += fmt::format("{:.6f}", item.chance / double{recommendation::whole_chance});
}

void print(const engine::Exposure& exposure, const recommendation::ExploredSlot& slot) {
    const recommendation::Eligible& drawn = slot.eligible[slot.drawn];
    std::string line;
    json::Writer json(line);
    json.text("recommendation_id", exposure.shown.recommendation_id);
    json.time("time", exposure.time);
    json.text("placement", exposure.shown.placement);
    json.text("variant", exposure.shown.variant);
    json.text("model_version", exposure.shown.model_version);
    json.text("visitor_id", exposure.visitor_id);
    json.number("position", slot.slot);
    write(json, drawn, line);
    json.text("counter", fmt::format("{:016x}", slot.counter));
    json.text("posterior", fmt::format("{:016x}", slot.posterior));
    json.name("eligible");
    for (const recommendation::Eligible& item : slot.eligible) {
        line += &item == slot.eligible.data() ? '[' : ',';
        json::Writer one(line);
        write(one, item, line);
        one.close();
    }
    line += ']';
    json.close();
    fmt::print("{}\n", line);
}

int export_explored(engine::Engine& engine) {
    const auto read = engine::each_explored(engine, [](const engine::Exposure& exposure) {
        for (const recommendation::ExploredSlot& slot : exposure.shown.explored) print(exposure, slot);
    });
    return read ? exit_done : report(read.error());
}

}  // namespace

int run_export(const ExportOptions& options) {
    auto engine = open_engine(options);
    if (!engine) return report(engine.error());
    if (options.outcomes) return export_outcomes(**engine);
    if (options.training_rows) return export_training_rows(**engine);
    if (options.explored) return export_explored(**engine);
    // The log keeps what was sent again; the chunks of an order share one id.
    std::set<std::tuple<std::string, std::string, std::uint32_t>> shown;
    const auto read = (*engine)->each_event([&](const event::Event& event) {
        if (event.visitor_id != options.visitor && event.user_id != options.visitor) return;
        if (!shown.emplace(event.visitor_id, event.event_id, event.chunk).second) return;
        fmt::print("{}\n", event::json_line(event));
    });
    if (!read) return report(read.error());
    if (!shown.empty()) return exit_done;
    return report({ErrorCode::not_found, fmt::format("there is no event of visitor or user {}", options.visitor)});
}

}  // namespace vitrina::cli
