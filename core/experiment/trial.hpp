#pragma once
// Which experiments a shop runs, and in which of their arms a person is at a moment.
//
// A trial is a plan, the unit that it assigns, and the time in which units come in. The hold-out is a trial over everybody: a small
// share of the visitors gets what a shop has without a recommender, so that the worth of the whole can be measured; who is held out
// is in no other trial. Its name carries the quarter, which also salts it: so it is drawn anew every quarter.
// Threads: values and pure functions. Lifetime: `Assignment` points into its programme.
// A unit is the id of a visitor (for the life of the cookie) or of a user (in requests that name one): empty where there is none, then
// no trial of that unit has the person.
// Errors: `valid` says what is wrong and what to do.
// Source: Kohavi, Tang and Xu 2020, "Trustworthy Online Controlled Experiments", chapters 4 (layers) and 23 (hold-outs).

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "experiment/assignment.hpp"

namespace vitrina::experiment {

enum class Unit { visitor, user };

struct Trial {
    Plan plan;  // its first arm is the control
    Unit unit = Unit::visitor;
    TimeMs from = 0;  // units come in from here …
    TimeMs until = std::numeric_limits<TimeMs>::max();
    TimeMs window_ms = 14 * day_ms;  // … and what they order counts so long after they came
    double guard = 0.1;              // an arm that surely loses more than this share ends it (guard.hpp); 0: none does
    std::string ended_for = {};      // why, where that has happened; `until` is when
};

struct HoldOut {
    double share = 0;         // of all visitors; 0: nobody
    bool shows_items = true;  // what a shop has on its first day; false: nothing at all
    TimeMs window_ms = 14 * day_ms;
};

struct Programme {
    HoldOut hold_out;
    std::vector<Trial> trials;
};

inline constexpr std::string_view hold_out_arm = "hold_out", served_arm = "vitrina", own_variant = "default";
inline constexpr std::string_view hold_out_prefix = "hold_out-";

// The hold-out of the quarter of `now`: "hold_out-2026Q4", with the held out as its control. Precondition: 0 < share < 1.
Trial hold_out_of(const HoldOut& settings, TimeMs now);
// The same by its name; nothing where it is none, or nobody is held out.
std::optional<Trial> hold_out_named(const HoldOut& settings, std::string_view name);

// Every trial by itself, names told apart, and trials of one layer apart from each other.
Result<void> valid(const Programme& programme);

struct Assigned {
    std::string experiment;
    std::string arm;
    std::string unit;  // the id of the visitor or user that was assigned
    bool operator==(const Assigned&) const = default;
};

struct Units {
    std::string_view visitor, user;
};

// The arms of a person at `now`, the hold-out first; empty for a person without a unit, or where nothing runs.
std::vector<Assigned> arms_at(const Programme& programme, const Units& units, TimeMs now);

// What these arms answer with: "hold_out", "TRIAL:ARM" (joined by "+" where there are more), or "default".
std::string variant_of(const std::vector<Assigned>& arms);

// Is the person held out?
bool held_out(const std::vector<Assigned>& arms);

}  // namespace vitrina::experiment
