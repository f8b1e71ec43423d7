#include "training/item_facts.hpp"

#include <gtest/gtest.h>

#include "candidates/item_facts.hpp"
#include "training/history.hpp"

namespace vitrina::training {
namespace {

constexpr TimeMs start = 1'700'000'000'000;

HistoryEntry entry(std::uint64_t item, int day, std::uint32_t basket, state::Action action = state::Action::buy) {
    return {ItemKey{item}, start + day * day_ms, action, basket, 1};
}

std::shared_ptr<const model::Model> model_of(const std::vector<std::vector<HistoryEntry>>& people) {
    const History history = history_of(people);
    SerialExecutor executor;
    model::ModelBuilder builder(history.items);
    train_item_facts(history, builder, executor);
    return *model::Model::from_bytes(builder.bytes());
}

TEST(ItemFacts, count_people_baskets_and_what_is_new) {
    // Item 1: two people, three baskets, one of them in the last eighth of 80 days; the double line counts once.
    const auto model = model_of({{entry(1, 0, 0), entry(1, 0, 0), entry(2, 10, 1), entry(1, 80, 2)}, {entry(1, 5, 0)}});
    const auto facts = candidates::item_facts(*model);
    ASSERT_TRUE(facts.has_value());
    const std::uint32_t row = model->row(ItemKey{1});
    EXPECT_EQ(facts->people[row], 2.0f);
    EXPECT_EQ(facts->count[row], 3.0f);
    EXPECT_NEAR(facts->lately[row], 1.0 / 3, 1e-6);
    // Of three (person, item) one came back: shrunk towards 1/3 by five people.
    EXPECT_NEAR(facts->repeat[row], (1 + 5.0 / 3) / 7, 1e-6);
}

TEST(ItemFacts, know_what_follows_what_and_not_what_was_before) {
    const auto model = model_of({{entry(1, 0, 0), entry(2, 1, 1), entry(3, 2, 2)}, {entry(1, 0, 0), entry(2, 3, 1)}});
    const auto facts = candidates::item_facts(*model);
    const auto share = [&](std::uint64_t from, std::uint64_t to) {
        return model::value_at(facts->next, model->row(ItemKey{from}), model->row(ItemKey{to}));
    };
    // After 1 came 2 twice, and 3 once two steps later, which weighs half.
    EXPECT_NEAR(share(1, 2), 2 / 2.5, 1e-6);
    EXPECT_NEAR(share(1, 3), 0.5 / 2.5, 1e-6);
    EXPECT_EQ(share(2, 1), 0.0f);
    EXPECT_EQ(share(3, 1), 0.0f);
}

TEST(ItemFacts, know_the_order_within_a_session_without_times) {
    const auto model = model_of({{entry(1, 0, 0, state::Action::view), entry(2, 0, 0, state::Action::view)}});
    const auto facts = candidates::item_facts(*model);
    EXPECT_EQ(model::value_at(facts->next, model->row(ItemKey{1}), model->row(ItemKey{2})), 1.0f);
}

TEST(ItemFacts, know_no_order_within_one_purchase) {
    const auto model = model_of({{entry(1, 0, 0), entry(2, 0, 0)}});
    const auto facts = candidates::item_facts(*model);
    ASSERT_TRUE(facts.has_value());
    EXPECT_EQ(facts->next.row(0).size() + facts->next.row(1).size(), 0u);
}

TEST(ItemFacts, leave_refunds_out) {
    const auto model = model_of({{entry(1, 0, 0), entry(2, 1, 1, state::Action::refund)}});
    const auto facts = candidates::item_facts(*model);
    EXPECT_EQ(facts->people[model->row(ItemKey{2})], 0.0f);
}

TEST(ItemFacts, are_absent_where_a_model_has_none) {
    model::ModelBuilder builder({ItemKey{1}});
    EXPECT_FALSE(candidates::item_facts(**model::Model::from_bytes(builder.bytes())).has_value());
}

}  // namespace
}  // namespace vitrina::training
