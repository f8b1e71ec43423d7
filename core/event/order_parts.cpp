#include "event/order_parts.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <type_traits>
#include <unordered_map>

#include "event/order_chunks.hpp"

namespace vitrina::event {
namespace {

static_assert(std::endian::native == std::endian::little, "temporary files are little-endian");

template <class Number>
void put(std::string& bytes, Number number) {
    static_assert(std::is_trivially_copyable_v<Number>);
    bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void put_text(std::string& bytes, std::string_view text) {
    put(bytes, static_cast<std::uint32_t>(text.size()));
    bytes += text;
}

// Reads what `put` wrote; after the first thing that is not there, everything reads as nothing and `good` says so.
class Bytes {
public:
    explicit Bytes(std::string_view bytes) : rest_(bytes) {}
    template <class Number>
    Number number() {
        Number number{};
        good_ = good_ && rest_.size() >= sizeof number;
        if (!good_) return {};
        std::memcpy(&number, rest_.data(), sizeof number);
        rest_.remove_prefix(sizeof number);
        return number;
    }
    std::string text() {
        const auto size = number<std::uint32_t>();
        good_ = good_ && rest_.size() >= size;
        if (!good_) return {};
        std::string text(rest_.substr(0, size));
        rest_.remove_prefix(size);
        return text;
    }
    bool good() const { return good_; }
    std::size_t left() const { return rest_.size(); }

private:
    std::string_view rest_;
    bool good_ = true;
};

constexpr std::size_t line_bytes = 4 + 4 + 8 + 1;

struct LineHash {
    std::size_t operator()(const std::pair<std::uint32_t, MoneyMicros>& line) const {
        return std::hash<std::uint64_t>{}(line.first * 0x9e3779b97f4a7c15ull ^ static_cast<std::uint64_t>(line.second));
    }
};

// The sold or the returned lines of an order; the same item at the same price once.
std::vector<EventItem> items_of(const OrderPart& order, bool returned, const std::vector<std::string>& ids,
                                std::uint64_t& added_up) {
    std::vector<EventItem> items;
    std::unordered_map<std::pair<std::uint32_t, MoneyMicros>, std::size_t, LineHash> at;
    const auto lines = static_cast<std::size_t>(std::ranges::count(order.lines, returned, &OrderLine::returned));
    items.reserve(lines);
    at.reserve(lines);
    for (const OrderLine& line : order.lines) {
        if (line.returned != returned) continue;
        ensure(line.item < ids.size(), "an order names an item that nobody numbered");
        const auto [place, fresh] = at.try_emplace({line.item, line.price}, items.size());
        if (!fresh) {
            items[place->second].quantity += line.quantity;
            ++added_up;
            continue;
        }
        EventItem& item = items.emplace_back();
        item.item_id = ids[line.item];
        item.quantity = line.quantity;
        if (line.price >= 0) item.price = line.price;
    }
    return items;
}

Event event_of(const OrderPart& order, EventKind kind) {
    Event event;
    event.kind = kind;
    event.time = order.time;
    event.guest = order.customer_id.empty();
    event.visitor_id = event.guest ? "guest:" + order.order_id : order.customer_id;
    event.user_id = order.customer_id;
    event.currency = order.currency;
    event.trusted = true;
    return event;
}

}  // namespace

std::string encode_part(const OrderPart& part) {
    std::string bytes;
    bytes.reserve(64 + part.order_id.size() + part.customer_id.size() + part.lines.size() * line_bytes);
    put_text(bytes, part.order_id);
    put_text(bytes, part.customer_id);
    put_text(bytes, part.currency);
    put(bytes, part.time);
    put(bytes, part.file);
    put(bytes, part.line);
    put(bytes, static_cast<std::uint8_t>(part.two_times));
    put(bytes, static_cast<std::uint32_t>(part.lines.size()));
    for (const OrderLine& line : part.lines) {
        put(bytes, line.item);
        put(bytes, line.quantity);
        put(bytes, line.price);
        put(bytes, static_cast<std::uint8_t>(line.returned));
    }
    return bytes;
}

Result<OrderPart> decode_part(std::string_view encoded) {
    Bytes bytes(encoded);
    OrderPart part;
    part.order_id = bytes.text();
    part.customer_id = bytes.text();
    part.currency = bytes.text();
    part.time = bytes.number<TimeMs>();
    part.file = bytes.number<std::uint32_t>();
    part.line = bytes.number<std::uint64_t>();
    part.two_times = bytes.number<std::uint8_t>() != 0;
    const std::size_t lines = bytes.number<std::uint32_t>();
    if (!bytes.good() || bytes.left() != lines * line_bytes)
        return fail(ErrorCode::corrupt_data, "a temporary file of the sort is damaged; import again");
    part.lines.resize(lines);
    for (OrderLine& line : part.lines) {
        line.item = bytes.number<std::uint32_t>();
        line.quantity = bytes.number<std::uint32_t>();
        line.price = bytes.number<MoneyMicros>();
        line.returned = bytes.number<std::uint8_t>() != 0;
    }
    return part;
}

void join(OrderPart& order, OrderPart&& later) {
    order.two_times = order.two_times || later.two_times || later.time != order.time;
    if (order.customer_id.empty()) order.customer_id = std::move(later.customer_id);
    order.lines.insert(order.lines.end(), later.lines.begin(), later.lines.end());
}

OrderEvents events_of(const OrderPart& order, const std::vector<std::string>& item_ids, const Limits& limits) {
    OrderEvents events;
    if (auto items = items_of(order, false, item_ids, events.added_up); !items.empty()) {
        Event event = event_of(order, EventKind::purchase);
        event.transaction_id = order.order_id;
        event.items = std::move(items);
        events.purchase = in_chunks(std::move(event), limits);
    }
    if (auto items = items_of(order, true, item_ids, events.added_up); !items.empty()) {
        // Two returns of a customer may be alike to the minute; the id of the return tells them apart.
        Event event = event_of(order, EventKind::refund);
        event.event_id = "return:" + order.order_id;
        event.items = std::move(items);
        events.refund = in_chunks(std::move(event), limits);
    }
    return events;
}

}  // namespace vitrina::event
