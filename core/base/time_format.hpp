#pragma once
// Times that a file writes its own way: "01.12.2010 8:26" with the format "%d.%m.%Y %H:%M".
//
// The format knows %Y %m %d %H %M %S, %y (00–99 of this century: 2000–2099) and %% ; everything else must stand in the text
// as it stands in the format. Numbers may have fewer digits than usual (8:26). An empty format is `parse_time`'s own.
// Units: the answer is UTC; `offset` is what the file's clock is ahead of UTC. A text with an offset of its own keeps it.
// Threads: pure functions.
// Errors: invalid_input naming text and format.

#include <string_view>

#include "base/error.hpp"
#include "base/time.hpp"

namespace vitrina {

Result<TimeMs> parse_time_as(std::string_view text, std::string_view format, TimeMs offset = 0);

// Refuses a format that has a letter nobody knows or lacks year, month or day.
Result<void> check_time_format(std::string_view format);

// "Z", "+02:00", "-0530" → milliseconds ahead of UTC.
Result<TimeMs> parse_offset(std::string_view text);

}  // namespace vitrina
