#include "event/codec.hpp"

#include <google/protobuf/arena.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>

#include <limits>

#include "proto/event.pb.h"

namespace vitrina::event {
namespace {

using google::protobuf::Arena;

void write_kept(const Kept& kept, google::protobuf::Map<std::string, std::string>& map) {
    for (const auto& [name, value] : kept) map[name] = value;
}

void write_item(const EventItem& item, proto::EventItem& wire) {
    wire.set_item_id(item.item_id);
    wire.set_quantity(item.quantity);
    if (item.price) wire.set_price_micros(*item.price);
    if (item.discount) wire.set_discount_micros(*item.discount);
    if (!item.recommendation_id.empty()) wire.set_recommendation_id(item.recommendation_id);
    if (item.index) wire.set_index(*item.index);
    if (!item.kept.empty()) write_kept(item.kept, *wire.mutable_kept());
}

void write_amounts(const Event& event, proto::Event& wire) {
    if (event.value) wire.set_value_micros(*event.value);
    if (event.tax) wire.set_tax_micros(*event.tax);
    if (event.shipping) wire.set_shipping_micros(*event.shipping);
    if (event.order_discount) wire.set_order_discount_micros(*event.order_discount);
}

void write_event(const Event& event, proto::Event& wire) {
    wire.set_kind(static_cast<proto::EventKind>(event.kind));
    wire.set_event_id(event.event_id);
    wire.set_time_ms(event.time);
    wire.set_received_at_ms(event.received_at);
    wire.set_visitor_id(event.visitor_id);
    wire.set_user_id(event.user_id);
    wire.mutable_items()->Reserve(static_cast<int>(event.items.size()));
    for (const auto& item : event.items) write_item(item, *wire.add_items());
    wire.set_transaction_id(event.transaction_id);
    wire.set_currency(event.currency);
    write_amounts(event, wire);
    wire.set_coupon(event.coupon);
    wire.set_search_term(event.search_term);
    wire.set_trusted(event.trusted);
    wire.set_bot(event.bot);
    wire.set_guest(event.guest);
    wire.set_provisional(event.provisional);
    if (!event.kept.empty()) write_kept(event.kept, *wire.mutable_kept());
    wire.set_chunk(event.chunk);
    wire.set_chunks(event.chunks);
}

// Maps are written in the order of their keys, so that the same event has the same bytes everywhere.
template <class Message>
std::string bytes_of(const Message& message) {
    std::string bytes;
    {
        google::protobuf::io::StringOutputStream sink(&bytes);
        google::protobuf::io::CodedOutputStream coded(&sink);
        coded.SetSerializationDeterministic(true);
        ensure(message.SerializeToCodedStream(&coded), "an event cannot be written");
    }  // the coded stream gives back what it took too much
    return bytes;
}

Kept read_kept(const google::protobuf::Map<std::string, std::string>& map) { return {map.begin(), map.end()}; }

EventItem read_item(proto::EventItem& wire) {
    EventItem item;
    item.item_id = std::move(*wire.mutable_item_id());
    item.quantity = wire.quantity();
    if (wire.has_price_micros()) item.price = wire.price_micros();
    if (wire.has_discount_micros()) item.discount = wire.discount_micros();
    item.recommendation_id = std::move(*wire.mutable_recommendation_id());
    if (wire.has_index()) item.index = wire.index();
    if (!wire.kept().empty()) item.kept = read_kept(wire.kept());
    return item;
}

void read_amounts(const proto::Event& wire, Event& event) {
    if (wire.has_value_micros()) event.value = wire.value_micros();
    if (wire.has_tax_micros()) event.tax = wire.tax_micros();
    if (wire.has_shipping_micros()) event.shipping = wire.shipping_micros();
    if (wire.has_order_discount_micros()) event.order_discount = wire.order_discount_micros();
}

std::unexpected<Error> corrupt(const char* why) {
    return fail(ErrorCode::corrupt_data, std::string("bytes are no event: ") + why);
}

Result<Event> read_event(proto::Event& wire) {
    Event event;
    if (!proto::EventKind_IsValid(wire.kind()) || wire.kind() == proto::EVENT_KIND_UNSPECIFIED)
        return corrupt("unknown kind");
    if (wire.event_id().empty() || wire.visitor_id().empty()) return corrupt("an id is missing");
    event.kind = static_cast<EventKind>(wire.kind());
    event.event_id = std::move(*wire.mutable_event_id());
    event.time = wire.time_ms();
    event.received_at = wire.received_at_ms();
    event.visitor_id = std::move(*wire.mutable_visitor_id());
    event.user_id = std::move(*wire.mutable_user_id());
    event.items.reserve(static_cast<std::size_t>(wire.items_size()));
    for (auto& item : *wire.mutable_items()) {
        if (item.item_id().empty()) return corrupt("an item's id is missing");
        event.items.push_back(read_item(item));
    }
    event.transaction_id = std::move(*wire.mutable_transaction_id());
    event.currency = std::move(*wire.mutable_currency());
    read_amounts(wire, event);
    event.coupon = std::move(*wire.mutable_coupon());
    event.search_term = std::move(*wire.mutable_search_term());
    event.trusted = wire.trusted();
    event.bot = wire.bot();
    event.guest = wire.guest();
    event.provisional = wire.provisional();
    if (!wire.kept().empty()) event.kept = read_kept(wire.kept());
    event.chunk = wire.chunk();
    event.chunks = wire.chunks() == 0 ? 1 : wire.chunks();
    return event;
}

// An arena makes reading and writing thousands of small messages cheap; it lives for one call.
// Protobuf prints what it cannot read on standard error; we answer it instead.
template <class Message>
Message* parsed(Arena& arena, std::string_view bytes) {
    static const google::protobuf::LogSilencer silence;
    auto* wire = Arena::CreateMessage<Message>(&arena);
    if (bytes.size() > std::numeric_limits<int>::max()) return nullptr;
    return wire->ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ? wire : nullptr;
}

}  // namespace

std::string encode(const Event& event) {
    Arena arena;
    auto* wire = Arena::CreateMessage<proto::Event>(&arena);
    write_event(event, *wire);
    return bytes_of(*wire);
}

Result<Event> decode(std::string_view bytes) {
    Arena arena;
    auto* wire = parsed<proto::Event>(arena, bytes);
    if (wire == nullptr) return corrupt("truncated or damaged");
    return read_event(*wire);
}

std::string encode_batch(const std::vector<Event>& events) {
    Arena arena;
    auto* wire = Arena::CreateMessage<proto::Batch>(&arena);
    for (const auto& event : events) write_event(event, *wire->add_events());
    return bytes_of(*wire);
}

Result<std::vector<Event>> decode_batch(std::string_view bytes) {
    Arena arena;
    auto* wire = parsed<proto::Batch>(arena, bytes);
    if (wire == nullptr) return corrupt("truncated or damaged");
    std::vector<Event> events;
    events.reserve(static_cast<std::size_t>(wire->events_size()));
    for (auto& each : *wire->mutable_events()) {
        auto event = read_event(each);
        if (!event) return std::unexpected(event.error());
        events.push_back(std::move(*event));
    }
    return events;
}

}  // namespace vitrina::event
