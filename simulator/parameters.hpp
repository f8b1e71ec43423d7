#pragma once
// What a shop is made of, as numbers with declared ranges: the published model (docs/simulator.md) has one line for each.
//
// A shop is drawn from the ranges by a seed; `standard()` has the middle values, `null_shop` people who never look at what is
// recommended. Ranges, standard values and the version of the model are frozen: `fingerprint()` must be what frozen.txt says.
// Threads: values and pure functions. Units: days, pages, shares of 1; money in the shop's currency.
// Errors: `set` answers invalid_input for a name that nobody knows and a value with which there would be no shop, or none that ends.

#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace vitrina::simulator {

inline constexpr int model_version = 1;  // of the equations: any change of behaviour is a new one

struct Parameters {
    // The catalogue.
    double items = 1200, leaves = 80, tops = 10, styles = 12;
    double price_median = 28, price_leaf_sd = .7, price_item_sd = .35, margin = .4;
    double appeal_sd = .9, leaf_appeal_sd = .8, season = .4;
    double new_share = .15, out_of_stock = .05, complements = 2.5, refill_leaves = .3, refill_days = 42;
    // The people.
    double taste = .8, style_taste = .5, own_taste = .8, focus = 1.2, price_sensitivity = .8, drift = .04;
    double returning = .42, gap_days = 5, budget = 110, budget_sd = .8;
    double accounts = .35, second_device = .2, cookie_churn = .06, bots = .01;
    // A visit.
    double lands_home = .4, bounce = .4, pages = 11, goal = .4;
    double intent_goal = -4.9, intent_browse = -6.2, intent_sd = 1;
    double listing_look = .85, perceive_sd = .7, click_at = .1, listing_pages = 3, give_up = .1;
    double impulses = 1, complement_want = .5, remember = .8, wanted_bonus = 3.8;
    double checkout = -.9, checkout_intent = .25, satiation_days = 90, refill_loyal = .6, carry = .4;
    // What is recommended.
    double attention = .5, slot_look = .8;
};

struct Range {
    const char* name;
    double Parameters::* field;
    double low, high;  // equal: the same in every shop
};

std::span<const Range> ranges();

inline Parameters standard() { return {}; }
// Precondition: none; the same seed gives the same shop on every machine.
Parameters drawn(std::uint64_t seed);
Parameters null_shop(Parameters parameters);
Result<void> set(Parameters& parameters, std::string_view name, double value);

// 16 hex digits over ranges, standard values and `model_version`.
std::string fingerprint();

}  // namespace vitrina::simulator
