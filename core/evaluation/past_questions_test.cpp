#include "evaluation/past_questions.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace vitrina::evaluation {
namespace {

using state::Action;
using training::HistoryEntry;
using Rows = std::vector<std::uint32_t>;

constexpr TimeMs cut = 5 * day_ms;

HistoryEntry entry(std::uint64_t item, TimeMs time, Action action, std::uint32_t basket) {
    return {ItemKey{item}, time, action, basket, 1};
}

std::vector<Question> asked(const std::string& placement, const std::vector<std::vector<HistoryEntry>>& people) {
    const training::History history = training::history_of(people);
    const auto model = model::Model::from_bytes(model::ModelBuilder(history.items).bytes()).value();
    const auto placements = recommendation::default_placements();
    return questions_of(placement, {history, cut, *model, placements.at(placement), RecipeChoiceSettings{}});
}

Rows rows_of(const std::vector<features::Seen>& seen) {
    Rows rows;
    for (const features::Seen& each : seen) rows.push_back(each.row);
    return rows;
}

// A visit before the cut, and one after it: 1, 2 and 1 again are looked at, 3 is bought.
std::vector<HistoryEntry> shopper() {
    const TimeMs visit = cut + day_ms;
    return {entry(0, day_ms, Action::view, 0), entry(1, visit, Action::view, 1), entry(2, visit + 1, Action::view, 1),
            entry(1, visit + 2, Action::view, 1), entry(3, visit + 3, Action::buy, 1)};
}

TEST(PastQuestions, of_a_product_page_know_the_visit_until_then_and_nothing_after_it) {
    const std::vector<Question> questions = asked("product", {shopper(), {}});
    ASSERT_EQ(questions.size(), 1u);
    const Question& question = questions[0];
    ASSERT_EQ(question.query.context.size(), 1u);
    const Rows page = question.query.context, seen = rows_of(question.query.history);
    ASSERT_FALSE(seen.empty());
    EXPECT_EQ(seen.front(), page.front());
    EXPECT_EQ(seen.back(), 0u);  // what was known before
    EXPECT_EQ(question.query.session.size(), seen.size() - 1);
    EXPECT_EQ(std::ranges::count(seen, 3u), 0);
    EXPECT_EQ(question.excluded, page);
    EXPECT_EQ(question.query.now, cut + day_ms + static_cast<TimeMs>(seen.size()) - 2);
    EXPECT_TRUE(std::ranges::binary_search(question.relevant, 3u));
    EXPECT_FALSE(std::ranges::binary_search(question.relevant, page.front()));
}

TEST(PastQuestions, of_a_product_page_count_what_is_looked_at_once_more) {
    const TimeMs visit = cut + day_ms;
    const std::vector<Question> questions =
        asked("product", {{entry(0, visit, Action::view, 0), entry(1, visit + 1, Action::view, 0),
                           entry(1, visit + 2, Action::cart, 0), entry(0, visit + 3, Action::view, 0)}});
    ASSERT_EQ(questions.size(), 1u);  // from 0 to 1, or from 1 back to 0
    EXPECT_EQ(questions[0].relevant, Rows{questions[0].query.context.front() == 0 ? 1u : 0u});
}

TEST(PastQuestions, of_a_product_page_need_something_that_comes_after_it) {
    const TimeMs visit = cut + day_ms;
    EXPECT_TRUE(asked("product", {{entry(0, visit, Action::view, 0), entry(0, visit + 1, Action::cart, 0),
                                   entry(1, visit + day_ms, Action::view, 1)}})
                    .empty());
}

TEST(PastQuestions, of_a_cart_are_about_what_is_taken_after_it) {
    const TimeMs visit = cut + day_ms;
    const std::vector<Question> questions =
        asked("cart", {{entry(0, visit, Action::view, 0), entry(0, visit + 1, Action::cart, 0),
                        entry(1, visit + 2, Action::view, 0), entry(2, visit + 3, Action::view, 0),
                        entry(2, visit + 4, Action::cart, 0), entry(0, visit + 5, Action::buy, 0)}});
    ASSERT_EQ(questions.size(), 1u);
    EXPECT_EQ(questions[0].query.context, Rows{0});
    EXPECT_EQ(rows_of(questions[0].query.session), (Rows{0, 0}));
    EXPECT_EQ(questions[0].relevant, Rows{2});  // 1 was looked at only, 0 is there already
}

TEST(PastQuestions, of_a_cart_are_about_orders_where_little_is_said_of_carts) {
    const TimeMs later = cut + day_ms;
    const auto order = [&](TimeMs time, std::uint32_t basket) {
        return std::vector{entry(0, time, Action::buy, basket), entry(1, time, Action::buy, basket)};
    };
    std::vector<HistoryEntry> with_cart{entry(2, later - 2, Action::cart, 0), entry(3, later - 1, Action::cart, 0)};
    const std::vector<Question> questions = asked("cart", {order(later, 0), order(later, 0), with_cart});
    ASSERT_EQ(questions.size(), 2u);
    for (const Question& question : questions)
        EXPECT_EQ(question.relevant, Rows{question.query.context.front() == 0 ? 1u : 0u});
}

}  // namespace
}  // namespace vitrina::evaluation
