#include "training/ials.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>

#include "base/random.hpp"
#include "candidates/ials.hpp"
#include "training/four_threads_test.hpp"

namespace vitrina::training {
namespace {

History random_history(std::uint64_t seed, std::size_t people, std::size_t items) {
    Random random(seed);
    std::vector<std::vector<HistoryEntry>> all(people);
    for (auto& entries : all) {
        const std::uint64_t taste = random.below(4);
        for (std::uint64_t e = 1 + random.below(24); e > 0; --e) {
            const std::uint64_t item = random.below(5) == 0 ? random.below(items) : taste + 4 * random.below(items / 4);
            entries.push_back({ItemKey{1000 + item}, 0, state::Action::buy, 0, 1});
        }
    }
    const std::vector<ItemKey> cold{ItemKey{7}, ItemKey{999'999}};
    return history_of(all, cold);
}

Interactions pairs_of(const History& history) { return interactions_of(history, {}, 1000); }

double norm(const float* row, std::size_t d) {
    double sum = 0;
    for (std::size_t k = 0; k < d; ++k) sum += static_cast<double>(row[k]) * static_cast<double>(row[k]);
    return sum;
}

// The formula of the header, word for word.
double loss(const Interactions& pairs, const Factors& factors, const IalsRecipe& recipe) {
    double people = 0, items = 0, sum = 0;
    for (std::size_t p = 0; p < pairs.people(); ++p) people += pairs.items_of(p).empty() ? 0 : 1;
    for (std::size_t i = 0; i < pairs.items(); ++i) items += pairs.people_of(i).empty() ? 0 : 1;
    const auto product = [&](std::size_t p, std::size_t i) {
        double value = 0;
        for (std::size_t k = 0; k < recipe.dimensions; ++k)
            value += static_cast<double>(factors.people[p][k]) * static_cast<double>(factors.items[i][k]);
        return value;
    };
    for (std::size_t p = 0; p < pairs.people(); ++p) {
        for (std::size_t i = 0; i < pairs.items(); ++i) sum += recipe.unobserved * std::pow(product(p, i), 2);
        for (const std::uint32_t i : pairs.items_of(p)) sum += std::pow(1 - product(p, i), 2);
        const double pull =
            std::pow(static_cast<double>(pairs.items_of(p).size()) + recipe.unobserved * items, recipe.frequency_power);
        sum += recipe.regularisation * pull * norm(factors.people[p], recipe.dimensions);
    }
    for (std::size_t i = 0; i < pairs.items(); ++i) {
        const double pull = std::pow(static_cast<double>(pairs.people_of(i).size()) + recipe.unobserved * people,
                                     recipe.frequency_power);
        sum += recipe.regularisation * pull * norm(factors.items[i], recipe.dimensions);
    }
    return sum;
}

constexpr IalsRecipe small{.dimensions = 12, .epochs = 1, .unobserved = 0.05, .regularisation = 0.02};

TEST(Ials, lowers_its_loss_in_every_epoch) {
    const History history = random_history(3, 150, 60);
    const Interactions pairs = pairs_of(history);
    SerialExecutor serial;
    double before = std::numeric_limits<double>::infinity();
    for (std::uint32_t epochs = 1; epochs <= 8; ++epochs) {
        IalsRecipe recipe = small;
        recipe.epochs = epochs;
        const double after = loss(pairs, factorised(pairs, history.items, {.ials = recipe}, serial), recipe);
        EXPECT_LT(after, before + 1e-3) << epochs;
        before = after;
    }
}

TEST(Ials, solves_each_item_as_the_textbook_does) {
    const History history = random_history(4, 80, 40);
    const Interactions pairs = pairs_of(history);
    SerialExecutor serial;
    const Factors factors = factorised(pairs, history.items, {.ials = small}, serial);
    const auto d = static_cast<Eigen::Index>(small.dimensions);
    Eigen::MatrixXd people(static_cast<Eigen::Index>(pairs.people()), d);
    for (std::size_t p = 0; p < pairs.people(); ++p)
        people.row(static_cast<Eigen::Index>(p)) =
            Eigen::Map<const Eigen::VectorXf>(factors.people[p], d).cast<double>();
    const Eigen::MatrixXd gram = people.transpose() * people;
    for (std::size_t i = 0; i < pairs.items(); ++i) {
        Eigen::MatrixXd a = small.unobserved * gram;
        Eigen::VectorXd b = Eigen::VectorXd::Zero(d);
        const double n = static_cast<double>(pairs.people_of(i).size());
        a += small.regularisation * (n + small.unobserved * static_cast<double>(pairs.people())) *
             Eigen::MatrixXd::Identity(d, d);
        for (const std::uint32_t p : pairs.people_of(i)) {
            const Eigen::VectorXd v = people.row(p).transpose();
            a += v * v.transpose();
            b += v;
        }
        const Eigen::VectorXd expected = a.llt().solve(b);
        for (Eigen::Index k = 0; k < d; ++k)
            EXPECT_NEAR(static_cast<double>(factors.items[i][k]), expected(k), 1e-4) << i;
    }
}

TEST(Ials, gives_the_same_bytes_on_one_thread_and_on_four) {
    const History history = random_history(5, 9000, 300);  // three blocks of Gram sums
    Recipe recipe;
    recipe.ials = small;
    recipe.ials.epochs = 2;
    SerialExecutor serial;
    FourThreads four;
    model::ModelBuilder one(history.items), other(history.items);
    train_ials(history, recipe, one, serial);
    train_ials(history, recipe, other, four);
    EXPECT_EQ(one.bytes(), other.bytes());
}

TEST(Ials, folding_in_a_person_is_one_more_row_of_the_half_step) {
    const History history = random_history(6, 200, 50);
    Recipe recipe;
    recipe.ials = small;
    recipe.ials.epochs = 6;
    SerialExecutor serial;
    const Interactions pairs = pairs_of(history);
    const Factors factors = factorised(pairs, history.items, recipe, serial);
    model::ModelBuilder builder(history.items);
    train_ials(history, recipe, builder, serial);
    const auto model = model::Model::from_bytes(builder.bytes()).value();
    const auto source = candidates::make_ials(model);
    candidates::Scratch scratch(model->items());
    const auto d = static_cast<Eigen::Index>(small.dimensions);
    Eigen::MatrixXd items(static_cast<Eigen::Index>(pairs.items()), d);
    for (std::size_t i = 0; i < pairs.items(); ++i)
        items.row(static_cast<Eigen::Index>(i)) = Eigen::Map<const Eigen::VectorXf>(factors.items[i], d).cast<double>();
    for (std::size_t p = 0; p < 20; ++p) {
        features::Query query;
        Eigen::MatrixXd a = small.unobserved * items.transpose() * items;
        a += small.regularisation *
             (static_cast<double>(pairs.items_of(p).size()) +
              small.unobserved * static_cast<double>(pairs.items() - 2)) *
             Eigen::MatrixXd::Identity(d, d);
        Eigen::VectorXd b = Eigen::VectorXd::Zero(d);
        for (const std::uint32_t i : pairs.items_of(p)) {
            query.history.push_back({i, state::Action::buy, 0, 1, 0});
            a += items.row(i).transpose() * items.row(i);
            b += items.row(i).transpose();
        }
        const Eigen::VectorXd expected = items * a.llt().solve(b);
        for (const Scored& scored : source->candidates(query, 1000, scratch))
            EXPECT_NEAR(static_cast<double>(scored.score), expected(scored.row), 2e-4);
    }
}

TEST(Ials, never_shows_an_item_that_nobody_touched) {
    const History history = random_history(7, 100, 40);
    Recipe recipe;
    recipe.ials = small;
    SerialExecutor serial;
    model::ModelBuilder builder(history.items);
    train_ials(history, recipe, builder, serial);
    const auto model = model::Model::from_bytes(builder.bytes()).value();
    candidates::Scratch scratch(model->items());
    features::Query query;
    query.history = {{5, state::Action::view, 0, 1, 0}};
    const auto shown = candidates::make_ials(model)->candidates(query, 1000, scratch);
    EXPECT_FALSE(shown.empty());
    for (const Scored& scored : shown) {
        EXPECT_NE(scored.row, model->row(ItemKey{7}));
        EXPECT_NE(scored.row, model->row(ItemKey{999'999}));
    }
}

TEST(Ials, a_shop_of_views_alone_learns_as_one_of_purchases_alone) {
    History history = random_history(8, 60, 30);
    Recipe recipe;
    recipe.ials = small;
    SerialExecutor serial;
    model::ModelBuilder bought(history.items), viewed(history.items);
    train_ials(history, recipe, bought, serial);
    for (auto& action : history.action) action = state::Action::view;
    train_ials(history, recipe, viewed, serial);
    const auto a = model::Model::from_bytes(bought.bytes()).value(),
               b = model::Model::from_bytes(viewed.bytes()).value();
    const auto x = a->section<float>("ials.factors"), y = b->section<float>("ials.factors");
    for (std::size_t k = 0; k < x.size(); ++k) ASSERT_NEAR(x[k], y[k], 1e-5f);
}

}  // namespace
}  // namespace vitrina::training
