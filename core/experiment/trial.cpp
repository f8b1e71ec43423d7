#include "experiment/trial.hpp"

#include <fmt/format.h>

#include <chrono>
#include <set>
#include <utility>

namespace vitrina::experiment {
namespace {

// Quarters since the year 0.
int quarter_of(TimeMs now) {
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day_of(now)}}};
    return 4 * static_cast<int>(date.year()) + static_cast<int>(static_cast<unsigned>(date.month()) - 1) / 3;
}

TimeMs begin_of(int quarter) {
    const std::chrono::sys_days first =
        std::chrono::year{quarter / 4} / std::chrono::month{static_cast<unsigned>(quarter % 4 * 3 + 1)} / 1;
    return first.time_since_epoch().count() * day_ms;
}

std::string name_of(int quarter) { return fmt::format("{}{}Q{}", hold_out_prefix, quarter / 4, quarter % 4 + 1); }

bool runs(const Trial& trial, TimeMs now) { return now >= trial.from && now < trial.until; }

bool meet(const Trial& a, const Trial& b) {
    return a.plan.layer == b.plan.layer && a.from < b.until && b.from < a.until &&
           a.plan.layer_from < b.plan.layer_to && b.plan.layer_from < a.plan.layer_to;
}

Result<void> valid_trial(const Trial& trial) {
    if (auto good = valid(trial.plan); !good) return good;
    const std::string& id = trial.plan.id;
    if (id.starts_with(hold_out_arm) || id.find_first_of(":+") != std::string::npos)
        return fail(ErrorCode::invalid_input,
                    fmt::format("experiment {}: its name must not begin with {} nor hold : or +", id, hold_out_arm));
    if (trial.from >= trial.until)
        return fail(ErrorCode::invalid_input, fmt::format("experiment {}: it ends before it begins", id));
    if (!(trial.guard >= 0 && trial.guard < 1))
        return fail(
            ErrorCode::invalid_input,
            fmt::format("experiment {}: its guard is {} and must lie from 0 (none) to below 1, as in 0.1: ended "
                        "where an arm surely loses more than a tenth",
                        id, trial.guard));
    if (trial.window_ms <= 0)
        return fail(ErrorCode::invalid_input, fmt::format("experiment {}: its window must be above 0", id));
    return {};
}

void assign(const Trial& trial, const Units& units, std::vector<Assigned>& arms) {
    const std::string_view unit = trial.unit == Unit::visitor ? units.visitor : units.user;
    if (unit.empty()) return;
    if (const auto arm = arm_of(trial.plan, unit))
        arms.push_back({trial.plan.id, trial.plan.arms[*arm].name, std::string(unit)});
}

}  // namespace

Trial hold_out_of(const HoldOut& settings, TimeMs now) {
    const int quarter = quarter_of(now);
    Trial trial;
    trial.from = begin_of(quarter);
    trial.until = begin_of(quarter + 1);
    trial.plan.id = name_of(quarter);
    trial.plan.layer = "hold_out";
    trial.plan.arms = {{std::string(hold_out_arm), settings.share}, {std::string(served_arm), 1 - settings.share}};
    trial.window_ms = settings.window_ms;
    trial.guard = 0;
    return trial;
}

std::optional<Trial> hold_out_named(const HoldOut& settings, std::string_view name) {
    if (settings.share <= 0 || !name.starts_with(hold_out_prefix)) return std::nullopt;
    const std::string_view quarter = name.substr(hold_out_prefix.size());
    const auto year = quarter.size() == 6 ? parse_time(std::string(quarter.substr(0, 4)) + "-01-01")
                                          : fail(ErrorCode::invalid_input, "");
    if (!year) return std::nullopt;
    for (int i = 0; i < 4; ++i)
        if (const int one = quarter_of(*year) + i; name == name_of(one)) return hold_out_of(settings, begin_of(one));
    return std::nullopt;
}

Result<void> valid(const Programme& programme) {
    const HoldOut& hold_out = programme.hold_out;
    if (!(hold_out.share >= 0 && hold_out.share < 1) || hold_out.window_ms <= 0)
        return fail(
            ErrorCode::invalid_input,
            fmt::format("hold_out: its share must lie from 0 to below 1 and its window above 0; they are {} and {} ms",
                        hold_out.share, hold_out.window_ms));
    std::set<std::string_view> names;
    for (const Trial& trial : programme.trials) {
        if (auto good = valid_trial(trial); !good) return good;
        if (!names.insert(trial.plan.id).second)
            return fail(ErrorCode::invalid_input, fmt::format("experiment {}: its name comes twice", trial.plan.id));
    }
    for (std::size_t i = 0; i < programme.trials.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (meet(programme.trials[i], programme.trials[j]))
                return fail(
                    ErrorCode::invalid_input,
                    fmt::format(
                        "experiments {} and {} share a part of layer {} at the same time; give them parts that do "
                        "not meet, as in part = [0, 0.5] and part = [0.5, 1], or another layer",
                        programme.trials[j].plan.id, programme.trials[i].plan.id, programme.trials[i].plan.layer));
    return {};
}

std::vector<Assigned> arms_at(const Programme& programme, const Units& units, TimeMs now) {
    std::vector<Assigned> arms;
    if (programme.hold_out.share > 0) assign(hold_out_of(programme.hold_out, now), units, arms);
    if (held_out(arms)) return arms;
    for (const Trial& trial : programme.trials)
        if (runs(trial, now)) assign(trial, units, arms);
    return arms;
}

std::string variant_of(const std::vector<Assigned>& arms) {
    std::string name;
    for (const Assigned& assigned : arms) {
        if (assigned.arm == hold_out_arm && assigned.experiment.starts_with(hold_out_prefix))
            return std::string(hold_out_arm);
        if (assigned.experiment.starts_with(hold_out_prefix)) continue;
        name += (name.empty() ? "" : "+") + assigned.experiment + ":" + assigned.arm;
    }
    return name.empty() ? std::string(own_variant) : name;
}

bool held_out(const std::vector<Assigned>& arms) { return variant_of(arms) == hold_out_arm; }

}  // namespace vitrina::experiment
