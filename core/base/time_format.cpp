#include "base/time_format.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>

namespace vitrina {
namespace {

struct Parts {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The part that a letter of the format stands for, and its digits at most.
std::pair<int Parts::*, std::size_t> part_of(char letter) {
    switch (letter) {
        case 'Y': return {&Parts::year, 4};
        case 'y': return {&Parts::year, 2};
        case 'm': return {&Parts::month, 2};
        case 'd': return {&Parts::day, 2};
        case 'H': return {&Parts::hour, 2};
        case 'M': return {&Parts::minute, 2};
        case 'S': return {&Parts::second, 2};
        default: return {nullptr, 0};
    }
}

bool read_number(std::string_view& text, std::size_t most, int& number) {
    std::size_t digits = 0;
    number = 0;
    for (; digits < most && digits < text.size() && is_digit(text[digits]); ++digits)
        number = number * 10 + (text[digits] - '0');
    text.remove_prefix(digits);
    return digits > 0;
}

std::optional<Parts> read_parts(std::string_view text, std::string_view format) {
    Parts parts;
    for (std::size_t i = 0; i < format.size(); ++i) {
        const bool letter = format[i] == '%' && i + 1 < format.size();
        if (letter) ++i;
        if (letter && format[i] != '%') {
            const auto [part, digits] = part_of(format[i]);
            if (part == nullptr || !read_number(text, digits, parts.*part)) return {};
            if (format[i] == 'y') parts.year += 2000;
        } else {
            if (text.empty() || text.front() != format[i]) return {};
            text.remove_prefix(1);
        }
    }
    if (!text.empty() || parts.hour > 23 || parts.minute > 59 || parts.second > 60) return {};
    return parts;
}

// Does an ISO text say by itself how far it is from UTC?
bool says_offset(std::string_view text) {
    if (text.size() <= 10) return false;
    return text.back() == 'Z' || text.find_first_of("+-", 10) != std::string_view::npos;
}

bool is_number(std::string_view text) { return text.find_first_not_of("0123456789.") == std::string_view::npos; }

}  // namespace

Result<TimeMs> parse_time_as(std::string_view text, std::string_view format, TimeMs offset) {
    if (format.empty()) {
        auto time = parse_time(text);
        if (time && !says_offset(text) && !is_number(text)) *time -= offset;
        return time;
    }
    using namespace std::chrono;
    const auto parts = read_parts(text, format);
    if (parts) {
        const year_month_day date{year{parts->year}, month{static_cast<unsigned>(parts->month)},
                                  day{static_cast<unsigned>(parts->day)}};
        if (date.ok() && parts->year >= 1990 && parts->year < 2100)
            return sys_days{date}.time_since_epoch().count() * day_ms + parts->hour * hour_ms +
                   parts->minute * minute_ms + parts->second * second_ms - offset;
    }
    return fail(
        ErrorCode::invalid_input,
        fmt::format("time \"{}\" is not one between 1990 and 2100 in the format \"{}\"", text.substr(0, 64), format));
}

Result<void> check_time_format(std::string_view format) {
    bool year = false, month = false, day = false;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%') continue;
        const char letter = ++i < format.size() ? format[i] : ' ';
        if (letter != '%' && part_of(letter).first == nullptr)
            return fail(ErrorCode::invalid_input,
                        fmt::format("time format \"{}\" has %{}; known are %Y %y %m %d %H %M %S %%", format, letter));
        year |= letter == 'Y' || letter == 'y';
        month |= letter == 'm';
        day |= letter == 'd';
    }
    if (format.empty() || (year && month && day)) return {};
    return fail(ErrorCode::invalid_input,
                fmt::format("time format \"{}\" needs a year, a month and a day, such as %d.%m.%Y %H:%M", format));
}

Result<TimeMs> parse_offset(std::string_view text) {
    if (text == "Z" || text.empty()) return TimeMs{0};
    std::string_view rest = text;
    const bool east = rest.starts_with('+');
    rest.remove_prefix(1);
    int hours = 0, minutes = 0;
    bool good = (east || text.starts_with('-')) && read_number(rest, 2, hours);
    if (rest.starts_with(':')) rest.remove_prefix(1);
    good = good && (rest.empty() || (rest.size() == 2 && read_number(rest, 2, minutes))) && rest.empty() &&
           hours <= 14 && minutes <= 59;
    if (!good)
        return fail(ErrorCode::invalid_input,
                    fmt::format("offset \"{}\" is none; write Z or +02:00", text.substr(0, 64)));
    return (east ? 1 : -1) * (hours * hour_ms + minutes * minute_ms);
}

}  // namespace vitrina
