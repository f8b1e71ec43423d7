// Answers of known items: what is learned from them is released where it orders better, and nowhere else.

#include "evaluation/shown_learning.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"
#include "candidates/feature_bytes.hpp"
#include "candidates/shown.hpp"

namespace vitrina::evaluation {
namespace {

constexpr std::size_t items = 60, places = 6;

std::string name_of(std::size_t item) { return "i" + std::to_string(item); }

struct Shop {
    std::shared_ptr<const model::Model> model;
    std::map<std::string, recommendation::PlacementFeatures> features;
    std::vector<feedback::ShownAnswer> answers;
    std::vector<feedback::Success> successes;  // one an item of an answer
    std::vector<ItemKey> keys;

    Shop() {
        for (std::size_t i = 0; i < items; ++i) keys.push_back(item_key(name_of(i)));
        std::ranges::sort(keys);
        model::ModelBuilder builder(keys);
        const std::vector<float> none(items, 0.0f);
        for (const char* column : {"facts.people", "facts.count", "facts.lately", "facts.repeat"})
            builder.add(column, none);
        builder.add("facts.next.offsets", std::vector<std::uint64_t>(items + 1, 0));
        builder.add("facts.next.columns", std::vector<std::uint32_t>());
        builder.add("facts.next.values", std::vector<float>());
        builder.add("recent.rows", std::vector<std::uint32_t>{0});
        builder.add("recent.scores", std::vector<float>{1});
        model = *model::Model::from_bytes(builder.bytes());
        features = recommendation::features_of({{"home", {.sources = {"popular"}}}}, model);
    }

    // Items differ by `spread` in how often they are clicked; in the last fifth of the answers all that is said is wrong where they `turn`.
    void show(std::size_t count, double spread, bool turn = false) {
        Random random(7);
        std::vector<double> liked(items);
        for (double& one : liked) one = random.normal();
        const auto& names = *features.at("home").names;
        for (std::size_t a = 0; a < count; ++a) {
            feedback::ShownAnswer answer{.recommendation_id = "r" + std::to_string(100'000 + a),
                                         .visitor_id = "v" + std::to_string(a % 400),
                                         .placement = "home",
                                         .variant = "",
                                         .model_version = "",
                                         .time = static_cast<TimeMs>(a),
                                         .layout = candidates::layout_of(names),
                                         .items = {}};
            for (std::size_t place = 0; place < places; ++place) {
                const std::size_t item = random.below(items);
                const double logit = -1.5 + (turn && a > count * 4 / 5 ? -spread : spread) * liked[item];
                answer.items.push_back({name_of(item), static_cast<std::int32_t>(place),
                                        candidates::bytes_of(std::vector<float>(names.size(), 0.0f))});
                successes.push_back({.clicked = random.unit() < 1 / (1 + std::exp(-logit))});
            }
            answers.push_back(std::move(answer));
        }
    }

    ShownChoice learn(const SuccessSettings& settings = {},
                      std::set<std::pair<std::string, std::string>> in_use = {}) const {
        ShownInput input{.placements = {"cart", "home"},
                         .rows = {},
                         .items = {.key_of = [](const std::string& id) { return item_key(id); },
                                   .category_of = [](ItemKey) { return std::uint64_t{1}; }},
                         .in_use = std::move(in_use)};
        std::size_t row = 0;
        for (const auto& answer : answers)
            for (const auto& item : answer.items) input.rows.push_back({&answer, &item, successes[row++]});
        SerialExecutor executor;
        auto choice = learn_shown(input, {features, keys}, settings, executor);
        EXPECT_TRUE(choice) << choice.error().message;
        return *choice;
    }
};

std::string said(const ShownChoice& choice, const std::string& name) {
    for (const model::ReleaseCheck& check : choice.checks)
        if (check.name == name) return check.says;
    return "no check";
}

TEST(ShownLearning, releases_what_orders_better_and_says_so) {
    Shop shop;
    shop.show(2500, 1.2);
    const ShownChoice choice = shop.learn();
    ASSERT_EQ(choice.learned.size(), 1u);
    const training::LearnedShown& home = choice.learned.front();
    EXPECT_EQ(home.placement, "home");
    EXPECT_EQ(home.rates.size(), items * candidates::shown_rates.size());
    ASSERT_EQ(home.goals.size(), 1u);
    EXPECT_EQ(home.goals.front().goal, "click");
    EXPECT_TRUE(said(choice, "shown: home click").starts_with("released: its order +"));
    EXPECT_TRUE(said(choice, "shown: home purchase").starts_with("not learned: 0, 0 and 0")) << "nobody bought";
    EXPECT_NE(said(choice, "shown: cart click").find("no features"), std::string::npos);
}

TEST(ShownLearning, refuses_what_is_not_better) {
    Shop shop;
    shop.show(2500, 0);
    const ShownChoice choice = shop.learn();
    EXPECT_TRUE(choice.learned.empty());
    EXPECT_TRUE(said(choice, "shown: home click").starts_with("refused, not surely better"));
}

TEST(ShownLearning, releases_again_what_is_no_worse_than_the_order_in_use) {
    Shop shop;
    shop.show(2500, 0);
    const ShownChoice choice = shop.learn({}, {{"home", "click"}});
    EXPECT_EQ(choice.learned.size(), 1u);
    EXPECT_TRUE(said(choice, "shown: home click").starts_with("released again"));
}

TEST(ShownLearning, refuses_what_is_not_calibrated) {
    Shop shop;
    shop.show(2500, 1.2, true);
    const ShownChoice choice = shop.learn();
    EXPECT_TRUE(choice.learned.empty());
    EXPECT_TRUE(said(choice, "shown: home click").starts_with("refused, not calibrated"));
}

TEST(ShownLearning, leaves_out_rows_of_other_features_and_old_ones) {
    Shop shop;
    shop.show(2500, 1.2);
    EXPECT_TRUE(said(shop.learn({.rows = 100}), "shown: home click").starts_with("not learned: ")) << "too few";
    for (auto& answer : shop.answers) answer.layout += 1;
    EXPECT_EQ(said(shop.learn(), "shown: home click"),
              "not learned: no mature row has the features of this model, 15000 have others");
}

}  // namespace
}  // namespace vitrina::evaluation
