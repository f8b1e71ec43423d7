#include "feedback/records.hpp"

#include <algorithm>
#include <utility>

namespace vitrina::feedback {
namespace {

using event::Event;
using event::EventItem;
using event::EventKind;

constexpr std::uint32_t positions_most = 10'000;

std::optional<Stage> stage_of(EventKind kind, bool views) {
    switch (kind) {
        case EventKind::select_item:
        case EventKind::view_item:
        case EventKind::add_to_wishlist: return Stage::clicked;
        case EventKind::add_to_cart: return Stage::carted;
        case EventKind::purchase: return Stage::bought;
        case EventKind::view_item_list: return views ? std::optional(Stage::viewed) : std::nullopt;
        default: return std::nullopt;
    }
}

bool is_order(const Event& event) { return event.kind == EventKind::purchase || event.kind == EventKind::refund; }

void add_touches(const Event& event, const ReadId& read_id, bool views, Records& records) {
    const auto stage = stage_of(event.kind, views);
    if (!stage) return;
    for (const EventItem& item : event.items) {
        if (item.recommendation_id.empty()) continue;
        const auto answered = read_id(item.recommendation_id);
        if (!answered) continue;
        const TimeMs time = *stage == Stage::bought ? std::min(event.time, answered->time) : event.time;
        const std::int32_t position =
            item.index && *item.index < positions_most ? static_cast<std::int32_t>(*item.index) : -1;
        records.touches.push_back({item.recommendation_id, item.item_id, "", *stage, time, answered->placement,
                                   answered->variant, position, answered->time});
    }
}

// Adds `amount` to the lines by their weights; what rounding leaves goes on with the sum, so that nothing is lost.
void spread(MoneyMicros amount, const std::vector<std::int64_t>& weights, std::vector<MoneyMicros>& money) {
    __int128 all = 0, before = 0;
    for (const std::int64_t weight : weights) all += weight;
    if (all == 0) return;
    MoneyMicros given = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        before += weights[i];
        const auto upto = static_cast<MoneyMicros>(before * amount / all);
        money[i] += upto - given;
        given = upto;
    }
}

std::vector<MoneyMicros> money_of_lines(const Event& event) {
    std::vector<MoneyMicros> money;
    std::vector<std::int64_t> unpriced;
    MoneyMicros sum = 0;
    for (const EventItem& item : event.items) {
        money.push_back(item.price.value_or(0) * static_cast<MoneyMicros>(item.quantity));
        unpriced.push_back(item.price ? 0 : item.quantity);
        sum += money.back();
    }
    const bool priced = std::ranges::count(unpriced, 0) == std::ssize(unpriced);
    if (priced || !event.value)
        spread(-event.order_discount.value_or(0), money, money);
    else
        spread(std::max<MoneyMicros>(0, *event.value - sum), unpriced, money);
    for (MoneyMicros& one : money) one = std::max<MoneyMicros>(0, one);
    return money;
}

void add_lines(const Event& event, Records& records) {
    const std::vector<MoneyMicros> money = money_of_lines(event);
    for (std::size_t i = 0; i < event.items.size(); ++i) {
        OrderLine line;
        line.transaction_id = event.transaction_id;
        line.line = event.chunk * lines_a_chunk + static_cast<std::uint32_t>(i);
        line.chunks = event.chunks;
        line.event_id = event.event_id;
        line.item_id = event.items[i].item_id;
        line.time = event.time;
        line.quantity = event.items[i].quantity;
        line.money = money[i];
        line.currency = event.currency;
        line.trusted = event.trusted;
        line.visitor_id = event.visitor_id;
        line.user_id = event.user_id;
        records.lines.push_back(std::move(line));
    }
}

void add_refunds(const Event& event, Records& records) {
    if (event.items.empty()) records.refunds.push_back({event.event_id, event.transaction_id, 0, "", 0, event.time});
    for (std::size_t i = 0; i < event.items.size(); ++i)
        records.refunds.push_back({event.event_id, event.transaction_id,
                                   event.chunk * lines_a_chunk + static_cast<std::uint32_t>(i), event.items[i].item_id,
                                   event.items[i].quantity, event.time});
}

}  // namespace

Records records_of(const Event& event, const ReadId& read_id, bool views) {
    Records records;
    if (event.bot || event.provisional) return records;
    add_touches(event, read_id, views, records);
    if (!is_order(event) || event.transaction_id.empty()) return records;
    event.kind == EventKind::purchase ? add_lines(event, records) : add_refunds(event, records);
    return records;
}

bool may_say_something(const Event& event, bool views) {
    if (event.bot || event.provisional) return false;
    if (!event.user_id.empty() || is_order(event) || event.kind == EventKind::logout) return true;
    if (!stage_of(event.kind, views)) return false;
    return std::ranges::any_of(event.items, [](const EventItem& item) { return !item.recommendation_id.empty(); });
}

}  // namespace vitrina::feedback
