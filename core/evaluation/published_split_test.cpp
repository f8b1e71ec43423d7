#include "evaluation/published_split.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace vitrina::evaluation {
namespace {

Interactions read(Shape shape, std::string_view train, std::string_view valid = {}, std::string_view test = {}) {
    InteractionReader reader(shape);
    for (const auto& [part, text] : {std::pair{Part::train, train}, {Part::valid, valid}, {Part::test, test}}) {
        reader.begin(part);
        reader.take(text);
        reader.end();
    }
    return *reader.finish();
}

// Rows are in the order of hashed keys; this gives the row of an item back.
std::uint32_t row(const PublishedSplit& split, std::string_view item) {
    const auto& items = split.testing.history.items;
    return static_cast<std::uint32_t>(std::ranges::lower_bound(items, item_key(item)) - items.begin());
}

std::set<std::uint32_t> rows(const PublishedSplit& split, const std::vector<std::string>& items) {
    std::set<std::uint32_t> all;
    for (const std::string& item : items) all.insert(row(split, item));
    return all;
}

std::set<std::uint32_t> known(const Question& question) {
    std::set<std::uint32_t> all;
    for (const features::Seen& seen : question.query.history) all.insert(seen.row);
    return all;
}

std::set<std::uint32_t> truth(const Question& question) { return {question.relevant.begin(), question.relevant.end()}; }

TEST(PublishedSplit, user_items_with_files_know_train_when_choosing_and_train_and_valid_when_testing) {
    const auto split = *split_published(read(Shape::user_items, "u a b\nv a c\n", "u c\nv a\n", "u d c x\n"), 1);
    ASSERT_EQ(split.choosing.questions.size(), 1u);  // v's valid item was seen
    EXPECT_EQ(known(split.choosing.questions[0]), rows(split, {"a", "b"}));
    EXPECT_EQ(truth(split.choosing.questions[0]), rows(split, {"c"}));
    ASSERT_EQ(split.testing.questions.size(), 1u);
    EXPECT_EQ(known(split.testing.questions[0]), rows(split, {"a", "b", "c"}));
    EXPECT_TRUE(truth(split.testing.questions[0]).empty());  // d and x come in the test only
    EXPECT_EQ(split.testing.questions[0].relevant_count, 2u);
    EXPECT_EQ(split.testing.history.items.size(), 3u);
}

TEST(PublishedSplit, user_items_without_files_hold_out_pairs_by_seed_and_leave_everybody_one) {
    std::string text;
    for (int u = 0; u < 200; ++u) {
        text += "u" + std::to_string(u);
        for (int i = 0; i <= u % 20; ++i) text += " i" + std::to_string(i * 7 % 50);
        text += "\n";
    }
    const Interactions data = read(Shape::user_items, text);
    const auto one = *split_published(data, 1), again = *split_published(data, 1), other = *split_published(data, 2);
    EXPECT_EQ(one.testing.history.item, again.testing.history.item);
    EXPECT_NE(one.testing.history.item, other.testing.history.item);
    for (std::size_t p = 0; p < 200; ++p)
        EXPECT_GT(one.choosing.history.offsets[p + 1], one.choosing.history.offsets[p]);
    for (const Question& question : one.testing.questions)
        for (const std::uint32_t item : question.relevant) EXPECT_FALSE(known(question).contains(item));
    const auto all = static_cast<double>(data.part(Part::train).token.size());
    EXPECT_NEAR(static_cast<double>(one.testing.history.entries()) / all, 0.8, 0.05);
}

TEST(PublishedSplit, sequences_test_the_last_item_and_choose_on_the_one_before) {
    const auto split = *split_published(read(Shape::sequences, "u a b c d\nv a b\nw c\n"), 1);
    ASSERT_EQ(split.testing.questions.size(), 2u);
    EXPECT_EQ(known(split.testing.questions[0]), rows(split, {"a", "b", "c"}));
    EXPECT_EQ(split.testing.questions[0].query.history.front().row, row(split, "c"));  // newest first
    EXPECT_EQ(split.testing.questions[0].relevant_count, 1u);
    EXPECT_EQ(truth(split.testing.questions[1]), rows(split, {"b"}));
    ASSERT_EQ(split.choosing.questions.size(), 1u);
    EXPECT_EQ(known(split.choosing.questions[0]), rows(split, {"a", "b"}));
    EXPECT_EQ(truth(split.choosing.questions[0]), rows(split, {"c"}));
    EXPECT_EQ(split.choosing.history.entries(), 4u);  // a b, a, c: nothing later is known
}

TEST(PublishedSplit, sessions_without_files_test_and_choose_on_the_last_twentieths) {
    std::string text;
    for (int s = 0; s < 100; ++s) text += "a b c\n";
    const auto split = *split_published(read(Shape::sessions, text), 1);
    EXPECT_EQ(split.testing.history.people(), 94u);
    EXPECT_EQ(split.choosing.history.people(), 89u);
    EXPECT_EQ(split.testing.questions.size(), 12u);  // two truths a session
    EXPECT_EQ(split.testing.questions[0].unit, split.testing.questions[1].unit);
    EXPECT_NE(split.testing.questions[1].unit, split.testing.questions[2].unit);
    EXPECT_TRUE(split.testing.questions[0].excluded.empty());
    EXPECT_LT(split.testing.history.time.front(), split.testing.history.time.back());
}

TEST(PublishedSplit, prefixes_of_one_session_are_one_unit) {
    const auto split =
        *split_published(read(Shape::sessions, "a b\nb c\nc d\nd a\n", "", "a b c\td\na b\tc\na\tb\nb\td\n"), 1);
    ASSERT_EQ(split.testing.questions.size(), 4u);
    EXPECT_EQ(split.testing.questions[2].unit, split.testing.questions[0].unit);
    EXPECT_NE(split.testing.questions[3].unit, split.testing.questions[0].unit);
    EXPECT_EQ(split.testing.questions[0].query.history.size(), 3u);
}

TEST(PublishedSplit, baskets_test_the_last_and_choose_on_the_one_before) {
    const auto split = *split_published(read(Shape::baskets, "u\ta b|c\td d\nv\ta\tb\n"), 1);
    ASSERT_EQ(split.testing.questions.size(), 2u);
    EXPECT_EQ(known(split.testing.questions[0]), rows(split, {"a", "b", "c"}));
    EXPECT_EQ(split.testing.questions[0].relevant_count, 1u);  // d once
    EXPECT_EQ(split.testing.questions[0].query.history.front().basket, 0u);
    EXPECT_EQ(split.testing.questions[0].query.history.back().basket, 1u);
    ASSERT_EQ(split.choosing.questions.size(), 1u);
    EXPECT_EQ(truth(split.choosing.questions[0]), rows(split, {"c"}));
}

TEST(PublishedSplit, data_without_anything_to_test_is_refused) {
    EXPECT_FALSE(split_published(read(Shape::sequences, "u a\nv b\n"), 1));
    EXPECT_FALSE(split_published(read(Shape::user_items, "u a\n"), 1));
    EXPECT_FALSE(split_published(read(Shape::user_items, "u a\n", "", "u a\n"), 1));
    EXPECT_FALSE(split_published(read(Shape::sessions, "a\n"), 1));
}

}  // namespace
}  // namespace vitrina::evaluation
