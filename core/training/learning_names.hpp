#pragma once
// The names in an item's learning text (catalog/learning_text.hpp): a line "=category kitchen > mugs" names one.
//
// Threads: pure function. Lifetime: what comes back borrows the text. Not an error: a text without that name (empty).

#include <algorithm>
#include <string_view>

namespace vitrina::training {

inline constexpr std::string_view category_line = "=category ", brand_line = "=brand ";

// What the first line that begins so says.
inline std::string_view first_name(std::string_view text, std::string_view begins) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        if (line.starts_with(begins)) return line.substr(begins.size());
        text.remove_prefix(std::min(text.size(), line.size() + 1));
    }
    return {};
}

}  // namespace vitrina::training
