#include "base/plain_text.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cctype>
#include <string>

namespace vitrina {

// Most ids are plain ASCII, for which the loop is all there is.
bool is_plain_text(std::string_view text, LineEnds line_ends) {
    bool ascii = true;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool line_end = c == '\n' || c == '\r' || c == '\t';
        if ((byte < 0x20 || byte == 0x7f) && !(line_end && line_ends == LineEnds::allowed)) return false;
        ascii &= byte < 0x80;
    }
    return ascii || simdjson::validate_utf8(text.data(), text.size());
}

bool is_web_address(std::string_view address) {
    if (!is_plain_text(address)) return false;  // browsers skip line ends within "java\nscript:"
    address.remove_prefix(std::min(address.find_first_not_of(' '), address.size()));
    const std::size_t colon = address.find(':');
    if (colon == std::string_view::npos || address.find_first_of("/?#") < colon) return true;
    std::string scheme(address.substr(0, colon));
    std::ranges::transform(scheme, scheme.begin(), [](unsigned char c) { return std::tolower(c); });
    return scheme == "http" || scheme == "https";
}

}  // namespace vitrina
