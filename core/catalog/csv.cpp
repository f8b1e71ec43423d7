#include "catalog/csv.hpp"

#include <array>

namespace vitrina::catalog {
namespace {

using csv::BadField;
using csv::Column;
using csv::MaybeBad;
using csv::Value;

template <auto Member>
MaybeBad set_text(Item& item, const Value& value) {
    item.*Member = value.text;
    return {};
}

template <auto Member>
MaybeBad set_money(Item& item, const Value& value) {
    return csv::read_money(value, item.*Member);
}

template <auto Member>
MaybeBad set_time(Item& item, const Value& value) {
    return csv::read_time(value, (item.*Member).emplace());
}

MaybeBad set_categories(Item& item, const Value& value) {
    item.categories.clear();
    for (std::string_view rest = value.text; !rest.empty();) {
        const std::string_view path = rest.substr(0, rest.find('|'));
        rest.remove_prefix(std::min(rest.size(), path.size() + 1));
        if (const auto plain = csv::trimmed(path); !plain.empty()) item.categories.emplace_back(plain);
    }
    return {};
}

MaybeBad set_availability(Item& item, const Value& value) {
    if (value.text == "in_stock")
        item.availability = Availability::in_stock;
    else if (value.text == "out_of_stock")
        item.availability = Availability::out_of_stock;
    else if (value.text == "preorder")
        item.availability = Availability::preorder;
    else
        return BadField{"bad_type", fmt::format("{} is \"{}\"; write in_stock, out_of_stock or preorder", value.column,
                                                value.text.substr(0, 64))};
    return {};
}

MaybeBad set_attribute(Item& item, const Value& value) {
    item.attributes[std::string(value.column.substr(value.column.find('.') + 1))] = value.text;
    return {};
}

// "localized.ru.title"
MaybeBad set_localized(Item& item, const Value& value) {
    const std::string_view rest = value.column.substr(value.column.find('.') + 1);
    const std::size_t point = rest.rfind('.');
    const std::string_view field = point == std::string_view::npos ? std::string_view{} : rest.substr(point + 1);
    if (point == 0 || (field != "title" && field != "url" && field != "description"))
        return BadField{
            "unknown_field",
            fmt::format("column \"{}\" is not known; write localized.ru.title, .url or .description", value.column)};
    LocalizedText& text = item.localized[std::string(rest.substr(0, point))];
    (field == "title" ? text.title : field == "url" ? text.url : text.description) = value.text;
    return {};
}

constexpr auto item_columns = std::to_array<Column<Item>>({
    {"item_id", set_text<&Item::item_id>},
    {"title", set_text<&Item::title>},
    {"description", set_text<&Item::description>},
    {"categories", set_categories},
    {"brand", set_text<&Item::brand>},
    {"price", set_money<&Item::price>},
    {"sale_price", set_money<&Item::sale_price>},
    {"sale_from", set_time<&Item::sale_from>},
    {"sale_until", set_time<&Item::sale_until>},
    {"currency", set_text<&Item::currency>},
    {"cost", set_money<&Item::cost>},
    {"availability", set_availability},
    {"quantity",
     [](Item& item, const Value& value) {
         return csv::read_whole(value, "bad_quantity", {0, 1'000'000'000'000}, item.quantity.emplace());
     }},
    {"url", set_text<&Item::url>},
    {"image_url", set_text<&Item::image_url>},
    {"group_id", set_text<&Item::group_id>},
    {"attributes.", set_attribute},
    {"available_from", set_time<&Item::available_from>},
    {"available_until", set_time<&Item::available_until>},
    {"hidden", [](Item& item, const Value& value) { return csv::read_flag(value, item.hidden); }},
    {"localized.", set_localized},
    {"created_at", set_time<&Item::created_at>},
});

}  // namespace

Result<CsvItemReader> CsvItemReader::make(std::span<const std::string_view> header) {
    auto columns = csv::BoundColumns<Item>::make(item_columns, header, {"item_id"});
    if (!columns) return std::unexpected(std::move(columns.error()));
    CsvItemReader reader;
    reader.columns_ = std::move(*columns);
    reader.id_column_ = reader.columns_.place_of("item_id");
    return reader;
}

std::string_view CsvItemReader::item_id(std::span<const std::string_view> fields) const {
    return id_column_ < fields.size() ? csv::trimmed(fields[id_column_]) : std::string_view{};
}

Result<Item> CsvItemReader::patched(Item before, std::span<const std::string_view> fields) const {
    if (auto bad = columns_.read(fields, before)) return fail(ErrorCode::invalid_input, std::move(bad->message));
    return before;
}

}  // namespace vitrina::catalog
