#include <fmt/core.h>

#include <cstdint>
#include <set>
#include <string>
#include <tuple>

#include "base/json_writer.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/opening.hpp"
#include "engine/names.hpp"
#include "event/json.hpp"
#include "feedback/credit.hpp"

namespace vitrina::cli {

namespace {

int export_outcomes(engine::Engine& engine) {
    const engine::Names names = engine::names_of(engine.configuration());
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

}  // namespace

int run_export(const ExportOptions& options) {
    auto engine = open_engine(options);
    if (!engine) return report(engine.error());
    if (options.outcomes) return export_outcomes(**engine);
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
