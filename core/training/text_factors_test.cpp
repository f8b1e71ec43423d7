#include "training/text_factors.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>

#include "base/random.hpp"
#include "candidates/cold_items.hpp"
#include "candidates/text_factors.hpp"
#include "training/four_threads_test.hpp"
#include "training/ials.hpp"

namespace vitrina::training {
namespace {

constexpr std::uint64_t themes = 3, items = 60;

// People buy within one theme; the items from `items` on are bought by nobody.
History themed_history(std::uint64_t seed) {
    Random random(seed);
    std::vector<std::vector<HistoryEntry>> people(150);
    for (auto& entries : people) {
        const std::uint64_t theme = random.below(themes);
        for (std::uint64_t e = 2 + random.below(10); e > 0; --e)
            entries.push_back({ItemKey{theme + themes * random.below(items / themes)}});
    }
    std::vector<ItemKey> cold;
    for (std::uint64_t i = 0; i < 2 * themes; ++i) cold.push_back(ItemKey{items + i});
    return history_of(people, cold);
}

// The theme's word and two that say nothing.
std::string themed_text(std::uint64_t item) {
    return "theme" + std::to_string(item % themes) + " colour" + std::to_string(item / themes % 4) + " size" +
           std::to_string(item % 7);
}

std::unique_ptr<candidates::ColdItems> cold_items(const std::shared_ptr<const model::Model>& model,
                                                  const std::vector<candidates::Newcomer>& newcomers = {}) {
    return std::make_unique<candidates::ColdItems>(candidates::make_cold_model(model), newcomers);
}

struct Lesson {
    History history = themed_history(1);
    Recipe recipe;
    std::string bytes;
    std::shared_ptr<const model::Model> model;

