#pragma once
// What a host tells the border when it opens it: the shops with their keys, and the limits of the folds.
//
//   {"shops": {"default": "<64 hex digits>"}, "fold": {"facts": 512, …}, "feedback": {"click_horizon": 604800000, …}}
//
// "fold" and "feedback" may be left out; their names are those of state::FoldLimits, feedback::Rules and feedback::ShopperLimits, times in
// milliseconds. All hosts of a cluster must be given the same. For tests of
// faults there is a third key, "broken_event".
// Lifetime: a value. Threads: immutable.
// Errors: invalid_input naming the key, never showing a shop's secret.

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/keys.hpp"
#include "feedback/shopper.hpp"
#include "state/folds.hpp"

namespace vitrina::border {

struct Configuration {
    std::map<std::string, ShopKey, std::less<>> shops;
    state::FoldLimits fold;
    feedback::Settings feedback;
    std::string broken_event;  // folding the event of this id breaks an invariant, on purpose; empty for none
};

Result<Configuration> read_configuration(std::string_view json);

}  // namespace vitrina::border
