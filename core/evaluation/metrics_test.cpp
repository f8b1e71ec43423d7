#include "evaluation/metrics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace vitrina::evaluation {
namespace {

using Rows = std::vector<std::uint32_t>;

Metrics of(const Rows& list, const Rows& relevant, std::size_t k, Ideal ideal = Ideal::cut, std::size_t unknown = 0) {
    return metrics_at(list, {relevant, relevant.size() + unknown}, k, ideal);
}

// Computed by hand: hits at ranks 2 and 4 of a list cut at 5, three relevant items.
TEST(Metrics, agree_with_a_miniature_computed_by_hand) {
    const Metrics m = of({9, 1, 8, 3, 7}, {1, 3, 5}, 5);
    EXPECT_DOUBLE_EQ(m.recall, 2.0 / 3.0);
    EXPECT_DOUBLE_EQ(m.hr, 1.0);
    EXPECT_DOUBLE_EQ(m.mrr, 0.5);
    // DCG = 1/log2(3) + 1/log2(5) = 0.6309297536 + 0.4306765581; ideal = 1 + 0.6309297536 + 0.5
    EXPECT_NEAR(m.ndcg, 1.0616063117 / 2.1309297536, 1e-10);
    // Precision at the hits: 1/2 and 2/4, over min(5, 3).
    EXPECT_DOUBLE_EQ(m.map, 1.0 / 3.0);
}

TEST(Metrics, count_only_what_stands_within_the_cut) {
    const Metrics m = of({9, 8, 1}, {1}, 2);
    EXPECT_EQ(m.recall, 0);
    EXPECT_EQ(m.hr, 0);
    EXPECT_EQ(m.ndcg, 0);
    EXPECT_EQ(m.mrr, 0);
    EXPECT_EQ(m.map, 0);
}

// Two hits at ranks 1 and 2, four relevant, k = 2: recall keeps |R| = 4, the ideal of ndcg and map holds two.
TEST(Metrics, recall_divides_by_all_relevant_and_the_ideal_by_what_the_list_can_hold) {
    const Metrics m = of({1, 2}, {1, 2, 3, 4}, 2);
    EXPECT_DOUBLE_EQ(m.recall, 0.5);
    EXPECT_DOUBLE_EQ(m.ndcg, 1.0);
    EXPECT_DOUBLE_EQ(m.map, 1.0);
}

// As above with the ideal of the whole basket: 1 + 1/log2(3) over 1 + 1/log2(3) + 1/2 + 1/log2(5).
TEST(Metrics, the_ideal_of_a_whole_basket_is_longer_than_the_list) {
    EXPECT_NEAR(of({1, 2}, {1, 2, 3, 4}, 2, Ideal::whole).ndcg, 1.6309297536 / 2.5616063117, 1e-10);
}

TEST(Metrics, relevant_items_that_no_model_knows_are_missed) {
    const Metrics m = of({1}, {1}, 10, Ideal::cut, 1);
    EXPECT_DOUBLE_EQ(m.recall, 0.5);
    EXPECT_NEAR(m.ndcg, 1.0 / 1.6309297536, 1e-10);
}

TEST(Metrics, an_empty_list_and_nothing_known_are_no_errors) {
    EXPECT_EQ(of({}, {1}, 10).recall, 0);
    EXPECT_EQ(of({1, 2}, {}, 10, Ideal::cut, 3).hr, 0);
}

TEST(Metrics, a_perfect_list_scores_one_everywhere) {
    const Metrics m = of({4, 2, 7}, {2, 4, 7}, 3);
    for (const double value : m.values()) EXPECT_DOUBLE_EQ(value, 1.0);
}

}  // namespace
}  // namespace vitrina::evaluation
