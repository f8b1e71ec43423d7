#include "training/repeat.hpp"

#include <gtest/gtest.h>

namespace vitrina::training {
namespace {

HistoryEntry bought(std::uint64_t item, std::uint32_t basket) {
    return {.item = ItemKey{item}, .time = 0, .action = state::Action::buy, .basket = basket};
}

TEST(Repeat, is_the_share_of_buyers_who_came_back_for_it_shrunk_to_the_habit_of_the_shop) {
    // Soap (1) is bought again by two of three, the sofa (2) by none of two; the guest with one order says nothing.
    const std::vector<std::vector<HistoryEntry>> people = {{bought(1, 0), bought(1, 1), bought(2, 1)},
                                                           {bought(1, 0), bought(1, 1), bought(1, 1)},
                                                           {bought(1, 0), bought(2, 1)},
                                                           {bought(2, 0), bought(3, 0)}};
    const History history = history_of(people);
    model::ModelBuilder builder(history.items);
    train_repeat(history, builder);
    const auto model = *model::Model::from_bytes(builder.bytes());
    const auto rates = model->section<float>("repeat.rate");
    const double of_shop = 2.0 / 5;
    EXPECT_FLOAT_EQ(rates[model->row(ItemKey{1})], static_cast<float>((2 + 5 * of_shop) / (3 + 5)));
    EXPECT_FLOAT_EQ(rates[model->row(ItemKey{2})], static_cast<float>((0 + 5 * of_shop) / (2 + 5)));
    EXPECT_FLOAT_EQ(rates[model->row(ItemKey{3})], static_cast<float>(of_shop));
}

}  // namespace
}  // namespace vitrina::training
