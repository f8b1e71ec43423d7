#pragma once
// JSON from outside → simdjson's tree, where a number too large for any of its types, or half of a surrogate pair, spoils its
// own field and nothing else. A byte order mark before it is skipped.
//
// simdjson refuses a whole document for one integer beyond 64 bits or one number beyond a double. JSON itself knows no such
// bounds, and in a batch the others must not pay for it: such a number is read as the nearest double, which the field's
// own reader then refuses by name. It refuses as well a document for one "\ud800" without its other half, which is no
// character: that is read as U+0000, which no id or text of ours may hold.
// Threads: one, the parser's. Lifetime: the tree lives in the parser.
// Errors: simdjson's, for what is no JSON. Cost: a document that simdjson takes as it is costs nothing more; else it is
// looked through, copied and parsed once more.

#include <simdjson.h>

#include <string>
#include <string_view>

namespace vitrina::json {

simdjson::error_code parse(simdjson::dom::parser& parser, std::string_view text, simdjson::dom::element& root);

// The text with every well-formed number that a parser of 64-bit integers and doubles refuses written as one that it takes.
std::string with_readable_numbers(std::string_view text);

// The text with every escape of half a surrogate pair ("\ud800") written as that of U+0000.
std::string without_half_pairs(std::string_view text);

}  // namespace vitrina::json
