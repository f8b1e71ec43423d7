#include "engine/experiments.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "engine/item_costs.hpp"
#include "feedback/orders.hpp"

namespace vitrina::engine {

namespace {

using experiment::Trial;
using experiment::UnitOutcome;

using Units = std::unordered_map<std::string, UnitOutcome>;

Result<Units> units_of(Engine& engine, const Trial& trial) {
    Units units;
    const auto read = engine.each_trigger(trial.plan.id, [&](const Trigger& trigger) {
        const auto arm = std::ranges::find(trial.plan.arms, trigger.arm, &experiment::Arm::name);
        if (arm == trial.plan.arms.end()) return;  // of an arm that the shop has taken away since
        UnitOutcome& unit = units[trigger.unit];
        unit.arm = static_cast<std::size_t>(arm - trial.plan.arms.begin());
        unit.first = trigger.first;
        unit.mixed = trigger.mixed;
    });
    if (!read) return std::unexpected(read.error());
    return units;
}

std::string_view unit_id(const event::Event& event, const Trial& trial) {
    return trial.unit == experiment::Unit::visitor ? event.visitor_id : event.user_id;
}

// The currency of most of the orders.
std::string usual_currency(const feedback::Orders& orders) {
    std::map<std::string, std::size_t> counts;
    orders.each([&](const std::string&, const feedback::Order& order) { ++counts[order.currency]; });
    const auto most = std::ranges::max_element(counts, {}, [](const auto& one) { return one.second; });
    return most == counts.end() ? std::string() : most->first;
}

std::optional<double> margin_of(const feedback::Order& order, const ItemCosts& costs) {
    MoneyMicros margin = order.value;
    for (const auto& [item, quantity] : order.items) {
        const auto cost = costs.of(item, quantity, order.currency);
        if (!cost) return std::nullopt;
        margin -= *cost;
    }
    return money_number(margin);
}

}  // namespace

std::vector<Trial> trials_of(const Engine& engine) {
    const experiment::Programme programme = engine.programme();
    std::vector<Trial> trials;
    if (programme.hold_out.share > 0) trials.push_back(hold_out_of(programme.hold_out, engine.now()));
    trials.insert(trials.end(), programme.trials.begin(), programme.trials.end());
    return trials;
}

Result<Trial> trial_named(const Engine& engine, const std::string& name) {
    std::vector<std::string> names;
    for (Trial& trial : trials_of(engine)) {
        names.push_back(trial.plan.id);
        if (trial.plan.id == name ||
            (name == experiment::hold_out_arm && trial.plan.id.starts_with(experiment::hold_out_prefix)))
            return std::move(trial);
    }
    if (const auto past = experiment::hold_out_named(engine.programme().hold_out, name)) return *past;
    return fail(ErrorCode::not_found, fmt::format("there is no experiment {}; {}", name,
                                                  names.empty() ? "none is configured"
                                                                : fmt::format("there are {}", fmt::join(names, ", "))));
}

Result<ShopAnalysis> analysis_of(Engine& engine, const Trial& trial, const experiment::AnalysisSettings& settings) {
    auto units = units_of(engine, trial);
    if (!units) return std::unexpected(units.error());
    ShopAnalysis shop;
    feedback::Orders orders;
    Units bots;
    const auto read = engine.each_event([&](const event::Event& event) {
        const auto unit = units->find(std::string(unit_id(event, trial)));
        if (unit == units->end()) return;
        if (event.bot) bots.emplace(*unit);
        orders.add(event, unit->first);
    });
    if (!read) return std::unexpected(read.error());
    for (const auto& [bot, outcome] : bots) units->erase(bot);
    shop.bots = bots.size();
    shop.currency = usual_currency(orders);
    const ItemCosts costs(engine);
    orders.each([&](const std::string& person, const feedback::Order& order) {
        const auto unit = units->find(person);
        if (unit == units->end()) return;
        const bool usual = order.currency == shop.currency;
        shop.other_currencies += usual ? 0 : 1;
        unit->second.orders.push_back({order.time - unit->second.first, usual ? money_number(order.value) : 0.0,
                                       usual ? margin_of(order, costs) : std::nullopt});
    });
    std::vector<UnitOutcome> outcomes;
    for (auto& [id, unit] : *units) outcomes.push_back(std::move(unit));
    experiment::AnalysisSettings now = settings;
    now.now = engine.now();
    shop.analysis = analyse(trial, outcomes, now);
    shop.ended_for = trial.ended_for;
    return shop;
}

Result<FrozenShop> frozen_shop(Engine& engine, TimeMs from, TimeMs window_ms) {
    std::map<std::string, TimeMs> first;
    TimeMs last = 0;
    feedback::Orders orders;
    const auto read = engine.each_event([&](const event::Event& event) {
        if (event.bot || event.guest) return;
        const auto seen = first.emplace(event.visitor_id, event.time).first;
        seen->second = std::min(seen->second, event.time);
        last = std::max(last, event.time);
        orders.add(event, event.visitor_id);
    });
    if (!read) return std::unexpected(read.error());
    if (first.empty())
        return fail(ErrorCode::conflict, "the log has nobody to draw lots about; import a past with orders first");
    if (from == 0) from = last - window_ms + 1;
    FrozenShop shop{.from = from, .until = from + window_ms, .units = {}, .currency = usual_currency(orders)};
    std::map<std::string_view, std::size_t> numbers;
    for (const auto& [visitor, seen] : first)
        if (seen < shop.until) {
            numbers.emplace(visitor, shop.units.size());
            shop.units.push_back({visitor, {}});
        }
    if (shop.units.empty())
        return fail(ErrorCode::conflict, fmt::format("the log knows nobody before {}; its last event is of {}",
                                                     iso_time(shop.until), iso_time(last)));
    orders.each([&](const std::string& visitor, const feedback::Order& order) {
        if (order.time < shop.from || order.time >= shop.until || order.currency != shop.currency) return;
        if (const auto unit = numbers.find(visitor); unit != numbers.end())
            shop.units[unit->second].orders.push_back({order.time - shop.from, money_number(order.value)});
    });
    return shop;
}

}  // namespace vitrina::engine
