#pragma once
// Which bytes may stand in ids and texts from outside.
//
// Threads: pure functions. Preconditions: none, any bytes may come.

#include <string_view>

namespace vitrina {

enum class LineEnds { refused, allowed };

// UTF-8 without control characters; texts that people write may hold line ends and tabs.
bool is_plain_text(std::string_view text, LineEnds line_ends = LineEnds::refused);

// What a page may link to: an http or https address, or one without a scheme ("/mug", "//cdn.shop/mug.jpg", ""). Never
// "javascript:" or "data:", which would run in the shopper's browser.
bool is_web_address(std::string_view address);

}  // namespace vitrina
