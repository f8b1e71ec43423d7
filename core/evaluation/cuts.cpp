#include "evaluation/cuts.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace vitrina::evaluation {

namespace {

std::unexpected<Error> wrong(std::string_view split, std::string_view what) {
    return fail(
        ErrorCode::invalid_input,
        fmt::format("split \"{}\": {}; use time:2011-10-01, time:0.2, cuts:2011-09-01,2011-10-01, rolling:4x30d or "
                    "last-order",
                    split, what));
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

// A cut at the start of a day knows nothing of that day.
Cut before(TimeMs time, TimeMs horizon_ms) { return {time - 1, time - 1 + horizon_ms}; }

Result<std::vector<Cut>> at_dates(std::string_view split, std::string_view dates, TimeMs horizon_ms) {
    std::vector<Cut> cuts;
    while (!dates.empty()) {
        const std::size_t comma = std::min(dates.find(','), dates.size());
        const auto time = parse_time(dates.substr(0, comma));
        if (!time) return wrong(split, time.error().message);
        cuts.push_back(before(*time, horizon_ms));
        dates.remove_prefix(std::min(comma + 1, dates.size()));
    }
    return cuts;
}

Result<std::vector<Cut>> rolling(std::string_view split, std::string_view text, TimeMs last) {
    const std::size_t times = text.find('x');
    std::size_t count = 0;
    if (times == std::string_view::npos || !read_number(text.substr(0, times), count) || count == 0 || count > cuts_max)
        return wrong(split, fmt::format("needs a number of cuts from 1 to {} before the x", cuts_max));
    const auto step = parse_duration(text.substr(times + 1));
    if (!step) return wrong(split, step.error().message);
    if (*step <= 0) return wrong(split, "needs a time between the cuts");
    std::vector<Cut> cuts;
    for (std::size_t index = count; index > 0; --index) {
        const TimeMs through = last - static_cast<TimeMs>(index) * *step;
        cuts.push_back({through, through + *step});
    }
    return cuts;
}

// The last `share` of the events lies behind the cut.
Result<std::vector<Cut>> share_of(std::string_view split, double share, std::vector<TimeMs> times, TimeMs horizon_ms) {
    if (!(share > 0 && share < 1)) return wrong(split, "the share is not between 0 and 1");
    const auto known = static_cast<std::ptrdiff_t>(static_cast<double>(times.size()) * (1 - share));
    std::ranges::nth_element(times, times.begin() + known);
    return std::vector{before(times[static_cast<std::size_t>(known)], horizon_ms)};
}

// One cut at least; whether they lie within the data is not looked at.
Result<std::vector<Cut>> cuts_of(std::string_view split, TimeMs horizon_ms, std::vector<TimeMs> times) {
    const TimeMs last = std::ranges::max(times);
    const std::size_t colon = split.find(':');
    const std::string_view kind = split.substr(0, colon);
    const std::string_view value = colon == std::string_view::npos ? std::string_view() : split.substr(colon + 1);
    if (kind == "last-order" && value.empty()) return std::vector{Cut{last, last, true}};
    Result<std::vector<Cut>> cuts = wrong(split, "is not known");
    double share = 0;
    if (kind == "time" && read_number(value, share) && value.find('.') != std::string_view::npos)
        cuts = share_of(split, share, std::move(times), horizon_ms);
    else if (kind == "time" || kind == "cuts")
        cuts = at_dates(split, value, horizon_ms);
    else if (kind == "rolling")
        cuts = rolling(split, value, last);
    if (!cuts) return cuts;
    if (cuts->empty() || cuts->size() > cuts_max) return wrong(split, fmt::format("needs 1 to {} cuts", cuts_max));
    return cuts;
}

}  // namespace

Result<std::size_t> count_cuts(std::string_view split) {
    const std::vector<TimeMs> some_data{0, 1};
    const auto cuts = cuts_of(split, day_ms, some_data);
    if (!cuts) return std::unexpected(cuts.error());
    return cuts->size();
}

Result<void> check_split(std::string_view split) {
    if (const auto counted = count_cuts(split); !counted) return std::unexpected(counted.error());
    return {};
}

Result<std::vector<Cut>> parse_split(std::string_view split, TimeMs horizon_ms, std::vector<TimeMs> times) {
    const auto [first, last] = std::ranges::minmax(times);
    auto cuts = cuts_of(split, horizon_ms, std::move(times));
    if (!cuts || cuts->front().last_order) return cuts;
    std::ranges::sort(*cuts, {}, &Cut::through);
    for (const Cut& cut : *cuts)
        if (cut.through < first || cut.through >= last)
            return wrong(split, fmt::format("the cut {} lies outside of the data, which go from {} to {}",
                                            iso_time(cut.through), iso_time(first), iso_time(last)));
    return cuts;
}
}  // namespace vitrina::evaluation
