#pragma once
// What happened in the shop: one event, as every part of the core sees it after validation.
//
// Lifetime: a value that owns its texts. Times are milliseconds UTC, money is millionths of the currency's unit.
// Names and fields follow GA4's e-commerce events (API.md); the wire form is proto/event.proto (`event/codec.hpp`).
// Not an error: an item id that the catalogue does not know; an empty `user_id`.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.hpp"
#include "base/time.hpp"

namespace vitrina::event {

// Numbers are those of proto/event.proto and of the state layouts: never reuse one.
enum class EventKind : std::uint8_t {
    view_item_list = 1,
    select_item = 2,
    view_item = 3,
    search = 4,
    add_to_wishlist = 5,
    add_to_cart = 6,
    remove_from_cart = 7,
    view_cart = 8,
    begin_checkout = 9,
    purchase = 10,
    refund = 11,
    login = 12,
    logout = 13,
};

// "view_item"; and back, nothing where the name is not one of ours.
std::string_view name_of(EventKind kind);
std::optional<EventKind> kind_named(std::string_view name);

using Kept = std::map<std::string, std::string>;  // fields that are kept as they were sent

struct EventItem {
    std::string item_id;
    std::uint32_t quantity = 1;
    std::optional<MoneyMicros> price;     // per unit, after the unit's discount
    std::optional<MoneyMicros> discount;  // per unit
    std::string recommendation_id;
    std::optional<std::uint32_t> index;  // position in the list shown, from 0
    Kept kept;
    bool operator==(const EventItem&) const = default;
};

struct Event {
    EventKind kind = EventKind::view_item;
    std::string event_id;  // after validation never empty: derived where the sender gave none
    TimeMs time = 0;       // after validation at most five minutes later than `received_at`
    TimeMs received_at = 0;
    std::string visitor_id;
    std::string user_id;
    std::vector<EventItem> items;
    std::string transaction_id;
    std::string currency;
    std::optional<MoneyMicros> value;
    std::optional<MoneyMicros> tax;
    std::optional<MoneyMicros> shipping;
    std::optional<MoneyMicros> order_discount;
    std::string coupon;
    std::string search_term;
    bool trusted = false;  // from a secret key or an import: may replace the lines of an order
    bool bot = false;      // answered, never learned from
    bool guest = false;    // the visitor was made up for one order: a basket without a person behind it
    // A purchase or refund that counts for nothing until its transaction comes again without this. Its event id is another one, so
    // that it never takes the place of what confirms it.
    bool provisional = false;
    Kept kept;
    std::uint32_t chunk = 0;  // orders with more lines than an event may hold travel in chunks
    std::uint32_t chunks = 1;
    bool operator==(const Event&) const = default;
};

}  // namespace vitrina::event
