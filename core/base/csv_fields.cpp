#include "base/csv_fields.hpp"

#include <charconv>

namespace vitrina::csv {

MaybeBad read_money(const Value& value, std::optional<MoneyMicros>& amount) {
    auto money = parse_money(value.text);
    if (!money) return BadField{"bad_price", fmt::format("{} {}", value.column, money.error().message)};
    amount = *money;
    return {};
}

MaybeBad read_time(const Value& value, TimeMs& time) {
    const auto read = parse_time(value.text);
    if (!read) return BadField{"bad_time", fmt::format("{}: {}", value.column, read.error().message)};
    time = *read;
    return {};
}

MaybeBad read_flag(const Value& value, bool& flag) {
    flag = value.text == "true" || value.text == "1" || value.text == "yes";
    if (flag || value.text == "false" || value.text == "0" || value.text == "no") return {};
    return BadField{"bad_type",
                    fmt::format("{} is \"{}\"; write true or false", value.column, value.text.substr(0, 64))};
}

MaybeBad read_whole(const Value& value, const char* code, WholeBounds bounds, std::uint64_t& whole) {
    const auto [end, error] = std::from_chars(value.text.data(), value.text.data() + value.text.size(), whole);
    if (error == std::errc{} && end == value.text.data() + value.text.size() && whole >= bounds.least &&
        whole <= bounds.most)
        return {};
    return BadField{code, fmt::format("{} \"{}\" is not a whole number from {} to {}", value.column,
                                      value.text.substr(0, 64), bounds.least, bounds.most)};
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

}  // namespace vitrina::csv
