#include "evaluation/input_review.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "evaluation/slice_answers.hpp"

namespace vitrina::evaluation {

namespace {

using state::Action;

struct Kind {
    Action action;
    const char* name;
};
constexpr std::array watched{Kind{Action::view, "views"}, Kind{Action::wish, "wishes"},
                             Kind{Action::cart, "additions to carts"}, Kind{Action::buy, "purchases"}};

// Times are after `begin`, up to `end`.
struct Period {
    TimeMs begin = 0, end = 0;
    bool holds(TimeMs time) const { return time > begin && time <= end; }
    double days() const { return static_cast<double>(end - begin) / static_cast<double>(day_ms); }
};

template <class Fits>
std::uint64_t count(const training::History& history, const Period& period, const Fits& fits) {
    std::uint64_t entries = 0;
    for (std::size_t e = 0; e < history.entries(); ++e)
        if (period.holds(history.time[e]) && fits(e)) ++entries;
    return entries;
}

double share_of(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

model::ReleaseCheck check(const char* name, bool passed, double value, std::string says) {
    return {.name = name, .passed = passed, .says = std::move(says), .value = value, .low = value, .high = value};
}

class Review {
public:
    Review(const training::History& history, const InputLimits& limits)
        : history_(history),
          limits_(limits),
          span_(span_of(history)),
          earlier_{span_.last - 2 * limits.period_ms, span_.last - limits.period_ms},
          newest_{span_.last - limits.period_ms, span_.last} {}

    model::ReleaseCheck events() const {
        constexpr const char* name = "events";
        const auto any = [](std::size_t) { return true; };
        const std::uint64_t before = count(history_, earlier_, any), now = count(history_, newest_, any);
        if (span_.first > earlier_.begin || before < limits_.least_events)
            return check(
                name, true, 1,
                fmt::format("too little to compare: {} entries in the {:.0f} days before the newest {:.0f}, of "
                            "at least {}",
                            before, earlier_.days(), newest_.days(), limits_.least_events));
        const double share = share_of(now, before);
        return check(name, share >= limits_.volume_share, share,
                     fmt::format("{} entries in the newest {:.0f} days, {} in as many days before: {:.0f} %{}", now,
                                 newest_.days(), before, 100 * share,
                                 share >= limits_.volume_share
                                     ? std::string()
                                     : fmt::format(", and release.volume_share asks for {:.0f} %; is everything sent?",
                                                   100 * limits_.volume_share)));
    }

    model::ReleaseCheck kinds() const {
        const Period quiet{span_.last - limits_.quiet_ms, span_.last};
        const Period usual{std::max(quiet.begin - limits_.period_ms, span_.first - 1), quiet.begin};
        std::string missing;
        double quietest = 1;
        for (const Kind& kind : watched) {
            const auto is_kind = [&](std::size_t e) { return history_.action[e] == kind.action; };
            const std::uint64_t before = count(history_, usual, is_kind);
            if (before == 0 || usual.days() <= 0) continue;
            const double due = static_cast<double>(before) * quiet.days() / usual.days();
            if (due < static_cast<double>(limits_.least_expected)) continue;
            const std::uint64_t now = count(history_, quiet, is_kind);
            quietest = std::min(quietest, static_cast<double>(now) / due);
            if (now > 0) continue;
            missing += fmt::format("{}no {} for {:.0f} days, where {:.0f} were due; are they still sent?",
                                   missing.empty() ? "" : " ", kind.name, quiet.days(), due);
        }
        const bool passed = missing.empty();
        return check("kinds of events", passed, quietest, passed ? "every kind that came before still comes" : missing);
    }

    model::ReleaseCheck items(const KnownItem& known) const {
        constexpr const char* name = "known items";
        std::vector<bool> unknown(history_.items.size());
        for (std::uint32_t row = 0; row < unknown.size(); ++row) unknown[row] = !known(row);
        const auto any = [](std::size_t) { return true; };
        const auto is_unknown = [&](std::size_t e) { return unknown[history_.item[e]]; };
        const std::uint64_t all = count(history_, newest_, any);
        const double now = share_of(count(history_, newest_, is_unknown), all);
        const double before = share_of(count(history_, earlier_, is_unknown), count(history_, earlier_, any));
        const std::string says =
            fmt::format("{:.1f} % of the newest {} entries are about items that the catalogue does "
                        "not have, {:.1f} % before",
                        100 * now, all, 100 * before);
        if (all < limits_.least_events || now <= limits_.unknown_share || now < 2 * before)
            return check(name, true, now, says);
        return check(name, false, now,
                     fmt::format("{}; release.unknown_share is {:.0f} %. Send the catalogue, or mend the item ids",
                                 says, 100 * limits_.unknown_share));
    }

private:
    const training::History& history_;
    const InputLimits& limits_;
    TimeSpan span_;
    Period earlier_, newest_;
};

}  // namespace

std::vector<model::ReleaseCheck> review_input(const training::History& history, const KnownItem& known,
                                              const InputLimits& limits) {
    const Review review(history, limits);
    std::vector<model::ReleaseCheck> checks{review.events(), review.kinds()};
    if (known) checks.push_back(review.items(known));
    return checks;
}

}  // namespace vitrina::evaluation
