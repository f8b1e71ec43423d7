#pragma once
// How an item does where it is recommended, beside what any item would have done in the same places: its lift. 2: twice as often ordered
// for being shown as the shop's mean, 1: like it.
//
// An order for an exposure is a click for an exposure times an order for a click; each rate is smoothed item → category → shop
// (feedback::SmoothedRates), and the lift is their product over the shop's.
// Places differ: the first is looked at most. So exposures count by how much their place is clicked, and that is found together with
// what the items are worth, or good items that stand on top would make the top look good: shown(i, b) · attention(b) · worth(i) is the
// expected number of clicks (the position-based model), fitted by turns, a fixed number of rounds, both held towards 1 while clicks are few.
// Source: position-based model: Richardson et al. (2007), "Predicting clicks"; fit of a table by its margins: Deming and Stephan (1940).
// Threads: pure functions. Units: exposures and clicks of one placement. Precondition: items ascending by key, so that sums have one order.
// Not an error: no clicks at all (every lift is 1); more clicks than exposures, as where exposures were lost.

#include <array>
#include <cstdint>
#include <vector>

#include "base/keys.hpp"
#include "feedback/smoothed_rates.hpp"
#include "feedback/success.hpp"

namespace vitrina::feedback {

using ByBucket = std::array<std::int64_t, position_buckets>;

// Of one item in one placement.
struct PlacedCounts {
    ItemKey item{};
    std::uint64_t category = 0;  // as ItemTrials
    ByBucket shown{}, clicks{};
    std::int64_t purchases = 0;
};

// What is known of an item's two rates, as posteriors.
struct Known {
    Beta clicks;  // an exposure in the mean place
    Beta orders;  // a click
};

class PlacedLifts {
public:
    explicit PlacedLifts(const std::vector<PlacedCounts>& items);

    // Of an item that was never shown: its category's.
    double lift(ItemKey item, std::uint64_t category) const;
    // Priors weigh at most `prior_most` exposures, and as many clicks.
    Known known(ItemKey item, std::uint64_t category, double prior_most) const;
    // How much a place is clicked, beside the mean exposure.
    const std::array<double, position_buckets>& attention() const { return attention_; }

private:
    std::array<double, position_buckets> attention_;
    SmoothedRates clicks_, orders_;  // orders: of clicks
};

}  // namespace vitrina::feedback
