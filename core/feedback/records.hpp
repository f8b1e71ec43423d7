#pragma once
// What an event says about success: touches of recommended items, lines of orders, refunds.
//
// Touches come from lines that name a recommendation: `select_item`, `view_item` and `add_to_wishlist` are clicks, `add_to_cart` a
// cart, `view_item_list` a view; an order's line that names one stands for a click at the time of that answer.
// Money of a line: price · quantity less its share of the order's discount; where a line has no price, what the order's value
// leaves for it. So the lines of an order sum to what feedback::Orders says it is worth.
// Threads: pure functions. Not an error: an id that is none of ours (as if it were not there); bots and what is provisional say nothing.

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "event/event.hpp"
#include "feedback/credit.hpp"

namespace vitrina::feedback {

// What the id of an answer tells of it.
struct Answered {
    TimeMs time = 0;
    std::uint32_t placement = 0, variant = 0;  // hashes of their names
};
// Nothing where the id is none of this shop.
using ReadId = std::function<std::optional<Answered>(std::string_view recommendation_id)>;

// `views`: whether lists that were viewed are told.
Records records_of(const event::Event& event, const ReadId& read_id, bool views);

// False where the event can neither say anything nor tell who the visitor is.
bool may_say_something(const event::Event& event, bool views);

}  // namespace vitrina::feedback
