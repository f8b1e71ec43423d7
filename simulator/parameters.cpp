#include "simulator/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/keys.hpp"
#include "simulator/chance.hpp"

namespace vitrina::simulator {

namespace {

using P = Parameters;

constexpr Range table[] = {
    {"items", &P::items, 800, 2000},
    {"leaves", &P::leaves, 50, 110},
    {"tops", &P::tops, 10, 10},
    {"styles", &P::styles, 8, 16},
    {"price_median", &P::price_median, 20, 40},
    {"price_leaf_sd", &P::price_leaf_sd, .6, .8},
    {"price_item_sd", &P::price_item_sd, .25, .45},
    {"margin", &P::margin, .3, .5},
    {"appeal_sd", &P::appeal_sd, .7, 1.1},
    {"leaf_appeal_sd", &P::leaf_appeal_sd, .6, 1},
    {"season", &P::season, .1, .7},
    {"new_share", &P::new_share, .05, .25},
    {"out_of_stock", &P::out_of_stock, .02, .08},
    {"complements", &P::complements, 2, 3},
    {"refill_leaves", &P::refill_leaves, .15, .45},
    {"refill_days", &P::refill_days, 37, 47},
    {"taste", &P::taste, .5, 1.1},
    {"style_taste", &P::style_taste, .3, .7},
    {"own_taste", &P::own_taste, .6, 1},
    {"focus", &P::focus, .9, 1.5},
    {"price_sensitivity", &P::price_sensitivity, .5, 1.1},
    {"drift", &P::drift, 0, .08},
    {"returning", &P::returning, .35, .5},
    {"gap_days", &P::gap_days, 4, 7},
    {"budget", &P::budget, 90, 140},
    {"budget_sd", &P::budget_sd, .7, .9},
    {"accounts", &P::accounts, .2, .5},
    {"second_device", &P::second_device, .1, .3},
    {"cookie_churn", &P::cookie_churn, .03, .1},
    {"bots", &P::bots, 0, .02},
    {"lands_home", &P::lands_home, .3, .5},
    {"bounce", &P::bounce, .35, .45},
    {"pages", &P::pages, 10, 12},
    {"goal", &P::goal, .3, .5},
    {"intent_goal", &P::intent_goal, -4.9, -4.9},
    {"intent_browse", &P::intent_browse, -6.2, -6.2},
    {"intent_sd", &P::intent_sd, .8, 1.2},
    {"listing_look", &P::listing_look, .8, .9},
    {"perceive_sd", &P::perceive_sd, .5, .9},
    {"click_at", &P::click_at, .1, .1},
    {"listing_pages", &P::listing_pages, 3, 3},
    {"give_up", &P::give_up, .05, .15},
    {"impulses", &P::impulses, .7, 1.3},
    {"complement_want", &P::complement_want, .4, .6},
    {"remember", &P::remember, .7, .9},
    {"wanted_bonus", &P::wanted_bonus, 3.8, 3.8},
    {"checkout", &P::checkout, -.9, -.9},
    {"checkout_intent", &P::checkout_intent, .2, .3},
    {"satiation_days", &P::satiation_days, 60, 120},
    {"refill_loyal", &P::refill_loyal, .5, .7},
    {"carry", &P::carry, .3, .5},
    {"attention", &P::attention, .35, .65},
    {"slot_look", &P::slot_look, .7, .9},
};

}  // namespace

std::span<const Range> ranges() { return table; }

Parameters drawn(std::uint64_t seed) {
    Parameters parameters;
    const Chance chance{seed};
    std::uint64_t number = 0;
    for (const Range& range : table)
        parameters.*range.field =
            range.low + (range.high - range.low) * chance.of(Purpose::parameters, ++number).unit();
    return parameters;
}

Parameters null_shop(Parameters parameters) {
    parameters.attention = 0;
    return parameters;
}

namespace {

// Without one of them there is no shop.
constexpr std::string_view counts[] = {"items", "leaves", "tops", "styles"};
constexpr std::string_view above_zero[] = {"price_median", "refill_days",   "gap_days",   "budget",
                                           "pages",        "listing_pages", "perceive_sd"};

struct Bounds {
    double low = 0, high = 0;
    bool whole = false;
};

// Far beyond the ranges that shops are drawn from, but a shop that comes to an end.
Bounds bounds_of(const Range& range) {
    if (std::ranges::find(counts, range.name) != std::end(counts)) return {1, 100 * range.high, true};
    if (std::ranges::find(above_zero, range.name) != std::end(above_zero)) return {.01, 100 * range.high, false};
    return {range.low < 0 ? -20.0 : 0.0, range.high <= 1 ? 10.0 : 100 * range.high, false};
}

}  // namespace

Result<void> set(Parameters& parameters, std::string_view name, double value) {
    const auto* range = std::ranges::find(table, name, [](const Range& each) { return std::string_view(each.name); });
    if (range == std::end(table))
        return fail(ErrorCode::invalid_input,
                    fmt::format("the simulator has no parameter \"{}\"; docs/simulator.md lists them", name));
    const Bounds bounds = bounds_of(*range);
    if (!(value >= bounds.low && value <= bounds.high) || (bounds.whole && value != std::floor(value)))
        return fail(ErrorCode::invalid_input,
                    fmt::format("{} = {} is not {} from {} to {}", name, value,
                                bounds.whole ? "a whole number" : "a number", bounds.low, bounds.high));
    parameters.*range->field = value;
    return {};
}

std::string fingerprint() {
    std::string text = fmt::format("model {}\n", model_version);
    for (const Range& range : table)
        text += fmt::format("{} {} {} {}\n", range.name, range.low, range.high, standard().*range.field);
    return fmt::format("{:016x}", text_hash(text));
}

}  // namespace vitrina::simulator
