#include "engine/trial_guard.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "engine/experiments.hpp"
#include "experiment/guard.hpp"

namespace vitrina::engine {

namespace {

constexpr std::string_view looked_note = "guards looked";

std::string note_name(const experiment::Trial& trial) { return "ended " + trial.plan.id; }

// Of what the configuration says of it.
std::uint64_t identity_of(const experiment::Trial& trial) {
    std::string text = fmt::format("{} {} {} {} {} {} {} {} {} {}", trial.plan.id, trial.plan.layer,
                                   trial.plan.layer_from, trial.plan.layer_to, trial.plan.ramp,
                                   static_cast<int>(trial.unit), trial.from, trial.until, trial.window_ms, trial.guard);
    for (const experiment::Arm& arm : trial.plan.arms) text += fmt::format(" {} {}", arm.name, arm.share);
    return text_hash(text);
}

// Identity and time in 16 digits each, then why.
std::string note_of(const experiment::Trial& trial, TimeMs at, const std::string& why) {
    return fmt::format("{:016x} {:016x} {}", identity_of(trial), static_cast<std::uint64_t>(at), why);
}

void apply_note(experiment::Trial& trial, const std::string& note) {
    constexpr std::size_t why_at = 34;
    if (note.size() < why_at || std::strtoull(note.substr(0, 16).c_str(), nullptr, 16) != identity_of(trial)) return;
    trial.until = static_cast<TimeMs>(std::strtoull(note.substr(17, 16).c_str(), nullptr, 16));
    trial.ended_for = note.substr(why_at);
}

std::string percent(double share) { return fmt::format("{:+.1f} %", 100 * share); }

}  // namespace

TrialGuard::TrialGuard(Database& database, experiment::Programme programme) : database_(database) {
    for (experiment::Trial& trial : programme.trials) {
        const auto note = database_.get(Family::meta, note_name(trial));
        if (note && *note) apply_note(trial, **note);
    }
    programme_ = std::make_shared<const experiment::Programme>(std::move(programme));
}

std::shared_ptr<const experiment::Programme> TrialGuard::programme() const {
    const std::lock_guard lock(mutex_);
    return programme_;
}

Result<void> TrialGuard::look(Engine& engine) {
    for (const experiment::Trial& trial : programme()->trials)
        if (auto looked = look_at(engine, trial); !looked) return looked;
    return {};
}

Result<void> TrialGuard::look_if_due(Engine& engine) {
    const auto note = database_.get(Family::meta, looked_note);
    if (!note) return std::unexpected(note.error());
    const TimeMs now = engine.now();
    const TimeMs looked = *note ? static_cast<TimeMs>(std::strtoull((*note)->c_str(), nullptr, 10)) : 0;
    if (now < looked + day_ms) return {};
    if (auto done = look(engine); !done) return done;
    return database_.put(Family::meta, looked_note, std::to_string(now), true);
}

Result<void> TrialGuard::look_at(Engine& engine, const experiment::Trial& trial) {
    const TimeMs now = engine.now();
    if (trial.guard <= 0 || now < trial.from || now >= trial.until) return {};
    const auto shop = analysis_of(engine, trial, {.confidence = experiment::guard_confidence});
    if (!shop) return std::unexpected(shop.error());
    const auto breach = experiment::breach(trial, shop->analysis);
    if (!breach) return {};
    return end(trial, now,
               fmt::format("{} of arm {} is {} [{}, {}] against {}", breach->what, breach->arm,
                           percent(breach->lift.value), percent(breach->lift.low), percent(breach->lift.high),
                           trial.plan.arms.front().name));
}

// Durable before it takes effect.
Result<void> TrialGuard::end(const experiment::Trial& trial, TimeMs at, const std::string& why) {
    if (auto kept = database_.put(Family::meta, note_name(trial), note_of(trial, at, why), true); !kept) return kept;
    spdlog::warn("experiment {} is ended by its guard: {}", trial.plan.id, why);
    auto next = std::make_shared<experiment::Programme>(*programme());
    const auto ended = std::ranges::find(next->trials, trial.plan.id, [](const auto& one) { return one.plan.id; });
    ended->until = at;
    ended->ended_for = why;
    const std::lock_guard lock(mutex_);
    programme_ = std::move(next);
    return {};
}

}  // namespace vitrina::engine
