#include "feedback/smoothed_rates.hpp"

#include <algorithm>

namespace vitrina::feedback {
namespace {

constexpr double weakest = 1, strongest = 1e6;  // exposures

Trials possible(Trials trials) {
    trials.exposures = std::max<std::int64_t>(0, trials.exposures);
    trials.successes = std::clamp<std::int64_t>(trials.successes, 0, trials.exposures);
    return trials;
}

Trials sum_of(const std::vector<Trials>& groups) {
    Trials sum;
    for (const Trials& group : groups) {
        sum.exposures += possible(group).exposures;
        sum.successes += possible(group).successes;
    }
    return sum;
}

double share(const Trials& trials) {
    return trials.exposures == 0 ? 0.0 : static_cast<double>(trials.successes) / static_cast<double>(trials.exposures);
}

// What is left of the spread between groups when that of chance is taken away: Σ n(p̂−m)² is m(1−m)·Σ(1−n/N) + V·(N−Σn²/N) on average.
struct Spread {
    double observed = 0, by_chance = 0, weight = 0;
    void add(const std::vector<Trials>& groups, double mean, double total) {
        for (const Trials& one : groups) {
            const Trials group = possible(one);
            if (group.exposures == 0) continue;
            const auto n = static_cast<double>(group.exposures);
            observed += n * (share(group) - mean) * (share(group) - mean);
            by_chance += mean * (1 - mean) * (1 - n / total);
            weight += n - n * n / total;
            scale += n * mean * (1 - mean);
            exposures += n;
        }
    }
    double scale = 0, exposures = 0;
    double strength() const {
        if (weight <= 0 || exposures <= 0) return strongest;
        const double between = (observed - by_chance) / weight;
        const double chance = scale / exposures;  // the mean of m(1−m)
        return between <= 0 ? strongest : std::clamp(chance / between - 1, weakest, strongest);
    }
};

}  // namespace

double Beta::rate(const Trials& own) const {
    const Trials trials = possible(own);
    const double exposures = static_cast<double>(trials.exposures) + strength;
    return exposures <= 0 ? mean : (static_cast<double>(trials.successes) + mean * strength) / exposures;
}

Beta prior_of(const std::vector<Trials>& groups, double mean) {
    const Trials all = sum_of(groups);
    const double middle = mean < 0 ? share(all) : mean;
    Spread spread;
    spread.add(groups, middle, static_cast<double>(all.exposures));
    return {middle, spread.strength()};
}

SmoothedRates::SmoothedRates(const std::vector<ItemTrials>& items) {
    std::map<std::uint64_t, std::vector<Trials>> by_category;
    for (const ItemTrials& item : items) {
        items_[item.item] = possible(item.trials);
        by_category[item.category].push_back(item.trials);
    }
    std::vector<Trials> sums;
    for (const auto& [category, of_it] : by_category) sums.push_back(sum_of(of_it));
    const Beta shop = prior_of(sums);
    shop_ = shop.mean;
    Spread within;
    for (const auto& [category, of_it] : by_category) {
        const Trials sum = sum_of(of_it);
        if (category != 0) categories_[category] = shop.rate(sum);
        if (sum.exposures > 0) within.add(of_it, share(sum), static_cast<double>(sum.exposures));
    }
    strength_ = within.strength();
}

double SmoothedRates::category(std::uint64_t category) const {
    const auto found = categories_.find(category);
    return found == categories_.end() ? shop_ : found->second;
}

double SmoothedRates::item(ItemKey item, std::uint64_t category) const {
    const auto found = items_.find(item);
    return Beta{this->category(category), strength_}.rate(found == items_.end() ? Trials{} : found->second);
}

Beta SmoothedRates::posterior(ItemKey item, std::uint64_t category, double prior_most) const {
    const auto found = items_.find(item);
    const Trials own = found == items_.end() ? Trials{} : found->second;
    const Beta prior{this->category(category), std::min(strength_, prior_most)};
    return {prior.rate(own), prior.strength + static_cast<double>(own.exposures)};
}

double SmoothedRates::item_without(ItemKey item, std::uint64_t category, bool succeeded) const {
    const auto found = items_.find(item);
    Trials trials = found == items_.end() ? Trials{} : found->second;
    if (trials.exposures > 0) --trials.exposures;
    if (succeeded && trials.successes > 0) --trials.successes;
    return Beta{this->category(category), strength_}.rate(trials);
}

}  // namespace vitrina::feedback
