#include "event/json.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include "base/json_fields.hpp"
#include "base/json_parse.hpp"

namespace vitrina::event {
namespace {

using json::Array;
using json::BadField;
using json::Element;
using json::Field;
using json::MaybeBad;
using json::Object;
using json::read_flag;
using json::read_money;
using json::read_object;
using json::read_text;
using json::read_time;
using json::Value;

constexpr std::string_view own_list = "vitrina:";  // GA4's item_list_id that carries a recommendation id

// What an event's own `recommendation_id` and `index` say, for lines that say nothing.
struct Draft {
    std::uint32_t quantity_most = 0;
    Event event;
    std::string user_token;
    bool named = false;
    std::string recommendation_id;
    std::optional<std::uint32_t> index;
};

constexpr json::WholeBounds any_number{0, std::numeric_limits<std::uint32_t>::max()};

MaybeBad read_number(const Value& value, const char* code, std::uint32_t& number,
                     const json::WholeBounds& bounds = any_number) {
    std::uint64_t whole = 0;
    if (auto bad = json::read_whole(value, code, bounds, whole)) return bad;
    number = static_cast<std::uint32_t>(whole);
    return {};
}

MaybeBad read_index(const Value& value, std::optional<std::uint32_t>& index) {
    std::uint32_t number = 0;
    if (auto bad = read_number(value, "bad_index", number)) return bad;
    index = number;
    return {};
}

// Descriptive fields stay as they were sent.
MaybeBad keep(Kept& kept, const Value& value) { return json::read_as_text(value, kept[std::string(value.field)]); }

// "vitrina:<placement>:<recommendation_id>" → the id; nothing where it is the shop's own list.
std::string_view carried_id(const Kept& kept) {
    const auto list = kept.find("item_list_id");
    if (list == kept.end() || !list->second.starts_with(own_list)) return {};
    const std::string_view rest = std::string_view(list->second).substr(own_list.size());
    const std::size_t colon = rest.find(':');
    return colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
}

struct LineDraft {
    std::uint32_t quantity_most = 0;
    EventItem item;
};

constexpr auto keep_in_line = [](LineDraft& line, const Value& value) { return keep(line.item.kept, value); };

constexpr auto line_fields = std::to_array<Field<LineDraft>>({
    {"item_id", [](LineDraft& line, const Value& value) { return read_text(value, line.item.item_id); }},
    {"quantity",
     [](LineDraft& line, const Value& value) {
         return read_number(value, "bad_quantity", line.item.quantity, {1, line.quantity_most});
     }},
    {"price", [](LineDraft& line, const Value& value) { return read_money(value, line.item.price); }},
    {"discount", [](LineDraft& line, const Value& value) { return read_money(value, line.item.discount); }},
    {"recommendation_id",
     [](LineDraft& line, const Value& value) { return read_text(value, line.item.recommendation_id); }},
    {"index", [](LineDraft& line, const Value& value) { return read_index(value, line.item.index); }},
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
    {"affiliation", keep_in_line},
    {"coupon", keep_in_line},
    {"location_id", keep_in_line},
    {"promotion_id", keep_in_line},
    {"promotion_name", keep_in_line},
});

MaybeBad read_lines(Draft& draft, const Value& value) {
    Array lines;
    if (value.element.get(lines)) return json::bad_value("bad_type", value, "a list of items");
    draft.event.items.reserve(lines.size());
    for (const Element element : lines) {
        Object object;
        if (element.get(object))
            return json::bad_value("bad_type", {"an element of items", element},
                                   R"(an object such as {"item_id": "MUG"})");
        LineDraft line{.quantity_most = draft.quantity_most, .item = {}};
        if (auto bad = read_object<LineDraft>(object, line_fields, line)) return bad;
        if (line.item.recommendation_id.empty()) line.item.recommendation_id = carried_id(line.item.kept);
        draft.event.items.push_back(std::move(line.item));
    }
    return {};
}

MaybeBad read_kind(Draft& draft, const Value& value) {
    std::string name;
    if (auto bad = read_text(value, name)) return bad;
    const auto kind = kind_named(name);
    if (!kind) {
        std::vector<std::string_view> known;
        for (std::uint8_t number = 1; number <= 13; ++number) known.push_back(name_of(static_cast<EventKind>(number)));
        return BadField{"unknown_event", fmt::format("event \"{}\" is not one of ours{}", name.substr(0, 64),
                                                     did_you_mean(name, known))};
    }
    draft.event.kind = *kind;
    draft.named = true;
    return {};
}

struct Consent {
    bool personalization = true;
    bool analytics = true;
};

constexpr auto consent_fields = std::to_array<Field<Consent>>({
    {"personalization", [](Consent& consent, const Value& value) { return read_flag(value, consent.personalization); }},
    {"analytics", [](Consent& consent, const Value& value) { return read_flag(value, consent.analytics); }},
});

// Until a refused consent can be honoured, an event that carries one must not be kept at all.
MaybeBad read_consent(Draft&, const Value& value) {
    Object object;
    if (value.element.get(object))
        return json::bad_value("bad_type", value, R"(an object such as {"personalization": true})");
    Consent consent;
    if (auto bad = read_object<Consent>(object, consent_fields, consent)) return bad;
    if (consent.personalization && consent.analytics) return {};
    return BadField{
        "unsupported",
        "consent is refused and this version cannot honour that yet, so the event is not kept; do not send it"};
}

constexpr auto keep_in_event = [](Draft& draft, const Value& value) { return keep(draft.event.kept, value); };

// The last five only where `own_fields` are taken.
constexpr std::size_t own_field_count = 5;
constexpr auto event_fields = std::to_array<Field<Draft>>({
    {"event", read_kind},
    {"event_id", [](Draft& draft, const Value& value) { return read_text(value, draft.event.event_id); }},
    {"time", [](Draft& draft, const Value& value) { return read_time(value, draft.event.time); }},
    {"visitor_id", [](Draft& draft, const Value& value) { return read_text(value, draft.event.visitor_id); }},
    {"user_id", [](Draft& draft, const Value& value) { return read_text(value, draft.event.user_id); }},
    {"items", read_lines},
    {"recommendation_id", [](Draft& draft, const Value& value) { return read_text(value, draft.recommendation_id); }},
    {"index", [](Draft& draft, const Value& value) { return read_index(value, draft.index); }},
    {"transaction_id", [](Draft& draft, const Value& value) { return read_text(value, draft.event.transaction_id); }},
    {"currency", [](Draft& draft, const Value& value) { return read_text(value, draft.event.currency); }},
    {"value", [](Draft& draft, const Value& value) { return read_money(value, draft.event.value); }},
    {"tax", [](Draft& draft, const Value& value) { return read_money(value, draft.event.tax); }},
    {"shipping", [](Draft& draft, const Value& value) { return read_money(value, draft.event.shipping); }},
    {"order_discount", [](Draft& draft, const Value& value) { return read_money(value, draft.event.order_discount); }},
    {"coupon", [](Draft& draft, const Value& value) { return read_text(value, draft.event.coupon); }},
    {"search_term", [](Draft& draft, const Value& value) { return read_text(value, draft.event.search_term); }},
    {"user_token", [](Draft& draft, const Value& value) { return read_text(value, draft.user_token); }},
    {"consent", read_consent},
    {"item_list_id", keep_in_event},
    {"item_list_name", keep_in_event},
    {"affiliation", keep_in_event},
    {"location_id", keep_in_event},
    {"promotion_id", keep_in_event},
    {"promotion_name", keep_in_event},
    {"guest", [](Draft& draft, const Value& value) { return read_flag(value, draft.event.guest); }},
    {"provisional", [](Draft& draft, const Value& value) { return read_flag(value, draft.event.provisional); }},
    {"bot", [](Draft& draft, const Value& value) { return read_flag(value, draft.event.bot); }},
    {"chunk", [](Draft& draft, const Value& value) { return read_number(value, "bad_chunk", draft.event.chunk); }},
    {"chunks", [](Draft& draft, const Value& value) { return read_number(value, "bad_chunk", draft.event.chunks); }},
});
static_assert(event_fields.size() <= 64 && line_fields.size() <= 64, "seen fields are bits of a word");

Refusal refusal(BadField bad) { return {std::move(bad.code), std::move(bad.message)}; }

ReadOrRefused read_event(const Object& object, const JsonLimits& limits) {
    Draft draft;
    draft.quantity_most = limits.quantity;
    std::span<const Field<Draft>> fields = event_fields;
    if (!limits.own_fields) fields = fields.first(fields.size() - own_field_count);
    if (auto bad = read_object<Draft>(object, fields, draft)) return std::unexpected(refusal(std::move(*bad)));
    if (!draft.named)
        return std::unexpected(
            Refusal{"missing_event", "field \"event\" is missing; name what happened, such as view_item"});
    if (draft.recommendation_id.empty()) draft.recommendation_id = carried_id(draft.event.kept);
    for (EventItem& line : draft.event.items) {
        if (line.recommendation_id.empty()) line.recommendation_id = draft.recommendation_id;
        if (!line.index) line.index = draft.index;
    }
    return ReadEvent{std::move(draft.event), std::move(draft.user_token)};
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

Result<std::vector<ReadOrRefused>> JsonReader::read_body(std::string_view body) {
    Element root;
    if (const auto error = json::parse(impl_->parser, body, root))
        return fail(ErrorCode::invalid_input, fmt::format("the body is no JSON: {}", simdjson::error_message(error)));
    Object object;
    if (root.get(object))
        return fail(ErrorCode::invalid_input, R"(the body is no object; send one event or {"events": [ … ]})");
    std::vector<ReadOrRefused> read;
    Element listed;
    if (object.at_key("events").get(listed)) {
        read.push_back(read_event(object, impl_->limits));
        return read;
    }
    Array events;
    if (listed.get(events)) return fail(ErrorCode::invalid_input, R"("events" is no list; send {"events": [ … ]})");
    bool again = false;
    for (const auto& [name, value] : object) {
        if (name != "events")
            return fail(ErrorCode::invalid_input,
                        fmt::format("field \"{}\" is not known beside \"events\"", name.substr(0, 64)));
        if (std::exchange(again, true))
            return fail(ErrorCode::invalid_input, R"(field "events" comes twice; send one list)");
    }
    for (const Element element : events) {
        if (read.size() == impl_->limits.events)
            return fail(ErrorCode::exhausted,
                        fmt::format("the body holds more than {} events; send them in several", impl_->limits.events));
        Object each;
        if (element.get(each))
            read.push_back(
                std::unexpected(refusal(json::bad_value("bad_type", {"an element of events", element}, "an object"))));
        else
            read.push_back(read_event(each, impl_->limits));
    }
    return read;
}

ReadOrRefused JsonReader::read_line(std::string_view line) {
    Element root;
    Object object;
    auto error = json::parse(impl_->parser, line, root);
    if (!error) error = root.get(object);
    if (error)
        return std::unexpected(
            Refusal{"bad_json", fmt::format("the line is no JSON object: {}", simdjson::error_message(error))});
    return read_event(object, impl_->limits);
}

}  // namespace vitrina::event
