#pragma once
// A text as a JSON string.
//
// Threads: pure function. Precondition: `text` is UTF-8. Not an error: control characters, quotes and backslashes; they are
// escaped. Source: RFC 8259, section 7.

#include <string>
#include <string_view>

namespace vitrina {

// Appends `text` between quotes.
void append_quoted(std::string& json, std::string_view text);

}  // namespace vitrina
