// The embedded engine and the border fold one log: equal to the byte.

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.hpp"
#include "tests/fold_log.hpp"

namespace vitrina::tests {
namespace {

TEST(BorderParity, visitors_users_and_items_are_those_of_the_engine_to_the_byte) {
    const auto log = made_events(8000, 3);
    const Stores engine = folded_by_the_engine(log), border = folded_by_the_border(log);
    ASSERT_EQ(engine.size(), 8u)
        << "visitors hot and cold, users, items; shoppers of both kinds, outcomes, success of items";
    for (const auto& [store, states] : engine) {
        EXPECT_GT(states.size(), 20u) << store;
        EXPECT_TRUE(states == border.at(store)) << store;
    }
}

TEST(BorderParity, holds_where_clocks_jump_and_goes_on_where_they_are_right_again) {
    const auto log = made_events_with_jumps(8000, 3);
    const Stores engine = folded_by_the_engine(log), border = folded_by_the_border(log);
    for (const auto& [store, states] : engine) EXPECT_TRUE(states == border.at(store)) << store;
    // What comes at the end with the right time is folded: no jump has closed a visitor or an item for good.
    const Stores before = folded_by_the_border({log.begin(), log.end() - 500});
    std::size_t changed = 0;
    for (const auto& [visitor, state] : before.at("visitors-hot"))
        changed += border.at("visitors-hot").at(visitor) != state ? 1 : 0;
    EXPECT_GT(changed, 50u);
}

TEST(BorderParity, the_order_of_different_visitors_does_not_matter) {
    auto log = made_events(4000, 4);
    const Stores before = folded_by_the_border(log);
    std::stable_sort(log.begin(), log.end(), [](const auto& a, const auto& b) { return a.record.key < b.record.key; });
    EXPECT_TRUE(folded_by_the_border(log) == before);
}

TEST(BorderParity, the_order_of_item_changes_does_not_matter) {
    auto log = made_item_changes(2000, 5);
    const auto before = catalog_by_the_border(log);
    Random random(5);
    for (std::size_t i = log.size(); i > 1; --i) std::swap(log[i - 1], log[random.below(i)]);
    EXPECT_TRUE(catalog_by_the_border(log) == before);
}

}  // namespace
}  // namespace vitrina::tests
