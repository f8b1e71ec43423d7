#include "evaluation/ablation.hpp"

#include <gtest/gtest.h>

namespace vitrina::evaluation {
namespace {

TEST(Ablation, leaves_out_each_source_each_group_and_all_groups) {
    const std::vector<std::string_view> sources{"a", "b"};
    const std::vector<std::string> names{"a.share", "a.score", "a.rank",   "b.share",     "b.score",
                                         "b.rank",  "own.age", "own.days", "person.items"};
    const auto parts = parts_to_leave_out(sources, names);
    ASSERT_EQ(parts.size(), 5u);
    EXPECT_EQ(parts[1].name, "b");
    EXPECT_EQ(parts[1].sources, std::vector<std::size_t>{1});
    EXPECT_TRUE(parts[1].columns.empty());
    EXPECT_EQ(parts[2].name, "own (group)");
    EXPECT_EQ(parts[2].columns, (std::vector<std::size_t>{6, 7}));
    EXPECT_EQ(parts[3].columns, std::vector<std::size_t>{8});
    EXPECT_EQ(parts[4].columns, (std::vector<std::size_t>{6, 7, 8}));
}

TEST(Ablation, does_not_leave_out_the_only_source) {
    const std::vector<std::string_view> sources{"a"};
    const std::vector<std::string> names{"a.share", "a.score", "a.rank", "own.age"};
    const auto parts = parts_to_leave_out(sources, names);
    ASSERT_EQ(parts.size(), 2u);
    EXPECT_EQ(parts.front().name, "own (group)");
}

TEST(Ablation, draws_units_not_questions) {
    SerialExecutor executor;
    std::vector<Question> questions(200);
    std::vector<float> before(200, 0.0f), after(200, 1.0f);
    for (std::uint32_t q = 0; q < 200; ++q) questions[q].unit = 1000 * (q / 100);  // two units, with a gap between
    for (std::size_t q = 100; q < 200; ++q) after[q] = 0;
    const Interval gain = paired_interval(before, after, questions, 1, executor);
    EXPECT_EQ(gain.value, 0.5);
    EXPECT_EQ(gain.low, 0.0) << "with two units a draw often has one of them twice";
    EXPECT_EQ(gain.high, 1.0);
}

}  // namespace
}  // namespace vitrina::evaluation
