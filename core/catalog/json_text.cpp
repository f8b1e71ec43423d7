#include "base/json_writer.hpp"
#include "base/quoted.hpp"
#include "catalog/json.hpp"

namespace vitrina::catalog {
namespace {

std::string_view availability_name(Availability availability) {
    switch (availability) {
        case Availability::out_of_stock: return "out_of_stock";
        case Availability::preorder: return "preorder";
        default: return {};  // in stock is what an item is unless it says otherwise
    }
}

void append_categories(std::string& json, json::Writer& writer, const Item& item) {
    if (item.categories.empty()) return;
    writer.name("categories");
    json += '[';
    for (const std::string& path : item.categories) {
        if (json.back() != '[') json += ',';
        append_quoted(json, path);
    }
    json += ']';
}

void append_attributes(std::string& json, json::Writer& writer, const Item& item) {
    if (item.attributes.empty()) return;
    writer.name("attributes");
    json::Writer attributes(json);
    for (const auto& [name, value] : item.attributes) {
        attributes.name(name);
        append_quoted(json, value);
    }
    attributes.close();
}

void append_localized(std::string& json, json::Writer& writer, const Item& item) {
    if (item.localized.empty()) return;
    writer.name("localized");
    json::Writer localized(json);
    for (const auto& [locale, text] : item.localized) {
        localized.name(locale);
        json::Writer texts(json);
        texts.text("title", text.title);
        texts.text("url", text.url);
        texts.text("description", text.description);
        texts.close();
    }
    localized.close();
}

}  // namespace

std::string json_text(const Item& item) {
    std::string json;
    json::Writer writer(json);
    writer.text("item_id", item.item_id);
    writer.text("title", item.title);
    writer.text("description", item.description);
    append_categories(json, writer, item);
    writer.text("brand", item.brand);
    writer.money("price", item.price);
    writer.money("sale_price", item.sale_price);
    writer.time("sale_from", item.sale_from);
    writer.time("sale_until", item.sale_until);
    writer.text("currency", item.currency);
    writer.money("cost", item.cost);
    writer.text("availability", availability_name(item.availability));
    if (item.quantity) writer.number("quantity", *item.quantity);
    writer.text("url", item.url);
    writer.text("image_url", item.image_url);
    writer.text("group_id", item.group_id);
    append_attributes(json, writer, item);
    writer.time("available_from", item.available_from);
    writer.time("available_until", item.available_until);
    writer.flag("hidden", item.hidden);
    append_localized(json, writer, item);
    writer.time("created_at", item.created_at);
    if (item.absent) writer.flag("absent", item.absent);
    writer.close();
    return json;
}

}  // namespace vitrina::catalog
