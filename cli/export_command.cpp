#include <fmt/core.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <tuple>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/opening.hpp"

namespace vitrina::cli {

namespace {

using nlohmann::ordered_json;

void set_money(ordered_json& json, const char* name, const std::optional<MoneyMicros>& amount) {
    if (amount) json[name] = money_number(*amount);
}

void set_text(ordered_json& json, const char* name, const std::string& text) {
    if (!text.empty()) json[name] = text;
}

ordered_json to_json(const event::EventItem& line) {
    ordered_json json{{"item_id", line.item_id}, {"quantity", line.quantity}};
    set_money(json, "price", line.price);
    set_money(json, "discount", line.discount);
    set_text(json, "recommendation_id", line.recommendation_id);
    if (line.index) json["index"] = *line.index;
    for (const auto& [name, value] : line.kept) json[name] = value;
    return json;
}

ordered_json to_json(const event::Event& event) {
    ordered_json json{{"event", event::name_of(event.kind)},
                      {"event_id", event.event_id},
                      {"time", iso_time(event.time)},
                      {"visitor_id", event.visitor_id}};
    set_text(json, "user_id", event.user_id);
    set_text(json, "transaction_id", event.transaction_id);
    set_text(json, "currency", event.currency);
    set_money(json, "value", event.value);
    set_money(json, "tax", event.tax);
    set_money(json, "shipping", event.shipping);
    set_money(json, "order_discount", event.order_discount);
    set_text(json, "coupon", event.coupon);
    set_text(json, "search_term", event.search_term);
    for (const auto& line : event.items) json["items"].push_back(to_json(line));
    for (const auto& [name, value] : event.kept) json[name] = value;
    return json;
}

}  // namespace

int run_export(const ExportOptions& options) {
    auto engine = open_engine(options);
    if (!engine) return report(engine.error());
    // The log keeps what was sent again; the chunks of an order share one id.
    std::set<std::tuple<std::string, std::string, std::uint32_t>> shown;
    const auto read = (*engine)->each_event([&](const event::Event& event) {
        if (event.visitor_id != options.visitor && event.user_id != options.visitor) return;
        if (!shown.emplace(event.visitor_id, event.event_id, event.chunk).second) return;
        fmt::print("{}\n", to_json(event).dump());
    });
    if (!read) return report(read.error());
    if (!shown.empty()) return exit_done;
    return report({ErrorCode::not_found, fmt::format("there is no event of visitor or user {}", options.visitor)});
}

}  // namespace vitrina::cli
