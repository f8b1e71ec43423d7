#include "base/json_parse.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace vitrina::json {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits_from(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && is_digit(text[end])) ++end;
    return end - at;
}

struct Number {
    std::size_t bytes = 0;  // 0: no number of JSON begins here
    bool whole = true;
};

// -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
Number number_at(std::string_view text) {
    std::size_t end = text.starts_with('-') ? 1 : 0;
    const std::size_t first = digits_from(text, end);
    if (first == 0 || (first > 1 && text[end] == '0')) return {};
    Number number{.bytes = end + first};
    end = number.bytes;
    if (end < text.size() && text[end] == '.') {
        const std::size_t fraction = digits_from(text, end + 1);
        if (fraction == 0) return {};
        end += 1 + fraction;
        number.whole = false;
    }
    if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
        const std::size_t sign = end + 1 < text.size() && (text[end + 1] == '+' || text[end + 1] == '-') ? 1 : 0;
        const std::size_t exponent = digits_from(text, end + 1 + sign);
        if (exponent == 0) return {};
        end += 1 + sign + exponent;
        number.whole = false;
    }
    number.bytes = end;
    return number;
}

bool fits_64_bits(std::string_view text) {
    std::int64_t with_sign = 0;
    std::uint64_t without = 0;
    const char* const end = text.data() + text.size();
    return std::from_chars(text.data(), end, with_sign).ec == std::errc() ||
           std::from_chars(text.data(), end, without).ec == std::errc();
}

std::string readable(std::string_view text, bool whole) {
    if (whole && fits_64_bits(text)) return std::string(text);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    // Out of range is what is too large and what is too small for a double; the sign of the exponent tells them apart, and an
    // integer has none.
    if (error == std::errc() && std::isfinite(number)) return whole ? std::string(text) + "e0" : std::string(text);
    const bool tiny = text.find("e-") != std::string_view::npos || text.find("E-") != std::string_view::npos;
    return std::string(text.starts_with('-') ? "-" : "") + (tiny ? "0.0" : "1.7976931348623157e308");
}

// Where the string that begins at `at` ends.
std::size_t end_of_string(std::string_view text, std::size_t at) {
    for (++at; at < text.size() && text[at] != '"'; ++at)
        if (text[at] == '\\') ++at;
    return std::min(at + 1, text.size());
}

// The half of a surrogate pair that the escape of six characters at `at` is; 0: none.
unsigned surrogate_at(std::string_view text, std::size_t at) {
    if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return 0;
    unsigned half = 0;
    const auto [end, error] = std::from_chars(text.data() + at + 2, text.data() + at + 6, half, 16);
    return error == std::errc() && end == text.data() + at + 6 && half >= 0xd800 && half < 0xe000 ? half : 0;
}

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

}  // namespace

std::string without_half_pairs(std::string_view text) {
    std::string whole(text);
    for (std::size_t at = whole.find('\\'); at < whole.size(); at = whole.find('\\', at)) {
        const unsigned half = surrogate_at(text, at);
        const unsigned next = half == 0 ? 0 : surrogate_at(text, at + 6);
        const bool pair = half < 0xdc00 && next >= 0xdc00;
        if (half != 0 && !pair) whole.replace(at, 6, "\\u0000");
        at += half == 0 ? 2 : pair ? 12 : 6;
    }
    return whole;
}

std::string with_readable_numbers(std::string_view text) {
    std::string readable_text;
    readable_text.reserve(text.size() + 64);
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at + 1;
        if (text[at] == '"') {
            end = end_of_string(text, at);
        } else if (text[at] == '-' || is_digit(text[at])) {
            if (const Number number = number_at(text.substr(at)); number.bytes > 0) {
                readable_text += readable(text.substr(at, number.bytes), number.whole);
                at += number.bytes;
                continue;
            }
            while (end < text.size() && is_digit(text[end])) ++end;  // no number: left for the parser to refuse
        }
        readable_text += text.substr(at, end - at);
        at = end;
    }
    return readable_text;
}

simdjson::error_code parse(simdjson::dom::parser& parser, std::string_view text, simdjson::dom::element& root) {
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    const simdjson::error_code error = parser.parse(text.data(), text.size()).get(root);
    if (error != simdjson::NUMBER_ERROR && error != simdjson::STRING_ERROR) return error;
    const std::string readable_text = without_half_pairs(with_readable_numbers(text));
    return parser.parse(readable_text.data(), readable_text.size()).get(root);
}

}  // namespace vitrina::json
