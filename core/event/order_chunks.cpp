#include "event/order_chunks.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace vitrina::event {
namespace {

// Everything of the order but its lines and what counts once an order.
Event later_chunk(const Event& order, std::uint32_t chunk, bool priced) {
    Event event;
    event.kind = order.kind;
    if (!order.event_id.empty()) event.event_id = order.event_id + "/" + std::to_string(chunk);
    event.time = order.time;
    event.received_at = order.received_at;
    event.visitor_id = order.visitor_id;
    event.user_id = order.user_id;
    event.transaction_id = order.transaction_id;
    event.currency = order.currency;
    if (!priced) event.value = MoneyMicros{0};
    event.trusted = order.trusted;
    event.bot = order.bot;
    event.guest = order.guest;
    event.provisional = order.provisional;
    event.chunk = chunk;
    return event;
}

}  // namespace

std::optional<Refusal> refused_order(const Event& event, const Limits& limits) {
    const bool is_order = event.kind == EventKind::purchase || event.kind == EventKind::refund;
    if (!is_order || event.items.size() <= limits.order_lines) return {};
    return Refusal{"too_many_items", fmt::format("{} has {} lines; an order may have {}", name_of(event.kind),
                                                 event.items.size(), limits.order_lines)};
}

std::vector<Event> in_chunks(Event event, const Limits& limits) {
    std::vector<Event> chunks;
    const bool divisible = event.kind == EventKind::purchase || event.kind == EventKind::refund;
    if (!divisible || event.items.size() <= limits.items) {
        chunks.push_back(std::move(event));
        return chunks;
    }
    const bool priced = std::ranges::all_of(event.items, [](const EventItem& line) { return line.price.has_value(); });
    std::vector<EventItem> lines = std::move(event.items);
    const auto count = static_cast<std::uint32_t>((lines.size() + limits.items - 1) / limits.items);
    if (priced) event.value.reset();
    event.items.clear();
    chunks.push_back(std::move(event));
    for (std::uint32_t chunk = 1; chunk < count; ++chunk) chunks.push_back(later_chunk(chunks.front(), chunk, priced));
    for (std::uint32_t chunk = 0; chunk < count; ++chunk) {
        const auto first = lines.begin() + static_cast<std::ptrdiff_t>(chunk * limits.items);
        const auto last = std::min(lines.end(), first + static_cast<std::ptrdiff_t>(limits.items));
        chunks[chunk].items.assign(std::make_move_iterator(first), std::make_move_iterator(last));
        chunks[chunk].chunks = count;
    }
    return chunks;
}

}  // namespace vitrina::event
