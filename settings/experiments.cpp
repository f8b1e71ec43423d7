#include "settings/experiments.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <ranges>
#include <set>
#include <utility>
#include <vector>

#include "base/plain_text.hpp"
#include "settings/toml_values.hpp"

namespace vitrina::settings {

namespace {

using experiment::HoldOut;
using experiment::Trial;

constexpr std::size_t name_bytes_max = 64;

template <class Value>
Result<void> assign(Result<Value> value, Value& field) {
    if (!value) return std::unexpected(value.error());
    field = std::move(*value);
    return {};
}

Error not_a_key(const toml::node& value, const std::string& key, const std::vector<std::string>& known) {
    return wrong_value(value, key, fmt::format("is not a key; known here are {}", fmt::join(known, ", ")));
}

Result<TimeMs> time_of(const toml::node& value, const std::string& key) {
    const auto text = value.value_exact<std::string>();
    const auto time = text ? parse_time(*text) : fail(ErrorCode::invalid_input, "");
    if (time) return *time;
    return std::unexpected(
        wrong_value(value, key, "must be a time in quotes, as in \"2026-12-01\" or \"2026-12-01T09:00:00Z\""));
}

Result<void> read_part(Trial& trial, const toml::node& value, const std::string& key) {
    const toml::array* array = value.as_array();
    if (array == nullptr || array->size() != 2)
        return std::unexpected(wrong_value(value, key, "must be two shares of the layer, as in [0, 0.5]"));
    if (auto read = assign(number_of(*array->get(0), key), trial.plan.layer_from); !read) return read;
    return assign(number_of(*array->get(1), key), trial.plan.layer_to);
}

Result<void> read_unit(Trial& trial, const toml::node& value, const std::string& key) {
    const auto text = text_of(value, key);
    if (!text) return std::unexpected(text.error());
    if (*text != "visitor" && *text != "user")
        return std::unexpected(
            wrong_value(value, key, fmt::format("is \"{}\"; known are \"visitor\" and \"user\"", *text)));
    trial.unit = *text == "user" ? experiment::Unit::user : experiment::Unit::visitor;
    return {};
}

// State, counters and models are the shop's; an arm that learns by itself would need its own of all of them.
Result<void> read_learning(const toml::node& value, const std::string& key) {
    const auto text = text_of(value, key);
    if (!text) return std::unexpected(text.error());
    if (*text == "shared") return {};
    return std::unexpected(wrong_value(
        value, key,
        fmt::format("is \"{}\"; only \"shared\" is available: all arms learn from what all visitors do", *text)));
}

// A bare number is milliseconds: 14 days are "14d".
Result<void> read_window(TimeMs& window_ms, const toml::node& value, const std::string& key) {
    if (auto read = assign(duration_of(value, key), window_ms); !read) return read;
    if (window_ms < hour_ms)
        return std::unexpected(
            wrong_value(value, key, fmt::format("is {} ms; it must be an hour at least, as in \"14d\"", window_ms)));
    return {};
}

using Reader = std::function<Result<void>(Trial&, const toml::node&, const std::string&)>;

const std::vector<std::pair<std::string, Reader>>& readers() {
    static const std::vector<std::pair<std::string, Reader>> all = {
        {"layer", [](Trial& trial, const toml::node& value,
                     const std::string& key) { return assign(text_of(value, key), trial.plan.layer); }},
        {"part", read_part},
        {"ramp", [](Trial& trial, const toml::node& value,
                    const std::string& key) { return assign(number_of(value, key), trial.plan.ramp); }},
        {"unit", read_unit},
        {"from", [](Trial& trial, const toml::node& value,
                    const std::string& key) { return assign(time_of(value, key), trial.from); }},
        {"until", [](Trial& trial, const toml::node& value,
                     const std::string& key) { return assign(time_of(value, key), trial.until); }},
        {"window", [](Trial& trial, const toml::node& value,
                      const std::string& key) { return read_window(trial.window_ms, value, key); }},
        {"guard", [](Trial& trial, const toml::node& value,
                     const std::string& key) { return assign(number_of(value, key), trial.guard); }},
        {"learning",
         [](Trial&, const toml::node& value, const std::string& key) { return read_learning(value, key); }}};
    return all;
}

// What an arm changes, kept as it is written until the shop's own placements are known.
using Change = std::pair<std::string, const toml::node*>;
struct ArmChanges {
    std::string arm;
    std::vector<Change> changes;
};
struct Wanted {
    Trial trial;
    std::vector<ArmChanges> arms;
};

Result<void> read_arm(Wanted& wanted, const std::string& name, const toml::node& value, const std::string& key) {
    const toml::table* table = value.as_table();
    if (table == nullptr) return std::unexpected(wrong_value(value, key, "must be a table, as in [" + key + "]"));
    experiment::Arm arm{.name = name};
    ArmChanges changes{.arm = name, .changes = {}};
    for (const auto& [field, node] : *table) {
        const std::string inner = key + "." + std::string(field.str());
        if (field.str() == "share") {
            if (auto read = assign(number_of(node, inner), arm.share); !read) return read;
        } else if (const toml::table* placements = field.str() == "placement" ? node.as_table() : nullptr) {
            for (const auto& [placement, settings] : *placements)
                changes.changes.emplace_back(std::string(placement.str()), &settings);
        } else {
            return std::unexpected(not_a_key(node, inner, {"share", "placement.NAME"}));
        }
    }
    wanted.trial.plan.arms.push_back(std::move(arm));
    wanted.arms.push_back(std::move(changes));
    return {};
}

// The arm called control comes first, whatever the alphabet says.
void put_control_first(Wanted& wanted) {
    const auto control = std::ranges::find(wanted.arms, "control", &ArmChanges::arm);
    if (control == wanted.arms.end()) return;
    const auto place = control - wanted.arms.begin();
    std::rotate(wanted.arms.begin(), control, control + 1);
    auto& arms = wanted.trial.plan.arms;
    std::rotate(arms.begin(), arms.begin() + place, arms.begin() + place + 1);
}

Result<void> read_trial(Wanted& wanted, const std::string& name, const toml::node& value) {
    const std::string key = "experiment." + name;
    const toml::table* table = value.as_table();
    if (table == nullptr) return std::unexpected(wrong_value(value, key, "must be a table, as in [" + key + "]"));
    if (name.empty() || name.size() > name_bytes_max || !is_plain_text(name))
        return std::unexpected(wrong_value(
            value, "experiment",
            fmt::format("has a table whose name is empty, longer than {} bytes or not plain text", name_bytes_max)));
    wanted.trial.plan = {.id = name, .layer = "answers", .arms = {}};
    for (const auto& [field, node] : *table) {
        const std::string text(field.str()), inner = key + "." + text;
        const auto reader = std::ranges::find(readers(), text, &std::pair<std::string, Reader>::first);
        Result<void> read;
        if (reader != readers().end()) {
            read = reader->second(wanted.trial, node, inner);
        } else if (const toml::table* arms = text == "arm" ? node.as_table() : nullptr) {
            for (const auto& [arm, settings] : *arms)
                if (read = read_arm(wanted, std::string(arm.str()), settings, inner + "." + std::string(arm.str()));
                    !read)
                    break;
        } else {
            std::vector<std::string> known = {"arm.NAME"};
            for (const auto& [name_of, reader_of] : readers()) known.push_back(name_of);
            read = std::unexpected(not_a_key(node, inner, known));
        }
        if (!read) return read;
    }
    put_control_first(wanted);
    return {};
}

Result<void> read_hold_out(HoldOut& hold_out, const toml::node& value) {
    const toml::table* table = value.as_table();
    if (table == nullptr) return std::unexpected(wrong_value(value, "hold_out", "must be a table, as in [hold_out]"));
    for (const auto& [field, node] : *table) {
        const std::string key = "hold_out." + std::string(field.str());
        Result<void> read;
        if (field.str() == "share") {
            read = assign(number_of(node, key), hold_out.share);
        } else if (field.str() == "window") {
            read = read_window(hold_out.window_ms, node, key);
        } else if (field.str() == "shows") {
            const auto text = text_of(node, key);
            if (!text) return std::unexpected(text.error());
            if (*text != "first_day" && *text != "nothing")
                return std::unexpected(
                    wrong_value(node, key, fmt::format("is \"{}\"; known are \"first_day\" and \"nothing\"", *text)));
            hold_out.shows_items = *text == "first_day";
        } else {
            read = std::unexpected(not_a_key(node, key, {"share", "shows", "window"}));
        }
        if (!read) return read;
    }
    return {};
}

Placements nothing_shown(Placements own) {
    for (auto& [name, settings] : own) {
        settings.sources.clear();
        settings.fallback.clear();
        settings.explore = {};
    }
    return own;
}

// A person in an experiment's layer but not in it: only the others' arms change what is shown.
struct Combination {
    std::vector<experiment::Assigned> arms;
    std::set<std::string> layers;  // of the arms; trials of one layer have nobody in common
    Placements placements;
};

// A placement that the arm alone has would be unknown to everybody else, and is more likely a slip.
Result<void> change_placement(Placements& placements, const std::string& name, const toml::node& value) {
    if (!placements.contains(name))
        return std::unexpected(wrong_value(
            value, "placement." + name,
            fmt::format("is no placement of the shop, so an arm cannot change it; there are {}; a new one needs "
                        "[placement.{}] beside the experiment",
                        fmt::join(std::views::keys(placements), ", "), name)));
    return read_placement(placements, name, value);
}

Result<std::vector<Combination>> with_arms_of(const Wanted& wanted, const std::vector<Combination>& before) {
    std::vector<Combination> after = before;
    for (const Combination& so_far : before) {
        if (so_far.layers.contains(wanted.trial.plan.layer)) continue;
        for (const ArmChanges& arm : wanted.arms) {
            Combination next = so_far;
            next.layers.insert(wanted.trial.plan.layer);
            next.arms.push_back({wanted.trial.plan.id, arm.arm});
            for (const auto& [placement, settings] : arm.changes)
                if (auto read = change_placement(next.placements, placement, *settings); !read)
                    return std::unexpected(read.error());
            after.push_back(std::move(next));
        }
    }
    if (after.size() > variants_max)
        return fail(
            ErrorCode::invalid_input,
            fmt::format("the experiments have more than {} combinations of arms; put some of them into one layer, in "
                        "parts that do not meet",
                        variants_max));
    return after;
}

}  // namespace

Placements first_day(Placements own) {
    for (auto& [name, settings] : own) {
        if (settings.only_known == state::Action::buy)
            settings.sources = {"bought_before"};
        else if (settings.only_known == state::Action::view)
            settings.sources = {"recently_viewed"};
        else if (settings.needs_item)
            settings.sources = {"same_category"};
        else if (!settings.personal)  // a listing: it is what it says
            std::erase(settings.sources, "new_for_you");
        else
            settings.sources = {"popular"};
        settings.weights.clear();
        settings.success = 0;
        settings.explore = {};
        settings.from_shown = 0;
        settings.objective = recommendation::Objective::click;
    }
    if (const auto listing = own.find("new"); listing != own.end()) listing->second.sources = {"new"};
    return own;
}

Result<Experiments> read_experiments(const toml::table& root, const Placements& own) {
    Experiments experiments;
    experiments.programme.hold_out.share = hold_out_share;
    if (const toml::node* table = root.get("hold_out"))
        if (auto read = read_hold_out(experiments.programme.hold_out, *table); !read)
            return std::unexpected(read.error());
    std::vector<Combination> combinations = {{{}, {}, own}};
    if (const toml::node* trials = root.get("experiment"); trials != nullptr && !trials->is_table())
        return std::unexpected(wrong_value(*trials, "experiment", "must be a table, as in [experiment.cart]"));
    if (const toml::table* trials = root["experiment"].as_table())
        for (const auto& [name, table] : *trials) {
            Wanted wanted;
            if (auto read = read_trial(wanted, std::string(name.str()), table); !read)
                return std::unexpected(read.error());
            experiments.programme.trials.push_back(wanted.trial);
            auto next = with_arms_of(wanted, combinations);
            if (!next) return std::unexpected(next.error());
            combinations = std::move(*next);
        }
    if (auto good = experiment::valid(experiments.programme); !good) return std::unexpected(good.error());
    for (Combination& combination : combinations)
        if (!combination.arms.empty()) {
            if (auto good = check_changed(combination.placements); !good) return std::unexpected(good.error());
            experiments.variants.emplace(experiment::variant_of(combination.arms), std::move(combination.placements));
        }
    const HoldOut& hold_out = experiments.programme.hold_out;
    if (hold_out.share > 0)
        experiments.variants.emplace(experiment::hold_out_arm,
                                     hold_out.shows_items ? first_day(own) : nothing_shown(own));
    return experiments;
}

}  // namespace vitrina::settings
