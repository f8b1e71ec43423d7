#pragma once
// What came of it: which recommendation each line of a person's orders is credited to, and what money that is.
//
// A function of sets: records that come twice, late or in another order give the same outcomes.
// Threads: pure functions. Units: milliseconds UTC; money in millionths of the order's currency.
// Preconditions: all records are one person's; an id of a recommendation is here only if its signature held.
// Errors: none. Not an error: a click or line whose exposure was lost; a refund of an unknown line (it waits for its line).
// Cost: touches × lines.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.hpp"
#include "base/time.hpp"

namespace vitrina::feedback {

struct Rules {
    std::uint32_t version = 1;          // written into each outcome
    TimeMs click_horizon = 7 * day_ms;  // a click this old still counts, an older one does not
    TimeMs halo_horizon = hour_ms;      // so long after a click other items are its halo; a session by the clock
    bool view_through = false;          // whether what was viewed and not clicked is credited, after all clicks
    TimeMs view_horizon = 7 * day_ms;
};

// `carted` and `bought` are clicks too: the event of the cart or the order names the recommendation itself.
enum class Stage : std::uint8_t { served = 1, rendered = 2, viewed = 3, clicked = 4, carted = 5, bought = 6 };

// One item of one answer, as far as it came with the shopper.
struct Touch {
    std::string recommendation_id, item_id, group_id;
    Stage stage = Stage::served;
    TimeMs time = 0;
    std::uint32_t placement = 0;  // hash of its name, as the id carries it
    std::uint32_t variant = 0;    // the same
    std::int32_t position = -1;   // from 0; -1: unknown
    TimeMs answered = 0;          // when the answer was given
    auto operator<=>(const Touch&) const = default;
};

// A line as one event said it. `line` is its number in the event, and 65,536 times the chunk of an order that came in several.
struct OrderLine {
    std::string transaction_id;
    std::uint32_t line = 0;
    std::uint32_t chunks = 1;  // of its order
    std::string event_id, item_id, group_id;
    TimeMs time = 0;
    std::int64_t quantity = 1;
    MoneyMicros money = 0;  // of the whole line
    std::string currency;
    bool trusted = false;  // takes the place of what is not, however late that is
    std::string visitor_id, user_id;
    auto operator<=>(const OrderLine&) const = default;
};
inline constexpr std::uint32_t lines_a_chunk = 65'536;

struct Refund {
    std::string event_id, transaction_id;
    std::uint32_t number = 0;  // of the refund's line
    std::string item_id;       // empty: the whole order
    std::int64_t quantity = 0;
    TimeMs time = 0;
    auto operator<=>(const Refund&) const = default;
};

enum class Credit : std::uint8_t { none = 0, click = 1, view = 2, halo = 3 };
std::string_view name_of(Credit credit);  // "click"

// Every line of an order as it finally stands has one, so that those of an order sum to the order.
struct Outcome {
    std::string transaction_id;
    std::uint32_t line = 0;
    std::string item_id;
    std::string recommendation_id;  // empty without credit
    Credit credit = Credit::none;
    std::int64_t quantity = 0;  // what was not given back
    MoneyMicros money = 0;
    std::string currency;
    TimeMs time = 0;     // of the order
    TimeMs touched = 0;  // when what it is credited to was clicked or viewed
    std::uint32_t placement = 0, variant = 0;
    std::int32_t position = -1;
    TimeMs answered = 0;
    std::uint32_t rules = 0;
    std::string visitor_id, user_id;
    bool operator==(const Outcome&) const = default;
};

struct Records {
    std::vector<Touch> touches;
    std::vector<OrderLine> lines;
    std::vector<Refund> refunds;
    bool empty() const { return touches.empty() && lines.empty() && refunds.empty(); }
};

// In order of (transaction, line).
std::vector<Outcome> outcomes(const Rules& rules, const Records& records);

}  // namespace vitrina::feedback
