#include "training/trainer.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "candidates/source.hpp"
#include "training/four_threads_test.hpp"

namespace vitrina::training {
namespace {

constexpr TimeMs start = 1'700'000'000'000;

History random_history(std::uint64_t seed) {
    Random random(seed);
    std::vector<std::vector<HistoryEntry>> people(5000);
    for (auto& entries : people)
        for (std::uint32_t e = 0, count = static_cast<std::uint32_t>(random.below(12)); e < count; ++e)
            entries.push_back({ItemKey{random.below(1 + random.below(300))}, start + e * hour_ms,
                               static_cast<state::Action>(1 + random.below(4)), e / 3, 1});
    return history_of(people);
}

std::string text_of_row(std::uint32_t row) {
    return "word" + std::to_string(row % 11) + " other" + std::to_string(row % 7) + "\n=category kind" +
           std::to_string(row % 9);
}

Recipe quick() {
    Recipe recipe;
    recipe.ials.dimensions = 16;
    recipe.ials.epochs = 2;
    return recipe;
}

TEST(Trainer, gives_the_same_bytes_on_one_thread_and_on_four) {
    const History history = random_history(1);
    SerialExecutor serial;
    FourThreads four;
    const auto one = train(history, quick(), text_of_row, serial), other = train(history, quick(), text_of_row, four);
    EXPECT_TRUE(one->model_bytes == other->model_bytes);
}

TEST(Trainer, another_seed_gives_other_factors) {
    const History history = random_history(2);
    SerialExecutor serial;
    Recipe recipe = quick();
    const auto one = train(history, recipe, text_of_row, serial);
    recipe.seed = 2;
    EXPECT_FALSE(one->model_bytes == train(history, recipe, text_of_row, serial)->model_bytes);
}

TEST(Trainer, makes_every_source_that_is_on_and_none_that_is_off) {
    const History history = random_history(3);
    SerialExecutor serial;
    const auto all = model::Model::from_bytes(train(history, quick(), text_of_row, serial)->model_bytes).value();
    for (const std::string_view name : candidates::source_names())
        EXPECT_TRUE(candidates::make_source(name, all)) << name;
    Recipe recipe = quick();
    recipe.ials.on = recipe.item_item.on = recipe.content.on = false;
    const auto some = model::Model::from_bytes(train(history, recipe, text_of_row, serial)->model_bytes).value();
    for (const std::string_view name : {"ials", "item_item", "content"})
        EXPECT_FALSE(candidates::make_source(name, some)) << name;
}

TEST(Trainer, refuses_nothing_to_learn_from_bad_recipes_and_too_much_memory) {
    SerialExecutor serial;
    EXPECT_EQ(train({}, {}, text_of_row, serial).error().code, ErrorCode::invalid_input);
    const History history = random_history(4);
    Recipe recipe = quick();
    recipe.ials.regularisation = -1;
    EXPECT_EQ(train(history, recipe, text_of_row, serial).error().code, ErrorCode::invalid_input);
    recipe = quick();
    recipe.memory_mb = 1;
    EXPECT_EQ(train(history, recipe, text_of_row, serial).error().code, ErrorCode::exhausted);
}

}  // namespace
}  // namespace vitrina::training
