#pragma once
// [hold_out] and [experiment.NAME] of a shop's `vitrina.toml`: who is in which arm, and what each arm answers with.
//
// An arm changes placements, by the keys of [placement.NAME]; what it does not name is as the shop has it. A person may be in an arm
// of several experiments (of different layers): then their changes add up in the order of the experiments' names, and a variant is
// made for every combination, at most `variants_max` of them.
// Threads: values. Errors: invalid_input with line, key and what would be right.

#include <map>
#include <string>

#include <toml++/toml.h>

#include "base/error.hpp"
#include "experiment/trial.hpp"
#include "settings/placements.hpp"

namespace vitrina::settings {

inline constexpr std::size_t variants_max = 64;
inline constexpr double hold_out_share = 0.05;  // where the file does not say

struct Experiments {
    experiment::Programme programme;
    std::map<std::string, Placements> variants;  // by name, as experiment::variant_of gives it; without the shop's own
};

// `root` is the whole file, `own` the shop's placements, already read. Tables that it lacks mean: a hold-out as by default, no trials.
Result<Experiments> read_experiments(const toml::table& root, const Placements& own);

// What a shop shows on its first day, with no recommender: best sellers, on a product's page those of its category; a person's own
// past as listings have it.
Placements first_day(Placements own);

}  // namespace vitrina::settings
