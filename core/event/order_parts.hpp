#pragma once
// Orders put together from their rows, wherever in the file these stand.
//
// Rows that stand together make a part; parts of one order, in the order of their rows, are joined and become events: a
// `purchase` and, where rows are returned, a `refund` without an order (the fold matches it to the customer's latest order that
// holds the item). The time is the first row's. Lines of the same item at the same price are added up.
// A row without a customer makes a guest: the visitor is made up from the order's id, for this one basket.
// Lifetime: values. Items are numbers that the caller gave; `item_ids` leads back.
// Threads: pure functions. Errors: `decode_part` answers corrupt_data (a temporary file was damaged).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "event/event.hpp"
#include "event/validation.hpp"

namespace vitrina::event {

struct OrderLine {
    std::uint32_t item = 0;
    std::uint32_t quantity = 1;
    MoneyMicros price = -1;  // negative: unknown
    bool returned = false;
    bool operator==(const OrderLine&) const = default;
};

struct OrderPart {
    std::string order_id;
    std::string customer_id;
    std::string currency;
    TimeMs time = 0;
    std::uint32_t file = 0;  // where it stands, for messages
    std::uint64_t line = 0;
    bool two_times = false;  // its rows do not agree on the time
    std::vector<OrderLine> lines;
    bool operator==(const OrderPart&) const = default;
};

std::string encode_part(const OrderPart& part);
Result<OrderPart> decode_part(std::string_view bytes);

// Adds the rows of a later part of the same order. A customer that the first rows lack is taken from the later ones.
void join(OrderPart& order, OrderPart&& later);

struct OrderEvents {
    std::vector<Event> purchase;  // in chunks where the order is long; empty where all lines are returned
    std::vector<Event> refund;    // likewise
    std::uint64_t added_up = 0;   // rows that were added to an earlier line
};

// `received_at` of the events is the host's to set. Precondition: every item of the order is in `item_ids`.
OrderEvents events_of(const OrderPart& order, const std::vector<std::string>& item_ids, const Limits& limits = {});

}  // namespace vitrina::event
