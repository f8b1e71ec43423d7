#include "catalog/json.hpp"

#include <fmt/format.h>

#include <array>
#include <span>

#include "base/json_fields.hpp"
#include "base/json_parse.hpp"

namespace vitrina::catalog {
namespace {

using json::Array;
using json::Element;
using json::Field;
using json::MaybeBad;
using json::Null;
using json::Object;
using json::Value;

// Null takes a field away: it becomes what it was before anybody set it.
MaybeBad set_text(const Value& value, std::string& text) {
    text.clear();
    return value.element.is_null() ? MaybeBad{} : json::read_text(value, text);
}

MaybeBad set_flag(const Value& value, bool& flag) {
    flag = false;
    return value.element.is_null() ? MaybeBad{} : json::read_flag(value, flag);
}

MaybeBad set_money(const Value& value, std::optional<MoneyMicros>& amount) {
    amount.reset();
    return value.element.is_null() ? MaybeBad{} : json::read_money(value, amount);
}

MaybeBad set_time(const Value& value, std::optional<TimeMs>& time) {
    time.reset();
    if (value.element.is_null()) return {};
    TimeMs read = 0;
    if (auto bad = json::read_time(value, read)) return bad;
    time = read;
    return {};
}

MaybeBad set_quantity(Item& item, const Value& value) {
    item.quantity.reset();
    if (value.element.is_null()) return {};
    std::uint64_t whole = 0;
    if (auto bad = json::read_whole(value, "bad_quantity", {0, 1'000'000'000'000}, whole)) return bad;
    item.quantity = whole;
    return {};
}

MaybeBad set_availability(Item& item, const Value& value) {
    item.availability = Availability::in_stock;
    if (value.element.is_null()) return {};
    std::string name;
    if (auto bad = json::read_text(value, name)) return bad;
    if (name == "out_of_stock")
        item.availability = Availability::out_of_stock;
    else if (name == "preorder")
        item.availability = Availability::preorder;
    else if (name != "in_stock")
        return json::bad_value("bad_type", value, "in_stock, out_of_stock or preorder");
    return {};
}

MaybeBad set_categories(Item& item, const Value& value) {
    item.categories.clear();
    if (value.element.is_null()) return {};
    Array paths;
    if (value.element.get(paths))
        return json::bad_value("bad_type", value, R"(a list of paths such as ["kitchen > mugs"])");
    for (const Element element : paths)
        if (auto bad = json::read_text({"an element of categories", element}, item.categories.emplace_back()))
            return bad;
    return {};
}

// Merged by name; null takes a name away, and null for all of them takes all away.
MaybeBad merge_attributes(Item& item, const Value& value) {
    if (value.element.is_null()) item.attributes.clear();
    if (value.element.is_null()) return {};
    Object object;
    if (value.element.get(object)) return json::bad_value("bad_type", value, R"(an object such as {"colour": "red"})");
    for (const auto& [name, element] : object) {
        if (element.is_null())
            item.attributes.erase(std::string(name));
        else if (auto bad = json::read_as_text({name, element}, item.attributes[std::string(name)]))
            return bad;
    }
    return {};
}

constexpr auto localized_fields = std::to_array<Field<LocalizedText>>({
    {"title", [](LocalizedText& text, const Value& value) { return set_text(value, text.title); }},
    {"url", [](LocalizedText& text, const Value& value) { return set_text(value, text.url); }},
    {"description", [](LocalizedText& text, const Value& value) { return set_text(value, text.description); }},
});

MaybeBad merge_localized(Item& item, const Value& value) {
    if (value.element.is_null()) item.localized.clear();
    if (value.element.is_null()) return {};
    Object object;
    if (value.element.get(object))
        return json::bad_value("bad_type", value, R"(an object such as {"ru": {"title": "Кружка"}})");
    for (const auto& [locale, element] : object) {
        Object texts;
        if (element.is_null()) {
            item.localized.erase(std::string(locale));
            continue;
        }
        if (element.get(texts))
            return json::bad_value("bad_type", {locale, element}, "an object of title, url and description");
        auto& text = item.localized[std::string(locale)];
        if (auto bad = json::read_object<LocalizedText>(texts, localized_fields, text, Null::is_read)) return bad;
    }
    return {};
}

constexpr auto item_fields = std::to_array<Field<Item>>({
    {"item_id", [](Item& item, const Value& value) { return set_text(value, item.item_id); }},
    {"title", [](Item& item, const Value& value) { return set_text(value, item.title); }},
    {"description", [](Item& item, const Value& value) { return set_text(value, item.description); }},
    {"categories", set_categories},
    {"brand", [](Item& item, const Value& value) { return set_text(value, item.brand); }},
    {"price", [](Item& item, const Value& value) { return set_money(value, item.price); }},
    {"sale_price", [](Item& item, const Value& value) { return set_money(value, item.sale_price); }},
    {"sale_from", [](Item& item, const Value& value) { return set_time(value, item.sale_from); }},
    {"sale_until", [](Item& item, const Value& value) { return set_time(value, item.sale_until); }},
    {"currency", [](Item& item, const Value& value) { return set_text(value, item.currency); }},
    {"cost", [](Item& item, const Value& value) { return set_money(value, item.cost); }},
    {"availability", set_availability},
    {"quantity", set_quantity},
    {"url", [](Item& item, const Value& value) { return set_text(value, item.url); }},
    {"image_url", [](Item& item, const Value& value) { return set_text(value, item.image_url); }},
    {"group_id", [](Item& item, const Value& value) { return set_text(value, item.group_id); }},
    {"attributes", merge_attributes},
    {"available_from", [](Item& item, const Value& value) { return set_time(value, item.available_from); }},
    {"available_until", [](Item& item, const Value& value) { return set_time(value, item.available_until); }},
    {"hidden", [](Item& item, const Value& value) { return set_flag(value, item.hidden); }},
    {"localized", merge_localized},
    {"created_at", [](Item& item, const Value& value) { return set_time(value, item.created_at); }},
    {"absent",
     [](Item&, const Value&) {
         return MaybeBad(json::BadField{"bad_type",
                                        "absent follows from complete runs; leave it out: an item that is sent is back, "
                                        "and `hidden` hides one"});
     }},
});

Result<Item> read_into(Item item, const Object& object) {
    if (auto bad = json::read_object<Item>(object, item_fields, item, Null::is_read))
        return fail(ErrorCode::invalid_input, std::move(bad->message));
    return item;
}

Result<Item> read_whole_item(const Object& object) {
    auto item = read_into({}, object);
    if (item && item->item_id.empty())
        return fail(ErrorCode::invalid_input, "field \"item_id\" is missing; every item needs one");
    return item;
}

Result<Object> parsed_object(simdjson::dom::parser& parser, std::string_view body) {
    Element root;
    if (const auto error = json::parse(parser, body, root))
        return fail(ErrorCode::invalid_input, fmt::format("the body is no JSON: {}", simdjson::error_message(error)));
    Object object;
    if (root.get(object))
        return fail(ErrorCode::invalid_input, R"(the body is no object; send one item or {"items": [ … ]})");
    return object;
}

}  // namespace

struct JsonReader::Impl {
    JsonLimits limits;
    simdjson::dom::parser parser;
};

JsonReader::JsonReader(JsonLimits limits) : impl_(std::make_unique<Impl>()) { impl_->limits = limits; }
JsonReader::~JsonReader() = default;
JsonReader::JsonReader(JsonReader&&) noexcept = default;
JsonReader& JsonReader::operator=(JsonReader&&) noexcept = default;

Result<std::vector<Result<Item>>> JsonReader::read_body(std::string_view body) {
    auto object = parsed_object(impl_->parser, body);
    if (!object) return std::unexpected(std::move(object.error()));
    std::vector<Result<Item>> read;
    Element listed;
    if (object->at_key("items").get(listed)) {
        read.push_back(read_whole_item(*object));
        return read;
    }
    Array items;
    if (listed.get(items)) return fail(ErrorCode::invalid_input, R"("items" is no list; send {"items": [ … ]})");
    for (const auto& [name, value] : *object)
        if (name != "items")
            return fail(ErrorCode::invalid_input,
                        fmt::format("field \"{}\" is not known beside \"items\"", name.substr(0, 64)));
    for (const Element element : items) {
        if (read.size() == impl_->limits.items)
            return fail(ErrorCode::exhausted,
                        fmt::format("the body holds more than {} items; send them in several", impl_->limits.items));
        Object each;
        if (element.get(each))
            read.push_back(fail(ErrorCode::invalid_input, "an element of items is no object"));
        else
            read.push_back(read_whole_item(each));
    }
    return read;
}

Result<Item> JsonReader::read_item(std::string_view body, std::string_view item_id) {
    auto object = parsed_object(impl_->parser, body);
    if (!object) return std::unexpected(std::move(object.error()));
    if (item_id.empty()) return read_whole_item(*object);
    return patched(Item{.item_id = std::string(item_id)}, body);
}

Result<Item> JsonReader::patched(Item before, std::string_view body) {
    auto object = parsed_object(impl_->parser, body);
    if (!object) return std::unexpected(std::move(object.error()));
    const std::string item_id = before.item_id;
    auto item = read_into(std::move(before), *object);
    if (item && item->item_id != item_id)
        return fail(ErrorCode::invalid_input,
                    fmt::format("item_id \"{}\" of the body is not \"{}\" of the address; leave it out",
                                item->item_id.substr(0, 64), item_id.substr(0, 64)));
    return item;
}

}  // namespace vitrina::catalog