    explicit Lesson(const std::function<std::string(std::uint64_t)>& text_of_item = themed_text,
                    Executor&& executor = SerialExecutor()) {
        recipe.ials.dimensions = 12;
        model::ModelBuilder builder(history.items);
        const Matrix factors = train_ials(history, recipe, builder, executor);
        train_text_factors({factors, people_of_items(history, recipe.ials)}, recipe, text(text_of_item), builder,
                           executor);
        bytes = builder.bytes();
        model = model::Model::from_bytes(bytes).value();
    }
    std::function<std::string(std::uint32_t)> text(std::function<std::string(std::uint64_t)> text_of_item) const {
        return [this, text_of_item](std::uint32_t row) {
            return text_of_item(static_cast<std::uint64_t>(history.items[row]));
        };
    }
    std::uint32_t row(std::uint64_t item) const { return model->row(ItemKey{item}); }
    features::Query buyer_of(std::uint64_t theme) const {
        features::Query query;
        for (std::uint64_t n = 0; n < 4; ++n)
            query.history.push_back({row(theme + n * themes), state::Action::buy, 0, 1, 0});
        return query;
    }
};

TEST(TextFactors, show_cold_items_to_those_whose_taste_their_words_meet) {
    const Lesson lesson;
    const auto cold = cold_items(lesson.model);
    EXPECT_EQ(cold->size(), 2 * themes);
    for (std::uint64_t theme = 0; theme < themes; ++theme) {
        const auto shown = cold->candidates(lesson.buyer_of(theme), 2);
        ASSERT_EQ(shown.size(), 2u);
        for (const Scored& scored : shown)
            EXPECT_EQ(static_cast<std::uint64_t>(lesson.model->item_keys()[scored.row]) % themes, theme);
    }
    EXPECT_TRUE(cold->candidates({}, 2).empty());
}

TEST(TextFactors, place_items_that_came_after_training) {
    const Lesson lesson;
    const auto rows = static_cast<std::uint32_t>(lesson.model->items());
    const std::vector<candidates::Newcomer> newcomers{
        {rows + 3, "theme0 unheard"}, {rows + 5, "theme1"}, {rows + 6, "nothing known"}};
    const auto cold = cold_items(lesson.model, newcomers);
    EXPECT_EQ(cold->size(), 2 * themes + 2);
    EXPECT_EQ(cold->among(std::vector{rows + 3, rows + 5, rows + 6}, lesson.buyer_of(0)).front().row, rows + 3);
    const auto for_the_other = cold->among(std::vector{rows + 3, rows + 5, rows + 6}, lesson.buyer_of(1));
    EXPECT_EQ(for_the_other.front().row, rows + 5);
    for (const Scored& scored : for_the_other) EXPECT_NE(scored.row, rows + 6);
}

TEST(TextFactors, touched_items_keep_their_own_factors) {
    const Lesson lesson;
    const auto cold = cold_items(lesson.model);
    const features::Query query = lesson.buyer_of(2);
    candidates::Scratch scratch(lesson.model->items());
    const auto by_ials = candidates::make_ials(lesson.model)->candidates(query, 5, scratch);
    std::vector<std::uint32_t> numbers;
    for (const Scored& scored : by_ials) numbers.push_back(scored.row);
    EXPECT_EQ(cold->among(numbers, query), by_ials);
}

TEST(TextFactors, words_that_tell_nothing_write_nothing) {
    EXPECT_FALSE(Lesson([](std::uint64_t) { return std::string(); }).model->has("text_factors.words"));
    EXPECT_FALSE(
        Lesson([](std::uint64_t item) { return "=" + std::to_string(item); }).model->has("text_factors.words"));
    EXPECT_EQ(candidates::make_cold_model(Lesson([](std::uint64_t) { return "same"; }).model), nullptr);
}

TEST(TextFactors, are_the_same_bytes_on_one_thread_and_on_four) {
    EXPECT_EQ(Lesson().bytes, Lesson(themed_text, FourThreads()).bytes);
}

// Xᵀ C (X W − (F − mean)) + ρ W is nearly 0 for one of the penalties.
TEST(TextFactors, solve_the_ridge_of_the_textbook) {
    const Lesson lesson;
    const auto words = lesson.model->section<std::uint64_t>("text_factors.words");
    const auto mean = lesson.model->section<float>("text_factors.mean");
    const auto factors = lesson.model->section<float>("text_factors.factors");
    const auto item_factors = lesson.model->section<float>("ials.factors");
    const candidates::Vocabulary vocabulary{words, lesson.model->section<float>("text_factors.rarity"),
                                            lesson.model->section<double>("text_factors.learned_items")[0]};
    const Interactions pairs = interactions_of(lesson.history, {}, 1000);
    const auto v = static_cast<Eigen::Index>(words.size()), d = static_cast<Eigen::Index>(mean.size());
    Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(v, v), right = Eigen::MatrixXd::Zero(v, d), w(v, d);
    for (Eigen::Index r = 0; r < v; ++r)
        for (Eigen::Index k = 0; k < d; ++k)
            w(r, k) = static_cast<double>(factors[static_cast<std::size_t>(r * d + k)]);
    const features::Words cutter;
    for (std::uint32_t row = 0; row < lesson.model->items(); ++row) {
        const auto people = static_cast<double>(pairs.people_of(row).size());
        if (people <= 0) continue;
        Eigen::VectorXd x = Eigen::VectorXd::Zero(v), f(d);
        const std::string text = themed_text(static_cast<std::uint64_t>(lesson.model->item_keys()[row]));
        for (const auto& word : vocabulary.weights(candidates::word_hashes(text, cutter)))
            x(word.word) = static_cast<double>(word.weight);
        for (Eigen::Index k = 0; k < d; ++k)
            f(k) = static_cast<double>(item_factors[row * mean.size() + static_cast<std::size_t>(k)]) -
                   static_cast<double>(mean[static_cast<std::size_t>(k)]);
        gram += people / (people + 10) * x * x.transpose();
        right += people / (people + 10) * x * f.transpose();
    }
    double least = 1e9;
    for (const double penalty : {0.3, 1.0, 3.0, 10.0, 30.0})
        least = std::min(least, (gram * w + penalty * w - right).norm() / right.norm());
    EXPECT_LT(least, 1e-4);
}

}  // namespace
}  // namespace vitrina::training
