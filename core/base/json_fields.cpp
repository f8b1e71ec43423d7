#include "base/json_fields.hpp"

#include <fmt/format.h>

#include <cmath>

namespace vitrina::json {
namespace {

constexpr std::size_t shown_bytes = 64;  // of a refused value in its message

}  // namespace

BadField bad_value(const char* code, const Value& value, std::string_view wanted) {
    const std::string sent = simdjson::minify(value.element);
    return {code, fmt::format("{} is {}; send {}", value.field, sent.substr(0, shown_bytes), wanted)};
}

BadField unknown_field(std::string_view name, std::span<const std::string_view> known) {
    return {"unknown_field",
            fmt::format("field \"{}\" is not known{}", name.substr(0, shown_bytes), did_you_mean(name, known))};
}

MaybeBad read_text(const Value& value, std::string& text) {
    std::string_view sent;
    if (value.element.get(sent)) return bad_value("bad_type", value, "a string");
    text = sent;
    return {};
}

MaybeBad read_flag(const Value& value, bool& flag) {
    if (value.element.get(flag)) return bad_value("bad_type", value, "true or false");
    return {};
}

MaybeBad read_money(const Value& value, std::optional<MoneyMicros>& amount) {
    constexpr std::string_view wanted = "a decimal number such as 4.05";
    std::string_view text;
    double number = 0;
    const bool is_text = !value.element.get(text);
    if (!is_text && value.element.get(number)) return bad_value("bad_price", value, wanted);
    const auto money = is_text ? parse_money(text) : money_from_number(number);
    if (!money && is_text) return bad_value("bad_price", value, wanted);
    if (!money) return BadField{"bad_price", fmt::format("{}: {}", value.field, money.error().message)};
    amount = *money;
    return {};
}

MaybeBad read_whole(const Value& value, const char* code, WholeBounds bounds, std::uint64_t& whole) {
    double number = 0;
    const bool is_number = !value.element.get(number);
    // 2^53: beyond it a double skips whole numbers.
    if (!is_number || number < 0 || number > 0x1p53 || number != std::floor(number) ||
        static_cast<std::uint64_t>(number) < bounds.least || static_cast<std::uint64_t>(number) > bounds.most)
        return bad_value(code, value, fmt::format("a whole number from {} to {}", bounds.least, bounds.most));
    whole = static_cast<std::uint64_t>(number);
    return {};
}

MaybeBad read_time(const Value& value, TimeMs& time) {
    std::string_view text;
    double number = 0;
    Result<TimeMs> read = TimeMs{0};
    if (!value.element.get(text))
        read = parse_time(text);
    else if (!value.element.get(number))
        read = time_from_number(number);
    else
        return bad_value("bad_time", value, "ISO-8601 text or a number of s, ms or µs since 1970");
    if (!read) return BadField{"bad_time", fmt::format("{}: {}", value.field, read.error().message)};
    time = *read;
    return {};
}

MaybeBad read_as_text(const Value& value, std::string& text) {
    std::string_view sent;
    if (!value.element.get(sent))
        text = sent;
    else if (value.element.is_object() || value.element.is_array())
        return bad_value("bad_type", value, "a string");
    else
        text = simdjson::minify(value.element);
    return {};
}

}  // namespace vitrina::json
