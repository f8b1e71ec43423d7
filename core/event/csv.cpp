#include "event/csv.hpp"

#include <array>
#include <iterator>
#include <limits>

namespace vitrina::event {

struct CsvDraft {
    std::uint32_t quantity_most = 0;
    Event event;
    EventItem line;
    bool named = false;
};

namespace {

using csv::BadField;
using csv::Column;
using csv::MaybeBad;
using csv::Value;

template <auto Member>
MaybeBad set_text(CsvDraft& draft, const Value& value) {
    draft.event.*Member = value.text;
    return {};
}

template <auto Member>
MaybeBad set_money(CsvDraft& draft, const Value& value) {
    return csv::read_money(value, draft.event.*Member);
}

MaybeBad set_kind(CsvDraft& draft, const Value& value) {
    const auto kind = kind_named(value.text);
    if (!kind)
        return BadField{"unknown_event",
                        fmt::format("{} \"{}\" is not one of ours", value.column, value.text.substr(0, 64))};
    draft.event.kind = *kind;
    draft.named = true;
    return {};
}

constexpr csv::WholeBounds any_number{0, std::numeric_limits<std::uint32_t>::max()};

MaybeBad set_whole(const Value& value, const char* code, std::uint32_t& number,
                   const csv::WholeBounds& bounds = any_number) {
    std::uint64_t whole = 0;
    if (auto bad = csv::read_whole(value, code, bounds, whole)) return bad;
    number = static_cast<std::uint32_t>(whole);
    return {};
}

MaybeBad set_index(CsvDraft& draft, const Value& value) {
    draft.line.index = 0;
    return set_whole(value, "bad_index", *draft.line.index);
}

MaybeBad keep_in_event(CsvDraft& draft, const Value& value) {
    draft.event.kept.emplace(value.column, value.text);
    return {};
}

MaybeBad keep_in_line(CsvDraft& draft, const Value& value) {
    draft.line.kept.emplace(value.column, value.text);
    return {};
}

constexpr auto event_columns = std::to_array<Column<CsvDraft>>({
    {"event", set_kind},
    {"visitor_id", set_text<&Event::visitor_id>},
    {"time", [](CsvDraft& draft, const Value& value) { return csv::read_time(value, draft.event.time); }},
    {"event_id", set_text<&Event::event_id>},
    {"user_id", set_text<&Event::user_id>},
    {"transaction_id", set_text<&Event::transaction_id>},
    {"currency", set_text<&Event::currency>},
    {"value", set_money<&Event::value>},
    {"tax", set_money<&Event::tax>},
    {"shipping", set_money<&Event::shipping>},
    {"order_discount", set_money<&Event::order_discount>},
    {"coupon", set_text<&Event::coupon>},
    {"search_term", set_text<&Event::search_term>},
    {"item_id",
     [](CsvDraft& draft, const Value& value) {
         draft.line.item_id = value.text;
         return MaybeBad{};
     }},
    {"quantity",
     [](CsvDraft& draft, const Value& value) {
         return set_whole(value, "bad_quantity", draft.line.quantity, {1, draft.quantity_most});
     }},
    {"price", [](CsvDraft& draft, const Value& value) { return csv::read_money(value, draft.line.price); }},
    {"discount", [](CsvDraft& draft, const Value& value) { return csv::read_money(value, draft.line.discount); }},
    {"recommendation_id",
     [](CsvDraft& draft, const Value& value) {
         draft.line.recommendation_id = value.text;
         return MaybeBad{};
     }},
    {"index", set_index},
    {"affiliation", keep_in_event},
    {"location_id", keep_in_event},
    {"item_name", keep_in_line},
    {"item_brand", keep_in_line},
    {"item_variant", keep_in_line},
    {"item_category", keep_in_line},
    {"item_category2", keep_in_line},
    {"item_category3", keep_in_line},
    {"item_category4", keep_in_line},
    {"item_category5", keep_in_line},
    {"item_list_id", keep_in_line},
    {"item_list_name", keep_in_line},
    {"promotion_id", keep_in_line},
    {"promotion_name", keep_in_line},
});

}  // namespace

Result<CsvEventReader> CsvEventReader::make(std::span<const std::string_view> header, const Limits& limits) {
    auto columns = csv::BoundColumns<CsvDraft>::make(event_columns, header, {"event", "visitor_id"});
    if (!columns) return std::unexpected(std::move(columns.error()));
    CsvEventReader reader;
    reader.columns_ = std::move(*columns);
    reader.quantity_most_ = limits.quantity;
    return reader;
}

std::expected<Event, Refusal> CsvEventReader::read(std::span<const std::string_view> fields) const {
    CsvDraft draft{.quantity_most = quantity_most_, .event = {}, .line = {}};
    if (auto bad = columns_.read(fields, draft))
        return std::unexpected(Refusal{std::move(bad->code), std::move(bad->message)});
    if (!draft.named)
        return std::unexpected(Refusal{"missing_event", "event is empty; name what happened, such as view_item"});
    if (!draft.line.item_id.empty()) draft.event.items.push_back(std::move(draft.line));
    return std::move(draft.event);
}

bool belongs_to(const Event& event, const Event& next) {
    const bool named = !event.transaction_id.empty() || !event.event_id.empty();
    return named && event.kind == next.kind && event.transaction_id == next.transaction_id &&
           event.event_id == next.event_id && event.visitor_id == next.visitor_id && event.time == next.time &&
           !event.items.empty() && !next.items.empty();
}

void add_lines(Event& event, Event&& next) {
    event.items.insert(event.items.end(), std::make_move_iterator(next.items.begin()),
                       std::make_move_iterator(next.items.end()));
}

}  // namespace vitrina::event
