#pragma once
// Rates of success that can be believed: few exposures say little, so an item's rate is pulled towards its category's, and that
// towards the shop's, by as much as rates differ between items.
//
// Model: k of n exposures succeed, k ~ Binomial(n, p), p ~ Beta(m·s, (1−m)·s); the posterior mean is (k + m·s) / (n + s). The
// prior's strength s is found from the data by moments, once for items within their categories and once for categories within
// the shop: with V the variance of p between groups, s = m(1−m)/V − 1.
// Source: empirical Bayes with the beta-binomial by moments, Kleinman (1973), "Proportions with extraneous variance".
// Threads: pure functions. Units: rates are successes an exposure, 0 to 1.
// Precondition: 0 ≤ successes; where there are more successes than exposures (lost exposures, several carts) they count as equal.
// Not an error: nothing at all (rate 0, strength at its largest). Cost: linear in the items.

#include <cstdint>
#include <map>
#include <vector>

#include "base/keys.hpp"

namespace vitrina::feedback {

struct Trials {
    std::int64_t exposures = 0, successes = 0;
    bool operator==(const Trials&) const = default;
};

struct Beta {
    double mean = 0;
    double strength = 0;  // in exposures: so many of the group's own weigh as much as the prior
    double rate(const Trials& own) const;
};

// The prior of groups of trials that share a mean. `mean` is given, as that of the level above, or found where negative.
Beta prior_of(const std::vector<Trials>& groups, double mean = -1);

struct ItemTrials {
    ItemKey item{};
    std::uint64_t category = 0;  // hash of its name; 0: none, and the shop's rate is its prior
    Trials trials;
};

class SmoothedRates {
public:
    explicit SmoothedRates(const std::vector<ItemTrials>& items);
    double shop() const { return shop_; }
    double category(std::uint64_t category) const;  // the shop's where it is not known
    double item(ItemKey item, std::uint64_t category) const;
    // The item's rate with what is known of it: mean and strength of its posterior, whose prior weighs at most `prior_most` exposures.
    Beta posterior(ItemKey item, std::uint64_t category, double prior_most) const;
    // The item's rate without one exposure of its own and what became of it: a training row must not know its outcome.
    double item_without(ItemKey item, std::uint64_t category, bool succeeded) const;

private:
    double shop_ = 0;
    double strength_ = 0;  // of the category's rate as the prior of its items
    std::map<std::uint64_t, double> categories_;
    std::map<ItemKey, Trials> items_;
};

}  // namespace vitrina::feedback
