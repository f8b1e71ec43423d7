#include "evaluation/measuring.hpp"

#include <gtest/gtest.h>

#include <map>

#include "evaluation/baselines.hpp"

namespace vitrina::evaluation {
namespace {

// Five items; row r was touched 5 − r times, so popularity is 0 1 2 3 4.
training::History history() {
    training::History all;
    for (std::uint64_t key = 0; key < 5; ++key) all.items.push_back(ItemKey{key});
    for (std::uint32_t row = 0; row < 5; ++row)
        for (std::uint32_t n = row; n < 5; ++n) {
            all.item.push_back(row);
            all.time.push_back(0);
            all.action.push_back(state::Action::buy);
            all.basket.push_back(0);
            all.quantity.push_back(1);
        }
    all.offsets.push_back(all.item.size());
    return all;
}

Question question(std::vector<std::uint32_t> newest_first, std::vector<std::uint32_t> relevant,
                  std::vector<std::uint32_t> excluded = {}, std::uint32_t unit = 0) {
    Question asked{.relevant_count = relevant.size(), .unit = unit};
    for (const std::uint32_t row : newest_first) asked.query.history.push_back({.row = row});
    asked.relevant = std::move(relevant);
    asked.excluded = std::move(excluded);
    return asked;
}

std::vector<std::uint32_t> list_of(const Ranker& ranker, const Question& asked, std::size_t k, std::size_t q = 0) {
    candidates::Scratch scratch(5);
    return ranker(q, asked, k, scratch);
}

using Rows = std::vector<std::uint32_t>;

TEST(Baselines, popularity_leaves_out_what_is_excluded) {
    const Baselines baselines(history(), 1);
    EXPECT_EQ(list_of(baselines.popularity(), question({}, {4}), 3), (Rows{0, 1, 2}));
    EXPECT_EQ(list_of(baselines.popularity(), question({}, {4}, {0, 2}), 3), (Rows{1, 3, 4}));
    EXPECT_EQ(list_of(baselines.popularity(), question({}, {4}), 9), (Rows{0, 1, 2, 3, 4}));
}

TEST(Baselines, personal_popularity_begins_with_the_most_frequent_own_items_the_newer_first) {
    const Baselines baselines(history(), 1);
    EXPECT_EQ(list_of(baselines.personal_popularity(), question({4, 3, 2, 3}, {1}), 5), (Rows{3, 4, 2, 0, 1}));
    EXPECT_EQ(list_of(baselines.personal_popularity(), question({4, 3, 2, 3}, {1}), 1), (Rows{3}));
    EXPECT_EQ(list_of(baselines.personal_popularity(), question({4, 3}, {1}, {3, 4}), 5), (Rows{0, 1, 2}));
}

TEST(Baselines, random_draws_every_free_row_evenly_and_never_twice) {
    const Baselines baselines(history(), 1);
    std::map<std::uint32_t, int> drawn;
    for (std::size_t q = 0; q < 4000; ++q) {
        const Rows list = list_of(baselines.random(), question({}, {1}, {2}), 2, q);
        ASSERT_EQ(list.size(), 2u);
        EXPECT_NE(list[0], list[1]);
        for (const std::uint32_t row : list) ++drawn[row];
    }
    EXPECT_FALSE(drawn.contains(2));
    for (const auto& [row, count] : drawn) EXPECT_NEAR(count, 2000, 150) << row;
    EXPECT_EQ(list_of(baselines.random(), question({}, {1}, {2}), 9).size(), 4u);
}

// By hand: question 1 finds its one item at rank 2, question 2 one of two at rank 1; the lists show rows 0 and 1 of five.
TEST(Measuring, a_miniature_with_popularity_comes_out_to_the_last_digit) {
    SerialExecutor executor;
    const Baselines baselines(history(), 1);
    const std::vector<Question> asked{question({}, {1}, {}, 0), question({}, {0, 4}, {}, 1)};
    const std::vector<std::uint8_t> terciles = terciles_of(baselines.counts());
    EXPECT_EQ(terciles, (std::vector<std::uint8_t>{0, 1, 1, 2, 2}));
    const ModelReport report =
        measure(baselines.popularity(), asked, {.cut_offs = {2}, .rows = 5, .tercile_of = terciles}, executor);
    std::map<std::string, double> value;
    for (const Measured& m : report.metrics) value[m.metric] = m.interval.value;
    EXPECT_DOUBLE_EQ(value.at("recall@2"), (1.0 + 0.5) / 2);
    EXPECT_DOUBLE_EQ(value.at("hr@2"), 1.0);
    EXPECT_DOUBLE_EQ(value.at("mrr@2"), (0.5 + 1.0) / 2);
    EXPECT_NEAR(value.at("ndcg@2"), (0.6309297536 + 1.0 / 1.6309297536) / 2, 1e-7);
    EXPECT_DOUBLE_EQ(value.at("map@2"), (0.5 + 0.5) / 2);
    EXPECT_DOUBLE_EQ(value.at("coverage@2"), 2.0 / 5);
    EXPECT_DOUBLE_EQ(report.terciles[0].head, 1.0);
    EXPECT_DOUBLE_EQ(report.terciles[0].middle, 1.0);
    EXPECT_DOUBLE_EQ(report.terciles[0].tail, 0.0);
}

}  // namespace
}  // namespace vitrina::evaluation
