#include "feedback/smoothed_rates.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.hpp"

namespace vitrina::feedback {
namespace {

ItemKey item(std::uint64_t number) { return static_cast<ItemKey>(number); }

// A draw from Beta(a, b) with whole a and b: the a-th smallest of a + b − 1 uniform draws.
double beta(Random& random, int a, int b) {
    std::vector<double> draws;
    for (int i = 0; i < a + b - 1; ++i) draws.push_back(random.unit());
    std::ranges::sort(draws);
    return draws[static_cast<std::size_t>(a - 1)];
}

std::int64_t binomial(Random& random, std::int64_t trials, double rate) {
    std::int64_t successes = 0;
    for (std::int64_t i = 0; i < trials; ++i) successes += random.unit() < rate ? 1 : 0;
    return successes;
}

TEST(SmoothedRates, are_a_mean_of_the_prior_and_the_own) {
    const Beta prior{.mean = .1, .strength = 100};
    EXPECT_DOUBLE_EQ(prior.rate({0, 0}), .1);
    EXPECT_DOUBLE_EQ(prior.rate({100, 30}), .2);
    EXPECT_DOUBLE_EQ(prior.rate({100, 300}), (100 + 10) / 200.) << "more successes than exposures are as many";
}

TEST(SmoothedRates, find_the_prior_that_the_groups_were_drawn_from) {
    Random random(3);
    std::vector<Trials> groups;
    for (int i = 0; i < 2000; ++i) {
        const std::int64_t exposures = 50 + static_cast<std::int64_t>(random.below(200));
        groups.push_back({exposures, binomial(random, exposures, beta(random, 4, 36))});
    }
    const Beta prior = prior_of(groups);
    EXPECT_NEAR(prior.mean, .1, .005);
    EXPECT_NEAR(prior.strength, 40, 6);
}

TEST(SmoothedRates, believe_the_prior_alone_where_groups_differ_by_chance_only) {
    Random random(4);
    std::vector<Trials> groups;
    for (int i = 0; i < 500; ++i) groups.push_back({100, binomial(random, 100, .1)});
    EXPECT_GT(prior_of(groups).strength, 1000);
}

TEST(SmoothedRates, of_nothing_are_nothing) {
    const SmoothedRates rates({});
    EXPECT_EQ(rates.shop(), 0);
    EXPECT_EQ(rates.item(item(1), 2), 0);
    EXPECT_EQ(SmoothedRates({{item(1), 0, {0, 5}}}).item(item(1), 0), 0);
}

TEST(SmoothedRates, come_from_the_category_where_the_item_is_new_and_from_the_shop_where_that_is_new) {
    std::vector<ItemTrials> items;
    for (std::uint64_t i = 0; i < 100; ++i) items.push_back({item(i), 1 + i % 2, {1000, i % 2 == 0 ? 20 : 80}});
    const SmoothedRates rates(items);
    EXPECT_NEAR(rates.shop(), .05, 1e-9);
    EXPECT_NEAR(rates.item(item(777), 1), .02, .001);
    EXPECT_NEAR(rates.item(item(777), 2), .08, .001);
    EXPECT_EQ(rates.item(item(777), 3), rates.shop());
}

TEST(SmoothedRates, leave_out_what_a_row_is_to_learn) {
    std::vector<ItemTrials> items;
    for (std::uint64_t i = 0; i < 50; ++i) items.push_back({item(i), 1, {100, static_cast<std::int64_t>(i)}});
    const SmoothedRates rates(items);
    EXPECT_LT(rates.item_without(item(7), 1, true), rates.item(item(7), 1));
    EXPECT_GT(rates.item_without(item(7), 1, false), rates.item(item(7), 1));
}

// Closer to the truth than the raw rate and than the shop's alone, for items of few exposures.
TEST(SmoothedRates, are_nearer_to_the_truth_than_either_end) {
    Random random(5);
    std::vector<ItemTrials> items;
    std::vector<double> truth;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        truth.push_back(beta(random, i % 2 == 0 ? 2 : 6, 40));
        const auto exposures = static_cast<std::int64_t>(5 + random.below(60));
        items.push_back({item(i), 1 + i % 2, {exposures, binomial(random, exposures, truth.back())}});
    }
    const SmoothedRates rates(items);
    double smoothed = 0, raw = 0, flat = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const Trials& own = items[i].trials;
        const double share = static_cast<double>(own.successes) / static_cast<double>(own.exposures);
        smoothed += std::pow(rates.item(items[i].item, items[i].category) - truth[i], 2);
        raw += std::pow(share - truth[i], 2);
        flat += std::pow(rates.shop() - truth[i], 2);
    }
    EXPECT_LT(smoothed, .5 * raw);
    EXPECT_LT(smoothed, .7 * flat);
}

}  // namespace
}  // namespace vitrina::feedback
