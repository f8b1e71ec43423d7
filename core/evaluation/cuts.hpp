#pragma once
// Where the past ends and the future begins: `--split` as API.md writes it.
//
//   time:2011-10-01   one cut at the start of that day        time:0.2     one cut before the last fifth of the events
//   cuts:D1,D2,…      several, in any order                   rolling:4x30d  four, 30 days apart, the last one's horizon ends with the data
//   last-order        each person's last order is the future, everything else the past (time is not respected over persons)
// Threads: pure functions. Units: ms. What happened at `through` or before is known; what is asked for lies in (through, until].
// Errors: invalid_input with the text and what would be right; also for a cut outside of the data.

#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"

namespace vitrina::evaluation {

struct Cut {
    TimeMs through = 0;
    TimeMs until = 0;
    bool last_order = false;
    bool operator==(const Cut&) const = default;
};

inline constexpr std::size_t cuts_max = 100;

// Is it written as one of the above? Errors as `parse_split`, but for what only the data can tell.
Result<void> check_split(std::string_view split);

// How many cuts it makes of any data.
Result<std::size_t> count_cuts(std::string_view split);

// `times` are those of all events, in any order; not empty.
Result<std::vector<Cut>> parse_split(std::string_view split, TimeMs horizon_ms, std::vector<TimeMs> times);

}  // namespace vitrina::evaluation
