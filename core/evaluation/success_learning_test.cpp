// Clicks drawn with known worth of items and known attention of places: what is learned from them must be the worth.

#include "evaluation/success_learning.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "training/four_threads_test.hpp"

namespace vitrina::evaluation {
namespace {

constexpr std::size_t places = 8, items = 300;
constexpr double look = 0.7;  // of each place, of the one before it

struct Shop {
    SuccessRows rows;
    std::vector<double> worth;  // a row
};

// Items stand in the order of their fame, which says nothing of what they are worth; `hint` does.
Shop shop(std::uint64_t seed, std::size_t answers, double spread) {
    Random random(seed);
    std::vector<double> liked, fame;
    for (std::size_t i = 0; i < items; ++i) {
        liked.push_back(random.normal());
        fame.push_back(random.normal());
    }
    Shop all;
    all.rows.features = {"hint", "fame"};
    for (std::uint32_t a = 0; a < answers; ++a) {
        std::vector<std::size_t> shown(places);
        for (auto& item : shown) item = random.below(items);
        std::ranges::sort(shown, {}, [&](std::size_t item) { return -fame[item]; });
        for (std::size_t place = 0; place < places; ++place) {
            const std::size_t item = shown[place];
            const double worth = 1 / (1 + std::exp(1.5 - spread * liked[item]));
            all.worth.push_back(worth);
            all.rows.values.push_back(static_cast<float>(liked[item] + random.normal()));
            all.rows.values.push_back(static_cast<float>(fame[item]));
            all.rows.answer.push_back(a);
            all.rows.unit.push_back(a / 3);
            all.rows.item.push_back(ItemKey{item + 1});
            all.rows.category.push_back(1 + item % 5);
            all.rows.position.push_back(static_cast<std::int32_t>(place));
            const bool clicked = random.unit() < worth * std::pow(look, static_cast<double>(place));
            const bool carted = clicked && random.unit() < 0.5, bought = carted && random.unit() < 0.6;
            all.rows.success[click].push_back(clicked ? 1 : 0);
            all.rows.success[cart].push_back(carted ? 1 : 0);
            all.rows.success[purchase].push_back(bought ? 1 : 0);
        }
    }
    return all;
}

// How often the likelier of two rows is the one that is worth more.
double agreement(const std::vector<double>& said, const std::vector<double>& worth) {
    Random random(5);
    double agreed = 0;
    constexpr int pairs = 50'000;
    for (int n = 0; n < pairs; ++n) {
        const std::size_t a = random.below(said.size()), b = random.below(said.size());
        const double same = (said[a] - said[b]) * (worth[a] - worth[b]);
        agreed += same > 0 ? 1 : same == 0 ? 0.5 : 0;
    }
    return agreed / pairs;
}

double agreement_of(const LearnedSuccess& learned, const Shop& asked, Goal goal) {
    return agreement(learned.of[goal].model.said_in_first_place(with_rates(asked.rows, learned.rates, false)),
                     asked.worth);
}

TEST(SuccessLearning, finds_what_items_are_worth_whatever_place_they_stood_in) {
    const Shop past = shop(1, 4000, 1), asked = shop(1, 500, 1);
    SerialExecutor executor;
    const auto with = learn_success(past.rows, {}, executor);
    ASSERT_TRUE(with) << with.error().message;
    const auto without = learn_success(past.rows, {.position = false}, executor);
    ASSERT_TRUE(without) << without.error().message;
    for (const Goal goal : {click, cart, purchase}) {
        SCOPED_TRACE(goal_names[goal]);
        const double good = agreement_of(*with, asked, goal), bad = agreement_of(*without, asked, goal);
        EXPECT_GT(good, bad + 0.02);
        EXPECT_GT(good, 0.75);
        RecordProperty(std::string(goal_names[goal]) + "_agreement",
                       std::to_string(good) + " / " + std::to_string(bad));
        EXPECT_TRUE(with->of[goal].calibrated()) << with->of[goal].judged.ece << ' ' << with->of[goal].judged.chance;
        EXPECT_GT(with->of[goal].judged.auc, without->of[goal].judged.auc);
    }
    EXPECT_TRUE(with->of[click].better()) << with->of[click].gain.low;
    const auto& attention = with->rates.attention;
    EXPECT_NEAR(attention[1] / attention[0], look, 0.08);
    EXPECT_NEAR(attention[2] / attention[0], look * look, 0.08);
}

TEST(SuccessLearning, is_not_better_where_items_are_worth_the_same) {
    const Shop past = shop(2, 3000, 0);
    SerialExecutor executor;
    const auto learned = learn_success(past.rows, {}, executor);
    ASSERT_TRUE(learned) << learned.error().message;
    EXPECT_FALSE(learned->of[click].better()) << learned->of[click].gain.low;
    EXPECT_TRUE(learned->of[click].calibrated());
}

// Every item is shown a few times and chance alone decides: rates that knew their own row would shine and then fail.
TEST(SuccessLearning, has_rates_that_do_not_know_their_own_outcome) {
    Random random(3);
    SuccessRows rows;
    for (std::uint32_t r = 0; r < 20'000; ++r) {
        rows.answer.push_back(r);
        rows.unit.push_back(r);
        rows.item.push_back(ItemKey{1 + r % 5000});
        rows.category.push_back(0);
        rows.position.push_back(0);
        const std::uint8_t success = random.unit() < 0.2 ? 1 : 0;
        for (auto& goal : rows.success) goal.push_back(success);
    }
    SerialExecutor executor;
    const auto learned = learn_success(rows, {}, executor);
    ASSERT_TRUE(learned) << learned.error().message;
    const Reliability& judged = learned->of[click].judged;
    EXPECT_NEAR(judged.auc, 0.5, 0.03);
    EXPECT_LT(judged.log_loss, judged.log_loss_mean * 1.005);
    EXPECT_TRUE(judged.calibrated());
    const SuccessRows told = with_rates(rows, rates_of(rows), true);
    double succeeded = 0, failed = 0;
    std::size_t successes = 0;
    for (std::size_t r = 0; r < rows.rows(); ++r) {
        const bool success = rows.success[click][r] != 0;
        (success ? succeeded : failed) += static_cast<double>(told.values[r * added_columns]);
        successes += success ? 1 : 0;
    }
    EXPECT_NEAR(succeeded / static_cast<double>(successes), failed / static_cast<double>(rows.rows() - successes),
                0.005);
}

TEST(SuccessLearning, says_why_it_learns_nothing_from_little) {
    SerialExecutor executor;
    const auto learned = learn_success(shop(4, 30, 1).rows, {}, executor);
    ASSERT_TRUE(learned) << learned.error().message;
    EXPECT_NE(learned->of[purchase].not_learned.find("at least 50, 20 and 20"), std::string::npos);
    EXPECT_FALSE(learned->of[purchase].calibrated());
    EXPECT_FALSE(learned->of[purchase].better());
    EXPECT_TRUE(learn_success({}, {}, executor));
}

TEST(SuccessLearning, is_the_same_on_any_number_of_threads) {
    const Shop past = shop(6, 800, 1);
    SerialExecutor serial;
    training::FourThreads threads;
    const auto one = learn_success(past.rows, {}, serial), many = learn_success(past.rows, {}, threads);
    ASSERT_TRUE(one && many);
    for (std::size_t g = 0; g < goals; ++g) {
        EXPECT_EQ(one->of[g].model.forest.nodes, many->of[g].model.forest.nodes);
        EXPECT_EQ(one->of[g].model.calibration.slope, many->of[g].model.calibration.slope);
        EXPECT_EQ(one->of[g].gain, many->of[g].gain);
    }
}

}  // namespace
}  // namespace vitrina::evaluation
