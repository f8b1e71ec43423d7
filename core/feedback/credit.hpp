#pragma once
// What came of it: which recommendation each line of a person's orders is credited to, and what money that is.
//
// A function of sets: records that come twice, late or in another order give the same outcomes.
// Threads: pure functions. Units: milliseconds UTC; money in millionths of the order's currency.
// Preconditions: all records are one person's; an id of a recommendation is here only if its signature held.
// Errors: none. Not an error: a click or line whose exposure was lost; a refund of an unknown line (it waits for its line).
// Cost: touches × lines.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/money.hpp"
#include "base/time.hpp"

namespace vitrina::feedback {

inline constexpr TimeMs a_week = 7LL * 24 * 60 * 60 * 1000;

struct Rules {
    std::uint32_t version = 1;      // written into each outcome
    TimeMs click_horizon = a_week;  // a click this old still counts, an older one does not
    bool view_through = false;      // whether what was viewed and not clicked is credited, after all clicks
    TimeMs view_horizon = a_week;
};

enum class Stage : std::uint8_t { served = 1, rendered = 2, viewed = 3, clicked = 4 };

// One item of one answer, as far as it came with the shopper.
struct Touch {
    std::string recommendation_id, item_id, group_id;
    Stage stage = Stage::served;
    TimeMs time = 0;
    std::uint64_t session = 0;  // 0: unknown
};

struct OrderLine {
    std::string transaction_id;
    std::uint32_t line = 0;
    std::string event_id, item_id, group_id;
    TimeMs time = 0;
    std::uint64_t session = 0;
    std::int64_t quantity = 1;
    MoneyMicros money = 0;            // of the whole line
    std::optional<MoneyMicros> cost;  // of the whole line
    bool trusted = false;             // takes the place of what is not, however late that is
    bool provisional = false;         // counts for nothing, and replaces nothing
};

struct Refund {
    std::string event_id, transaction_id;
    std::uint32_t line = 0;
    std::int64_t quantity = 0;
    MoneyMicros money = 0;
    bool provisional = false;
};

enum class Credit : std::uint8_t { none = 0, click = 1, view = 2, halo = 3 };

// Upserted by (transaction_id, line). Every line has one, so that those of an order sum to the order.
struct Outcome {
    std::string transaction_id;
    std::uint32_t line = 0;
    std::string item_id;
    std::string recommendation_id;  // empty without credit
    Credit credit = Credit::none;
    std::int64_t quantity = 0;  // what was not given back
    MoneyMicros money = 0;
    std::optional<MoneyMicros> margin;
    std::uint32_t rules = 0;
    bool operator==(const Outcome&) const = default;
};

// In order of (transaction, line).
std::vector<Outcome> outcomes(const Rules& rules, const std::vector<Touch>& touches,
                              const std::vector<OrderLine>& lines, const std::vector<Refund>& refunds);

}  // namespace vitrina::feedback
