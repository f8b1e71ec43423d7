#include "training/content.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "base/random.hpp"
#include "candidates/content.hpp"
#include "features/words.hpp"
#include "model/sparse_table.hpp"

namespace vitrina::training {
namespace {

using Strings = std::vector<std::string>;

std::vector<ItemKey> keys_of(std::size_t items) {
    std::vector<ItemKey> keys;
    for (std::uint64_t i = 0; i < items; ++i) keys.push_back(ItemKey{i});
    return keys;
}

std::shared_ptr<const model::Model> learned(const Strings& texts, const ContentRecipe& recipe) {
    model::ModelBuilder builder(keys_of(texts.size()));
    SerialExecutor serial;
    train_content(recipe, [&](std::uint32_t row) { return texts[row]; }, builder, serial);
    return model::Model::from_bytes(builder.bytes()).value();
}

Strings random_texts(std::uint64_t seed, std::size_t items) {
    Random random(seed);
    Strings texts(items);
    for (auto& text : texts)
        for (std::uint64_t word = random.below(9); word > 0; --word)
            text += "=w" + std::to_string(random.below(1 + random.below(40))) + "\n";
    return texts;
}

// Cosines of TF-IDF weights, word for word.
std::vector<std::vector<double>> naive_cosines(const Strings& texts) {
    std::vector<std::map<std::string, double>> weights(texts.size());
    std::map<std::string, double> items_with;
    const features::Words words;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        for (const auto& word : words.of(texts[i])) ++weights[i][word];
        for (const auto& [word, count] : weights[i]) ++items_with[word];
    }
    for (auto& item : weights) {
        double squares = 0;
        for (auto& [word, weight] : item) {
            weight =
                (1 + std::log(weight)) * std::log((1.0 + static_cast<double>(texts.size())) / (1.0 + items_with[word]));
            squares += weight * weight;
        }
        for (auto& [word, weight] : item) weight /= std::sqrt(squares);
    }
    std::vector<std::vector<double>> cosines(texts.size(), std::vector<double>(texts.size(), 0.0));
    for (std::size_t i = 0; i < texts.size(); ++i)
        for (std::size_t j = 0; j < texts.size(); ++j)
            for (const auto& [word, weight] : weights[i])
                if (i != j && weights[j].contains(word)) cosines[i][j] += weight * weights[j][word];
    return cosines;
}

TEST(Content, agrees_with_the_cosine_on_random_texts) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        SCOPED_TRACE(seed);
        const Strings texts = random_texts(seed, 50);
        const auto model = learned(texts, {.neighbours = 6});
        const auto table = model::table_of(*model, "content").value();
        const auto cosines = naive_cosines(texts);
        for (std::uint32_t i = 0; i < texts.size(); ++i) {
            std::vector<double> best = cosines[i];
            std::ranges::sort(best, std::greater<>());
            best.resize(6);
            std::erase_if(best, [](double cosine) { return cosine <= 0; });
            const auto row = table.row(i);
            ASSERT_EQ(row.size(), best.size());
            for (std::size_t n = 0; n < row.size(); ++n) {
                EXPECT_NEAR(static_cast<double>(row.values[n]), best[n], 1e-5);
                EXPECT_NEAR(static_cast<double>(row.values[n]), cosines[i][row.columns[n]], 1e-5);
            }
        }
    }
}

TEST(Content, shows_a_new_item_beside_its_like) {
    const auto model = learned({"red mug", "blue mug", "desk lamp", "floor lamp"}, {});
    candidates::Scratch scratch(model->items());
    features::Query query;
    query.context = {2};
    const auto shown = candidates::make_content(model)->candidates(query, 10, scratch);
    ASSERT_EQ(shown.size(), 1u);
    EXPECT_EQ(shown[0].row, 3u);
}

TEST(Content, leaves_out_words_of_too_many_items) {
    const auto model = learned({"a mug", "a lamp", "a bowl", "a mug b"}, {.neighbours = 10, .word_items = 3});
    const auto table = model::table_of(*model, "content").value();
    EXPECT_EQ(table.row(0).size(), 1u);
    EXPECT_EQ(table.row(1).size(), 0u);
}

}  // namespace
}  // namespace vitrina::training
