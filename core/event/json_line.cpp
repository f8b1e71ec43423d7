#include "base/json_writer.hpp"
#include "event/json.hpp"

namespace vitrina::event {
namespace {

void append_kept(json::Writer& writer, const Kept& kept) {
    for (const auto& [field, value] : kept) writer.text(field, value);
}

void append_item(std::string& json, const EventItem& item) {
    json::Writer writer(json);
    writer.text("item_id", item.item_id);
    writer.number("quantity", item.quantity);
    writer.money("price", item.price);
    writer.money("discount", item.discount);
    writer.text("recommendation_id", item.recommendation_id);
    if (item.index) writer.number("index", *item.index);
    append_kept(writer, item.kept);
    writer.close();
}

void append_items(std::string& json, json::Writer& writer, const std::vector<EventItem>& items) {
    if (items.empty()) return;
    writer.name("items");
    json += '[';
    for (const EventItem& item : items) {
        if (json.back() != '[') json += ',';
        append_item(json, item);
    }
    json += ']';
}

}  // namespace

std::string json_line(const Event& event) {
    std::string json;
    json::Writer writer(json);
    writer.text("event", name_of(event.kind));
    writer.text("event_id", event.event_id);
    if (event.time != 0) writer.time("time", event.time);
    writer.text("visitor_id", event.visitor_id);
    writer.text("user_id", event.user_id);
    writer.text("transaction_id", event.transaction_id);
    writer.text("currency", event.currency);
    writer.money("value", event.value);
    writer.money("tax", event.tax);
    writer.money("shipping", event.shipping);
    writer.money("order_discount", event.order_discount);
    writer.text("coupon", event.coupon);
    writer.text("search_term", event.search_term);
    writer.flag("guest", event.guest);
    writer.flag("provisional", event.provisional);
    writer.flag("bot", event.bot);
    if (event.chunks > 1) {
        writer.number("chunk", event.chunk);
        writer.number("chunks", event.chunks);
    }
    append_kept(writer, event.kept);
    append_items(json, writer, event.items);
    writer.close();
    return json;
}

}  // namespace vitrina::event
