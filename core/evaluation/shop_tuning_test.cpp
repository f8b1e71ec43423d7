#include "evaluation/shop_tuning.hpp"

#include <gtest/gtest.h>

#include "training/four_threads_test.hpp"

namespace vitrina::evaluation {
namespace {

// 200 people who buy two of their own five things every third day.
training::History regulars() {
    std::vector<std::vector<training::HistoryEntry>> people(200);
    for (std::uint64_t person = 0; person < people.size(); ++person)
        for (std::uint32_t visit = 0; visit < 30; ++visit)
            for (std::uint64_t line = 0; line < 2; ++line)
                people[person].push_back({ItemKey{(person * 7 + (visit + line) % 5 * 11) % 60},
                                          visit * 3 * day_ms + static_cast<TimeMs>(person) * minute_ms,
                                          state::Action::buy, visit, 1});
    return training::history_of(people);
}

class ShopTuning : public testing::Test {
protected:
    TunedRecipe tuned(const training::Recipe& wanted, const model::Tuning* before, std::size_t trials,
                      Executor& executor) {
        return tune_recipe({history, wanted, placements, before, trials, {}}, executor);
    }
    training::History history = regulars();
    std::map<std::string, recommendation::PlacementSettings> placements = recommendation::default_placements();
    SerialExecutor serial;
};

TEST_F(ShopTuning, leaves_a_bad_start_and_says_what_it_tried) {
    model::Tuning before;
    before.chosen = {{"next_basket.own_weight", "0.1"}, {"next_basket.neighbours", "800"}};
    const auto found = tuned({}, &before, 36, serial);
    EXPECT_EQ(found.tuning.budget, 36u);
    EXPECT_LE(found.tuning.tried.size(), 36u);
    EXPECT_FALSE(found.tuning.tried.empty());
    double start = -1, chosen = -1;
    for (const model::Trial& trial : found.tuning.tried) {
        if (trial.source != "next_basket") continue;
        if (start < 0) start = trial.objective;
        if (trial.chosen) chosen = trial.objective;
    }
    EXPECT_GE(chosen, start);
    EXPECT_EQ(tuned({}, &found.tuning, 0, serial).recipe.next_basket.own_weight, found.recipe.next_basket.own_weight)
        << "the next search begins with it";
}

TEST_F(ShopTuning, leaves_alone_what_the_shop_fixed_and_everything_without_trials) {
    training::Recipe wanted;
    wanted.next_basket.own_weight = 0.3;
    model::Tuning before;
    before.chosen = {{"next_basket.own_weight", "4"}};
    EXPECT_EQ(tuned(wanted, &before, 36, serial).recipe.next_basket.own_weight, 0.3);
    EXPECT_TRUE(tuned({}, nullptr, 0, serial).tuning.tried.empty());
    EXPECT_EQ(training::to_settings(tuned({}, nullptr, 2, serial).recipe), training::to_settings({}));
}

TEST_F(ShopTuning, finds_the_same_on_any_number_of_threads) {
    training::FourThreads four;
    const auto alone = tuned({}, nullptr, 24, serial), together = tuned({}, nullptr, 24, four);
    EXPECT_EQ(alone.tuning, together.tuning);
    EXPECT_EQ(training::to_settings(alone.recipe), training::to_settings(together.recipe));
}

}  // namespace
}  // namespace vitrina::evaluation
