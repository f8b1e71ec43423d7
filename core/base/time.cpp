#include "base/time.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>

namespace vitrina {
namespace {

constexpr TimeMs earliest = 631'152'000'000;  // 1990-01-01
constexpr TimeMs latest = 4'102'444'800'000;  // 2100-01-01
constexpr std::size_t shown_bytes = 64;       // of a refused value in its message

bool in_range(TimeMs time) { return time >= earliest && time < latest; }

std::unexpected<Error> refused(std::string_view text, std::string_view why) {
    return fail(
        ErrorCode::invalid_input,
        fmt::format("time \"{}\" {}; use ISO-8601 (2026-01-05T10:00:00Z) or seconds, milliseconds or microseconds "
                    "since 1970, between 1990 and 2100",
                    text.substr(0, shown_bytes), why));
}

// Reads a text from its front; every step answers whether the text went on as it should.
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}
    bool done() const { return text_.empty(); }
    bool next_is(char wanted) const { return !text_.empty() && text_.front() == wanted; }
    bool skip(char wanted) {
        if (!next_is(wanted)) return false;
        text_.remove_prefix(1);
        return true;
    }
    // Exactly `count` digits.
    bool number(std::size_t count, int& value) {
        if (text_.size() < count) return false;
        value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (text_[i] < '0' || text_[i] > '9') return false;
            value = value * 10 + (text_[i] - '0');
        }
        text_.remove_prefix(count);
        return true;
    }
    // One to nine digits after the point, cut to milliseconds.
    bool fraction(int& milliseconds) {
        std::size_t digits = 0;
        milliseconds = 0;
        for (; digits < text_.size() && text_[digits] >= '0' && text_[digits] <= '9'; ++digits)
            if (digits < 3) milliseconds = milliseconds * 10 + (text_[digits] - '0');
        for (std::size_t scale = digits; scale < 3; ++scale) milliseconds *= 10;
        text_.remove_prefix(digits);
        return digits >= 1 && digits <= 9;
    }

private:
    std::string_view text_;
};

std::optional<TimeMs> read_date(Reader& reader) {
    int year = 0, month = 0, day = 0;
    if (!reader.number(4, year) || !reader.skip('-') || !reader.number(2, month) || !reader.skip('-') ||
        !reader.number(2, day))
        return {};
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) return {};
    return std::chrono::sys_days{date}.time_since_epoch().count() * day_ms;
}

std::optional<TimeMs> read_time_of_day(Reader& reader) {
    int hour = 0, minute = 0, second = 0, millisecond = 0;
    if (!reader.number(2, hour) || !reader.skip(':') || !reader.number(2, minute)) return {};
    if (reader.skip(':') && !reader.number(2, second)) return {};
    if (reader.skip('.') && !reader.fraction(millisecond)) return {};
    if (hour > 23 || minute > 59 || second > 60) return {};  // 60: a leap second counts as the next second
    return hour * hour_ms + minute * minute_ms + second * second_ms + millisecond;
}

// What must be taken off to reach UTC.
std::optional<TimeMs> read_offset(Reader& reader) {
    if (reader.done() || reader.skip('Z')) return 0;
    const bool east = reader.skip('+');
    if (!east && !reader.skip('-')) return {};
    int hours = 0, minutes = 0;
    if (!reader.number(2, hours)) return {};
    const bool colon = reader.skip(':');
    if ((colon || !reader.done()) && !reader.number(2, minutes)) return {};
    if (hours > 14 || minutes > 59) return {};
    return (east ? 1 : -1) * (hours * hour_ms + minutes * minute_ms);
}

std::optional<TimeMs> read_iso(std::string_view text) {
    Reader reader(text);
    auto date = read_date(reader);
    if (!date || reader.done()) return date;
    if (!reader.skip('T') && !reader.skip(' ')) return {};
    const auto clock = read_time_of_day(reader);
    if (!clock) return {};
    const auto offset = read_offset(reader);
    if (!offset || !reader.done()) return {};
    return *date + *clock - *offset;
}

std::optional<TimeMs> from_number(double number) {
    // The ranges of seconds, milliseconds and microseconds between 1990 and 2100 do not touch.
    for (const double unit_ms : {1000.0, 1.0, 0.001}) {
        const double time = number * unit_ms;
        if (time >= static_cast<double>(earliest) && time < static_cast<double>(latest)) return std::llround(time);
    }
    return {};
}

std::optional<double> as_number(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return number;
}

}  // namespace

Result<TimeMs> parse_time(std::string_view text) {
    if (const auto time = read_iso(text)) {
        if (!in_range(*time)) return refused(text, "is out of range");
        return *time;
    }
    if (const auto number = as_number(text)) {
        const auto time = from_number(*number);
        if (!time) return refused(text, "is out of range");
        return *time;
    }
    return refused(text, "is no time");
}

Result<TimeMs> time_from_number(double number) {
    const auto time = from_number(number);
    if (!time) return refused(fmt::format("{}", number), "is out of range");
    return *time;
}

std::string iso_time(TimeMs time) {
    const std::int32_t days = day_of(time);
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
    const TimeMs rest = time - days * day_ms;
    std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                   static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                   rest / hour_ms, rest / minute_ms % 60, rest / second_ms % 60);
    if (rest % second_ms != 0) text += fmt::format(".{:03}", rest % second_ms);
    return text + "Z";
}

Result<TimeMs> parse_duration(std::string_view text) {
    constexpr TimeMs longest = 100 * 366 * day_ms;
    TimeMs count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    const TimeMs unit_ms = unit == "d"    ? day_ms
                           : unit == "h"  ? hour_ms
                           : unit == "m"  ? minute_ms
                           : unit == "s"  ? second_ms
                           : unit == "ms" ? TimeMs{1}
                                          : TimeMs{0};
    if (error != std::errc{} || unit_ms == 0 || count < 0 || count > longest / unit_ms)
        return fail(
            ErrorCode::invalid_input,
            fmt::format("duration \"{}\" is none; write a whole number and d, h, m, s or ms, such as 30d or 12h",
                        text.substr(0, shown_bytes)));
    return count * unit_ms;
}

}  // namespace vitrina
