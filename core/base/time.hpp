#pragma once
// Points in time as the core knows them: milliseconds since 1970-01-01 UTC. The core never reads a clock; hosts pass `now`.
//
// Threads: pure functions.
// Errors: `parse_time` and `time_from_number` refuse what is not a time between 1990-01-01 and 2100-01-01, with the value.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace vitrina {

using TimeMs = std::int64_t;

inline constexpr TimeMs second_ms = 1000;
inline constexpr TimeMs minute_ms = 60 * second_ms;
inline constexpr TimeMs hour_ms = 60 * minute_ms;
inline constexpr TimeMs day_ms = 24 * hour_ms;

// Days and hours since the epoch, rounded towards the past.
inline constexpr std::int32_t day_of(TimeMs time) {
    return static_cast<std::int32_t>((time >= 0 ? time : time - day_ms + 1) / day_ms);
}
inline constexpr std::int32_t hour_of(TimeMs time) {
    return static_cast<std::int32_t>((time >= 0 ? time : time - hour_ms + 1) / hour_ms);
}

// ISO-8601 date or date-time with 'T' or a space, optional fraction and 'Z' or ±hh:mm offset (none means UTC); or digits as
// in `time_from_number`.
Result<TimeMs> parse_time(std::string_view text);

// Seconds, milliseconds or microseconds since the epoch, told apart by magnitude.
Result<TimeMs> time_from_number(double number);

// "2026-01-05T10:00:00Z", with milliseconds only where there are any.
std::string iso_time(TimeMs time);

// "30d", "12h", "45m", "10s", "500ms".
Result<TimeMs> parse_duration(std::string_view text);

}  // namespace vitrina
