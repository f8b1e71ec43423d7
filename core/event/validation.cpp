#include "event/validation.hpp"

#include <fmt/format.h>

#include <optional>

#include "base/keys.hpp"
#include "base/plain_text.hpp"

namespace vitrina::event {
namespace {

constexpr TimeMs earliest = 631'152'000'000;  // 1990-01-01
constexpr MoneyMicros most_money = 9'000'000'000'000 * money_unit;
constexpr std::size_t shown_bytes = 64;  // of a refused value in its message

using MaybeRefused = std::optional<Refusal>;

template <class... Values>
Refusal refusal(std::string code, fmt::format_string<Values...> text, Values&&... values) {
    return {std::move(code), fmt::format(text, std::forward<Values>(values)...)};
}

MaybeRefused refused_text(std::string_view field, std::string_view text, std::size_t limit) {
    if (text.size() > limit)
        return refusal("too_long", "{} has {} bytes; at most {} are taken", field, text.size(), limit);
    if (!is_plain_text(text))
        return refusal("bad_text", "{} holds control characters or is not UTF-8; send plain UTF-8 text", field);
    return {};
}

MaybeRefused refused_kept(std::string_view of, const Kept& kept, const Limits& limits) {
    if (kept.size() > limits.kept_fields)
        return refusal("too_many_fields", "{} keeps {} fields; at most {} are taken", of, kept.size(),
                       limits.kept_fields);
    for (const auto& [name, value] : kept) {
        if (name.empty()) return refusal("bad_text", "{} keeps a field without a name", of);
        if (auto refused = refused_text("a kept field's name", name, limits.id_bytes)) return refused;
        if (auto refused = refused_text(name, value, limits.text_bytes)) return refused;
    }
    return {};
}

MaybeRefused refused_money(std::string_view field, const std::optional<MoneyMicros>& amount) {
    if (!amount || (*amount >= 0 && *amount <= most_money)) return {};
    return refusal("bad_price", "{} is {}; amounts are not negative (a return is the event \"refund\")", field,
                   money_text(*amount));
}

MaybeRefused refused_line(const EventItem& line, const Limits& limits) {
    if (line.item_id.empty()) return refusal("missing_item", "a line has no item_id; name the item it is about");
    if (auto refused = refused_text("item_id", line.item_id, limits.id_bytes)) return refused;
    if (line.quantity == 0 || line.quantity > limits.quantity)
        return refusal("bad_quantity", "quantity {} of item \"{}\" is not between 1 and {}", line.quantity,
                       line.item_id, limits.quantity);
    if (auto refused = refused_money("price", line.price)) return refused;
    if (auto refused = refused_money("discount", line.discount)) return refused;
    if (auto refused = refused_text("recommendation_id", line.recommendation_id, limits.id_bytes)) return refused;
    return line.kept.empty() ? MaybeRefused{} : refused_kept("a line", line.kept, limits);
}

MaybeRefused refused_lines(const Event& event, const Limits& limits) {
    const bool is_order = event.kind == EventKind::purchase || event.kind == EventKind::refund;
    if (event.items.size() > limits.items)
        return refusal("too_many_items", "{} has {} items; at most {} are taken{}", name_of(event.kind),
                       event.items.size(), limits.items,
                       is_order ? " at once, and more of an order in chunks" : "; send them in several events");
    for (const auto& line : event.items)
        if (auto refused = refused_line(line, limits)) return refused;
    return {};
}

bool is_order(EventKind kind) { return kind == EventKind::purchase || kind == EventKind::refund; }

MaybeRefused refused_chunk(const Event& event, const Limits& limits) {
    if (event.chunks <= 1 && event.chunk == 0) return {};
    const std::size_t most = (limits.order_lines + limits.items - 1) / limits.items;
    if (!is_order(event.kind))
        return refusal("bad_chunk", "{} comes in chunks; only purchase and refund may", name_of(event.kind));
    if (event.chunk >= event.chunks || event.chunks > most)
        return refusal("bad_chunk", "chunk {} of {} cannot be; chunks count from 0 and an order has at most {} lines",
                       event.chunk, event.chunks, limits.order_lines);
    return {};
}

bool needs_items(EventKind kind) {
    switch (kind) {
        case EventKind::select_item:
        case EventKind::view_item:
        case EventKind::add_to_wishlist:
        case EventKind::add_to_cart:
        case EventKind::remove_from_cart:
        case EventKind::purchase: return true;
        default: return false;
    }
}

// What the kind of the event asks for.
MaybeRefused refused_shape(const Event& event) {
    const std::string_view name = name_of(event.kind);
    if (name.empty()) return refusal("unknown_event", "kind {} is none of ours", static_cast<int>(event.kind));
    if (needs_items(event.kind) && event.items.empty())
        return refusal("missing_item", "{} has no items; name at least one", name);
    if (event.kind == EventKind::purchase && event.transaction_id.empty())
        return refusal("missing_transaction", "purchase has no transaction_id; an order is its transaction_id");
    if (event.kind == EventKind::refund && event.transaction_id.empty() && event.items.empty())
        return refusal("missing_transaction", "refund names neither an order (transaction_id) nor items");
    if (event.provisional && !is_order(event.kind))
        return refusal("bad_provisional", "{} is provisional; only purchase and refund may be", name);
    if (event.kind == EventKind::search && event.search_term.empty())
        return refusal("missing_search_term", "search has no search_term");
    if (event.kind == EventKind::login && event.user_id.empty())
        return refusal("missing_user", "login has no user_id; say who logged in");
    return {};
}

MaybeRefused refused_ids(const Event& event, const Limits& limits) {
    if (event.visitor_id.empty())
        return refusal("missing_visitor", "{} has no visitor_id; send the shop's own cookie or device id",
                       name_of(event.kind));
    for (const auto& [field, id] :
         {std::pair{"visitor_id", &event.visitor_id}, std::pair{"user_id", &event.user_id},
          std::pair{"event_id", &event.event_id}, std::pair{"transaction_id", &event.transaction_id}})
        if (auto refused = refused_text(field, *id, limits.id_bytes)) return refused;
    for (const auto& [field, text] : {std::pair{"coupon", &event.coupon}, std::pair{"search_term", &event.search_term}})
        if (auto refused = refused_text(field, *text, limits.text_bytes)) return refused;
    return event.kept.empty() ? MaybeRefused{} : refused_kept("the event", event.kept, limits);
}

MaybeRefused refused_amounts(const Event& event) {
    for (const auto& [field, amount] :
         {std::pair{"value", &event.value}, std::pair{"tax", &event.tax}, std::pair{"shipping", &event.shipping},
          std::pair{"order_discount", &event.order_discount}})
        if (auto refused = refused_money(field, *amount)) return refused;
    if (!event.currency.empty() && !is_currency(event.currency))
        return refusal("bad_currency", "currency \"{}\" is no ISO-4217 code; write it as GBP or EUR",
                       event.currency.substr(0, shown_bytes));
    return {};
}

MaybeRefused refused_event(const Event& event, const Limits& limits) {
    if (auto refused = refused_shape(event)) return refused;
    if (auto refused = refused_ids(event, limits)) return refused;
    if (event.time < earliest) return refusal("bad_time", "time {} is before 1990; send when it happened", event.time);
    if (auto refused = refused_amounts(event)) return refused;
    if (auto refused = refused_chunk(event, limits)) return refused;
    return refused_lines(event, limits);
}

// Σ price · quantity where every line has a price; nothing where it cannot be said or exceeds what money can be.
std::optional<MoneyMicros> value_of_lines(const Event& event) {
    __int128 sum = 0;
    for (const auto& line : event.items) {
        if (!line.price) return {};
        sum += static_cast<__int128>(*line.price) * line.quantity;
    }
    if (event.items.empty() || sum > most_money) return {};
    return static_cast<MoneyMicros>(sum);
}

std::string derived_id(const Event& event) {
    std::string text;
    text.reserve(64 + event.items.size() * 16);
    const auto add = [&text](std::string_view part) { text.append(part).push_back('\x1f'); };
    add(event.visitor_id);
    add(std::to_string(event.time));
    add(name_of(event.kind));
    for (const auto& line : event.items) {
        add(line.item_id);
        add(std::to_string(line.quantity));
    }
    add(event.transaction_id);
    add(event.search_term);
    add(std::to_string(event.chunk));
    return fmt::format("d-{:016x}{:016x}", text_hash(text), text_hash(text, 1));
}

// The browser and the shop's server may call the event by the same id; the server's must not look like one that came before.
std::string provisional_id(const std::string& id) {
    constexpr std::string_view prefix = "provisional:";
    if (id.starts_with(prefix)) return id;
    return fmt::format("{}{:016x}{:016x}", prefix, text_hash(id), text_hash(id, 1));
}

}  // namespace

std::expected<Event, Refusal> validated(Event event, const Limits& limits) {
    ensure(event.received_at > 0, "the host did not say when the event arrived");
    if (event.time == 0) event.time = event.received_at;
    if (auto refused = refused_event(event, limits)) return std::unexpected(std::move(*refused));
    event.time = std::min(event.time, event.received_at + limits.ahead_ms);
    if (event.chunks == 0) event.chunks = 1;
    if (!event.value) event.value = value_of_lines(event);
    if (event.event_id.empty()) event.event_id = derived_id(event);
    if (event.provisional) event.event_id = provisional_id(event.event_id);
    return event;
}

}  // namespace vitrina::event
