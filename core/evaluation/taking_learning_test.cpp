// People who look at things and take what they like for reasons that are known: that must be found, and nothing where there is none.

#include "evaluation/taking_learning.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"
#include "training/four_threads_test.hpp"

namespace vitrina::evaluation {
namespace {

using state::Action;
using training::HistoryEntry;

constexpr std::uint32_t items = 120, brands = 6;

struct Tastes {
    double brand = 0;    // how much more a person likes one brand, logit
    double quality = 0;  // how much items differ, logit
    bool turns = false;  // in the last third of the time what was good is bad
};

// Each person visits three times and looks at six items.
training::History shop(std::uint64_t seed, std::uint32_t count, const Tastes& tastes) {
    Random random(seed);
    std::vector<double> quality(items);
    for (double& one : quality) one = random.normal();
    std::vector<std::vector<HistoryEntry>> people(count);
    for (std::uint32_t person = 0; person < count; ++person) {
        const auto own = static_cast<std::uint32_t>(random.below(brands));
        auto time = static_cast<TimeMs>(random.unit() * 50 * day_ms);
        for (std::uint32_t visit = 0; visit < 3; ++visit, time += static_cast<TimeMs>(random.unit() * 5 * day_ms))
            for (int look = 0; look < 6; ++look) {
                const auto item = static_cast<std::uint32_t>(random.below(items));
                const double sign = tastes.turns && time > 36 * day_ms ? -1 : 1;
                const double logit =
                    -2 + sign * tastes.quality * quality[item] + (item % brands == own ? tastes.brand : 0);
                time += minute_ms;
                HistoryEntry entry{.item = ItemKey{item + 1}, .time = time, .action = Action::view, .basket = visit};
                people[person].push_back(entry);
                entry.action = Action::cart;
                if (random.unit() < 1 / (1 + std::exp(-logit))) people[person].push_back(entry);
            }
    }
    std::vector<ItemKey> all;
    for (std::uint32_t item = 0; item < items; ++item) all.push_back(ItemKey{item + 1});
    return training::history_of(people, all);
}

const training::ItemText text = [](std::uint32_t row) {
    return "thing\n=category kind\n=brand b" + std::to_string(row % brands);
};
const training::ItemPrice price = [](std::uint32_t row) { return 5.0 + row; };

TakingChoice learn(const training::History& history) {
    SerialExecutor executor;
    return *learn_taking({history, text, price}, {}, executor);
}

TEST(TakingLearning, finds_what_is_taken_and_is_calibrated) {
    for (const std::uint64_t seed : {1u, 2u}) {
        const auto choice = learn(shop(seed, 1500, {.quality = 1}));
        EXPECT_TRUE(choice.released) << seed << " " << choice.why;
        EXPECT_GT(choice.judged.auc, 0.6);
        EXPECT_GT(choice.learned.slope, 0);
    }
}

TEST(TakingLearning, releases_nothing_where_chance_alone_decides) {
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
        const auto choice = learn(shop(seed, 800, {}));
        EXPECT_FALSE(choice.released) << choice.why;
        EXPECT_NEAR(choice.judged.auc, 0.5, 0.05) << "no row knows its own outcome";
    }
}

TEST(TakingLearning, refuses_what_the_newest_looks_turn_against) {
    const auto choice = learn(shop(1, 1500, {.quality = 1.5, .turns = true}));
    EXPECT_GT(choice.trees, 0u) << "there was something to learn";
    EXPECT_FALSE(choice.released) << choice.why;
}

TEST(TakingLearning, learns_nothing_of_orders_without_views_and_of_too_few_takes) {
    std::vector<std::vector<HistoryEntry>> people(300);
    for (std::size_t person = 0; person < people.size(); ++person)
        people[person] = {{.item = ItemKey{1 + person % 9}, .time = static_cast<TimeMs>(person) * hour_ms}};
    const auto orders = learn(training::history_of(people));
    EXPECT_FALSE(orders.released);
    EXPECT_EQ(orders.looks, 0u);
    const auto few = learn(shop(1, 30, {.brand = 2}));
    EXPECT_FALSE(few.released);
    EXPECT_NE(few.why.find("at least 100"), std::string::npos) << few.why;
}

TEST(TakingLearning, is_the_same_on_any_number_of_threads) {
    const auto history = shop(4, 800, {.brand = 2, .quality = 1});
    training::FourThreads four;
    const auto one = learn(history);
    const auto side_by_side = *learn_taking({history, text, price}, {}, four);
    EXPECT_EQ(one.why, side_by_side.why);
    EXPECT_EQ(one.learned.forest.nodes, side_by_side.learned.forest.nodes);
    EXPECT_EQ(one.learned.facts.rate, side_by_side.learned.facts.rate);
    EXPECT_EQ(one.learned.slope, side_by_side.learned.slope);
}

}  // namespace
}  // namespace vitrina::evaluation
