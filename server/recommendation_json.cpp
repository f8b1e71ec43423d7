// The writing half of recommendation_json.hpp; the reading half is recommendation_call.cpp.
#include "server/recommendation_json.hpp"

#include <algorithm>
#include <array>

#include "server/json_writer.hpp"

namespace vitrina::server {

namespace {

using catalog::Item;

struct Shown {
    const Item& item;
    const std::string& locale;
    TimeMs now;
};

// The item's text in the language of the request ("en-GB", else "en"), else the item's own.
std::string localized(const Shown& shown, std::string catalog::LocalizedText::* part, const std::string& own) {
    for (const std::string_view name : {std::string_view(shown.locale), std::string_view(shown.locale).substr(0, 2)}) {
        const auto found = shown.item.localized.find(std::string(name));
        if (found != shown.item.localized.end() && !(found->second.*part).empty()) return found->second.*part;
    }
    return own;
}

void write_text(JsonWriter& json, std::string_view name, const std::string& text) {
    if (!text.empty()) json.key(name).text(text);
}

void write_money(JsonWriter& json, std::string_view name, const std::optional<MoneyMicros>& amount) {
    if (amount) json.key(name).money(*amount);
}

// The sale price is told while it counts.
void write_sale_price(JsonWriter& json, const Shown& shown) {
    const auto price = catalog::price_at(shown.item, shown.now);
    if (price && price == shown.item.sale_price && price != shown.item.price) json.key("sale_price").money(*price);
}

void write_categories(JsonWriter& json, const Shown& shown) {
    json.key("categories").begin_array();
    for (const std::string& category : shown.item.categories) json.text(category);
    json.end_array();
}

void write_availability(JsonWriter& json, const Shown& shown) {
    constexpr std::array names{"in_stock", "out_of_stock", "preorder"};
    json.key("availability").text(names.at(static_cast<std::size_t>(shown.item.availability)));
}

void write_attributes(JsonWriter& json, const Shown& shown) {
    json.key("attributes").begin_object();
    for (const auto& [name, value] : shown.item.attributes) json.name(name).text(value);
    json.end_object();
}

struct ItemField {
    std::string_view name;
    void (*write)(JsonWriter& json, const Shown& shown);
};

constexpr std::array<ItemField, 14> item_fields{{
    {"title",
     [](JsonWriter& j, const Shown& s) {
         write_text(j, "title", localized(s, &catalog::LocalizedText::title, s.item.title));
     }},
    {"description",
     [](JsonWriter& j, const Shown& s) {
         write_text(j, "description", localized(s, &catalog::LocalizedText::description, s.item.description));
     }},
    {"url", [](JsonWriter& j,
               const Shown& s) { write_text(j, "url", localized(s, &catalog::LocalizedText::url, s.item.url)); }},
    {"image_url", [](JsonWriter& j, const Shown& s) { write_text(j, "image_url", s.item.image_url); }},
    {"brand", [](JsonWriter& j, const Shown& s) { write_text(j, "brand", s.item.brand); }},
    {"group_id", [](JsonWriter& j, const Shown& s) { write_text(j, "group_id", s.item.group_id); }},
    {"currency", [](JsonWriter& j, const Shown& s) { write_text(j, "currency", s.item.currency); }},
    {"price", [](JsonWriter& j, const Shown& s) { write_money(j, "price", s.item.price); }},
    {"sale_price", write_sale_price},
    {"categories", write_categories},
    {"availability", write_availability},
    {"attributes", write_attributes},
    {"cost", [](JsonWriter& j, const Shown& s) { write_money(j, "cost", s.item.cost); }},
    {"quantity",
     [](JsonWriter& j, const Shown& s) {
         if (s.item.quantity) j.key("quantity").number(*s.item.quantity);
     }},
}};

void write_fields(JsonWriter& json, const std::string& item_id, const Telling& telling) {
    if (telling.fields.empty()) return;
    const auto item = telling.item(item_id);
    if (!item) return;  // removed since it was chosen
    const Shown shown{*item, telling.locale, telling.now};
    for (const ItemField& field : item_fields) {
        if (std::ranges::find(telling.fields, field.name) != telling.fields.end()) field.write(json, shown);
    }
}

void write_explained(JsonWriter& json, const recommendation::AnsweredItem& item) {
    json.key("scores").begin_array();
    for (const auto& part : item.explained) {
        json.begin_object();
        json.key("source").text(part.source);
        json.key("score").number(static_cast<double>(part.score));
        json.key("weight").number(static_cast<double>(part.weight));
        json.end_object();
    }
    json.end_array();
}

void write_reason(JsonWriter& json, const recommendation::Reason& reason) {
    json.key("reason").begin_object();
    json.key("code").text(reason.code);
    write_text(json, "item_id", reason.item_id);
    json.key("text").text(reason.text);
    json.end_object();
}

void write_item(JsonWriter& json, const recommendation::AnsweredItem& item, const Telling& telling) {
    json.begin_object();
    json.key("item_id").text(item.item_id);
    if (telling.scores) json.key("score").number(static_cast<double>(item.score));
    json.key("source").text(item.source);
    write_fields(json, item.item_id, telling);
    write_reason(json, item.reason);
    if (telling.scores && !item.explained.empty()) write_explained(json, item);
    json.end_object();
}

void write_trace(JsonWriter& json, const std::vector<recommendation::Trace>& trace) {
    json.key("trace").begin_array();
    for (const auto& step : trace) {
        json.begin_object();
        write_text(json, "item_id", step.item_id);
        json.key("rule").text(step.rule);
        json.end_object();
    }
    json.end_array();
}

void write_answer(JsonWriter& json, const recommendation::Recommendation& answer, const Telling& telling) {
    json.begin_object();
    json.key("placement").text(answer.placement);
    json.key("recommendation_id").text(answer.recommendation_id);
    json.key("variant").text(answer.variant);
    json.key("model_version").text(answer.model_version);
    json.key("items").begin_array();
    for (const auto& item : answer.items) write_item(json, item, telling);
    json.end_array();
    if (answer.items.empty()) json.key("empty_reason").text(answer.empty_reason);
    if (answer.late) json.key("late").boolean(true);
    if (telling.scores && !answer.trace.empty()) write_trace(json, answer.trace);
    json.end_object();
}

}  // namespace

std::string recommendations_json(const std::vector<recommendation::Recommendation>& answers, const Telling& telling) {
    JsonWriter json;
    json.begin_object();
    json.key("results").begin_array();
    for (const auto& answer : answers) write_answer(json, answer, telling);
    json.end_array();
    if (telling.stale) json.key("stale").boolean(true);
    if (telling.degraded) json.key("degraded").boolean(true);
    json.end_object();
    return json.take();
}

}  // namespace vitrina::server
