#pragma once
// Money as integers: millionths of the currency's unit, so that sums do not depend on their order.
//
// Threads: pure functions.
// Errors: `parse_money` refuses what is not a decimal number with a point, or exceeds ±9·10^12 units; it names the value.
// Not an error: more than six decimals are rounded half away from zero.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace vitrina {

using MoneyMicros = std::int64_t;

inline constexpr MoneyMicros money_unit = 1'000'000;

Result<MoneyMicros> parse_money(std::string_view text);
Result<MoneyMicros> money_from_number(double number);

// The shortest decimal that reads back as the same amount, with at least two decimals: "4.05", "534.40".
std::string money_text(MoneyMicros amount);

inline double money_number(MoneyMicros amount) { return static_cast<double>(amount) / static_cast<double>(money_unit); }

// Is `code` an active ISO-4217 code in upper case?
bool is_currency(std::string_view code);

}  // namespace vitrina
