#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/opening.hpp"

namespace vitrina::cli {

namespace {

using recommendation::AnsweredItem;
using recommendation::Recommendation;

Result<engine::RecommendationRequest> to_request(const RecommendOptions& options) {
    recommendation::Request request;
    request.placement = options.placement;
    request.item_id = options.item;
    request.cart = options.cart;
    request.exclude = options.exclude;
    request.size = options.size;
    request.locale = options.locale;
    request.explain = options.explain;
    if (!options.filter.empty()) {
        auto filter = ranking::parse_filter(options.filter);
        if (!filter) return std::unexpected(filter.error());
        request.filter = std::move(*filter);
    }
    engine::RecommendationRequest all;
    all.visitor_id = options.visitor;
    all.user_id = options.user;
    all.requests.push_back(std::move(request));
    return all;
}

std::string price_text(const std::optional<catalog::Item>& item, TimeMs now) {
    const auto price = item ? catalog::price_at(*item, now) : std::nullopt;
    return price ? money_text(*price) : "";
}

std::string scores_text(const AnsweredItem& item) {
    std::string text;
    for (const auto& part : item.explained)
        text += fmt::format("{} {:.3f}·{:.2f}  ", part.source, part.score, part.weight);
    return text;
}

void print_table(const engine::Engine& engine, const Recommendation& answer, bool explain) {
    Table table(explain
                    ? std::vector<std::string>{"#", "item", "title", "price", "reason", "score", "source score·weight"}
                    : std::vector<std::string>{"#", "item", "title", "price", "reason"},
                explain ? 100 : 72);
    for (std::size_t place = 0; place < answer.items.size(); ++place) {
        const AnsweredItem& shown = answer.items[place];
        const auto item = engine.item(shown.item_id);
        std::vector<std::string> row{std::to_string(place + 1), shown.item_id, item ? item->title : "",
                                     price_text(item, engine.now()), shown.reason.text};
        if (explain) {
            row.push_back(fmt::format("{:.4f}", shown.score));
            row.push_back(scores_text(shown));
        }
        table.add(std::move(row));
    }
    if (table.empty()) {
        fmt::print("nothing to show: {}\n", answer.empty_reason);
    } else {
        fmt::print("{}", table.text());
    }
    for (const auto& trace : answer.trace) fmt::print("  {} {}\n", trace.rule, trace.item_id);
}

nlohmann::ordered_json to_json(const engine::Engine& engine, const Recommendation& answer) {
    nlohmann::ordered_json items = nlohmann::ordered_json::array();
    for (const AnsweredItem& shown : answer.items) {
        const auto item = engine.item(shown.item_id);
        const auto price = item ? catalog::price_at(*item, engine.now()) : std::nullopt;
        nlohmann::ordered_json row{{"item_id", shown.item_id}, {"score", shown.score}, {"source", shown.source}};
        row["title"] = item ? item->title : "";
        if (price) row["price"] = money_number(*price);
        row["reason"] = {{"code", shown.reason.code}, {"text", shown.reason.text}};
        if (!shown.reason.item_id.empty()) row["reason"]["item_id"] = shown.reason.item_id;
        for (const auto& part : shown.explained) {
            row["sources"].push_back({{"source", part.source}, {"score", part.score}, {"weight", part.weight}});
        }
        items.push_back(std::move(row));
    }
    nlohmann::ordered_json json{
        {"placement", answer.placement}, {"model_version", answer.model_version}, {"items", items}};
    if (!answer.empty_reason.empty()) json["empty_reason"] = answer.empty_reason;
    for (const auto& trace : answer.trace) json["trace"].push_back({{"item_id", trace.item_id}, {"rule", trace.rule}});
    return json;
}

}  // namespace

int run_recommend(const RecommendOptions& options) {
    auto request = to_request(options);
    if (!request) return report_call(request.error());
    auto engine = open_engine(options);
    if (!engine) return report(engine.error());
    for (auto& asked : request->requests)
        if (asked.locale.empty()) asked.locale = (*engine)->configuration().default_locale;
    const auto answers = (*engine)->recommend(*request);
    if (!answers) return report(answers.error());
    if (options.json) {
        fmt::print("{}\n",
                   to_json(**engine, answers->front()).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
    } else {
        print_table(**engine, answers->front(), options.explain);
    }
    return exit_done;
}

}  // namespace vitrina::cli
