#include "candidates/bought_before.hpp"

#include <gtest/gtest.h>

#include "evaluation/past_questions.hpp"

namespace vitrina::evaluation {
namespace {

using state::Action;

TEST(BoughtBefore, counts_orders_and_forgets_slowly) {
    features::Query query;
    query.history = {
        {3, Action::buy, 0, 1, 0},  {3, Action::buy, 0, 2, 0},           {1, Action::buy, 90 * day_ms, 1, 1},
        {4, Action::view, 0, 1, 0}, {1, Action::buy, 90 * day_ms, 1, 2}, {2, Action::buy, 90 * day_ms, 1, 2},
        {9, Action::buy, 0, 1, 0}};
    candidates::Scratch scratch(5);
    const auto bought = candidates::BoughtBefore().candidates(query, 10, scratch);
    EXPECT_EQ(bought, (std::vector<Scored>{{1, 1.0f}, {3, 1.0f}, {2, 0.5f}}));
    EXPECT_EQ(candidates::BoughtBefore().candidates(query, 1, scratch).size(), 1u);
}

TEST(PastQuestions, of_buying_again_are_about_what_was_bought_before) {
    const auto buy = [](std::uint64_t item, int day, std::uint32_t basket) {
        return training::HistoryEntry{ItemKey{item}, day * day_ms, Action::buy, basket, 1};
    };
    const std::vector<std::vector<training::HistoryEntry>> people{
        {buy(0, 1, 0), buy(1, 2, 1), buy(2, 9, 2), buy(1, 9, 2)},  // 1 again
        {buy(0, 1, 0), buy(2, 9, 1)},                              // nothing again
        {buy(2, 9, 0), buy(2, 9, 1)}};                             // not known before the cut
    const training::History history = training::history_of(people);
    const auto model = model::Model::from_bytes(model::ModelBuilder(history.items).bytes()).value();
    const auto placements = recommendation::default_placements();
    const auto questions =
        questions_of("buy_again", {history, 5 * day_ms, *model, placements.at("buy_again"), RecipeChoiceSettings{}});
    ASSERT_EQ(questions.size(), 1u);
    EXPECT_EQ(questions[0].among, (std::vector<std::uint32_t>{0, 1}));
    EXPECT_EQ(questions[0].relevant, std::vector<std::uint32_t>{1});
    EXPECT_EQ(questions[0].relevant_count, 1u);
}

}  // namespace
}  // namespace vitrina::evaluation
