#include "training/next_basket.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/random.hpp"
#include "candidates/next_basket.hpp"

namespace vitrina::training {
namespace {

using Basket = std::set<std::uint32_t>;
using Person = std::vector<Basket>;  // oldest first

constexpr std::uint32_t shop_items = 12;

std::vector<Person> random_people(std::uint64_t seed) {
    Random random(seed);
    std::vector<Person> people(30);
    for (Person& person : people)
        for (std::uint64_t b = 1 + random.below(5); b > 0; --b) {
            Basket basket;
            for (std::uint64_t n = 1 + random.below(4); n > 0; --n)
                basket.insert(static_cast<std::uint32_t>(random.below(shop_items)));
            person.push_back(basket);
        }
    return people;
}

std::shared_ptr<const model::Model> trained(const std::vector<Person>& people, const NextBasketRecipe& recipe) {
    std::vector<std::vector<HistoryEntry>> all;
    for (const Person& person : people) {
        all.emplace_back();
        for (std::uint32_t b = 0; b < person.size(); ++b)
            for (const std::uint32_t item : person[b])
                all.back().push_back({ItemKey{item}, static_cast<TimeMs>(b + 1) * day_ms, state::Action::buy, b, 1});
    }
    std::vector<ItemKey> keys;
    for (std::uint64_t i = 0; i < shop_items; ++i) keys.push_back(ItemKey{i});
    const History history = history_of(all, keys);
    model::ModelBuilder builder(history.items);
    train_next_basket(history, recipe, builder);
    return *model::Model::from_bytes(builder.bytes());
}

features::Query query_of(const Person& person) {
    features::Query query;
    for (std::size_t b = person.size(); b-- > 0;)
        for (const std::uint32_t item : person[b])
            query.history.push_back(
                {item, state::Action::buy, 0, 1, static_cast<std::uint32_t>(person.size() - 1 - b)});
    return query;
}

struct Vectors {
    std::map<std::uint32_t, double> x, r;
    double square = 0;
};

Vectors vectors_of(const Person& person, std::uint32_t baskets) {
    Vectors v;
    const std::size_t recent = std::min<std::size_t>(person.size(), baskets);
    for (std::size_t b = 0; b < person.size(); ++b)
        for (const std::uint32_t item : person[b]) {
            v.x[item] += 1;
            if (b + recent >= person.size()) v.r[item] += 1.0 / static_cast<double>(recent);
        }
    for (const auto& [item, count] : v.x) v.square += count * count;
    return v;
}

std::map<std::uint32_t, double> naive(const std::vector<Person>& people, const NextBasketRecipe& recipe,
                                      const Person& own) {
    const Vectors u = vectors_of(own, recipe.baskets);
    std::vector<std::pair<double, std::size_t>> neighbours;
    for (std::size_t p = 0; p < people.size(); ++p) {
        const Vectors v = vectors_of(people[p], recipe.baskets);
        double product = 0;
        for (const auto& [item, count] : u.x) product += v.x.contains(item) ? count * v.x.at(item) : 0;
        if (product > 0 && v.x != u.x)
            neighbours.emplace_back(
                product / (std::pow(u.square, recipe.asymmetry) * std::pow(v.square, 1 - recipe.asymmetry)), p);
    }
    std::ranges::sort(neighbours, std::greater<>());
    std::map<std::uint32_t, double> scores;
    for (const auto& [item, share] : u.r) scores[item] += recipe.own_weight * share;
    for (const auto& [similarity, p] : neighbours)
        for (const auto& [item, share] : vectors_of(people[p], recipe.baskets).r)
            scores[item] += std::pow(similarity, recipe.power) * share / static_cast<double>(neighbours.size());
    return scores;
}

TEST(NextBasket, agrees_with_the_formulas_person_by_person) {
    // As many neighbours as there are people: which of equals comes last must not matter here.
    const NextBasketRecipe recipe{.baskets = 3, .neighbours = 100, .asymmetry = 0.7, .power = 1.5, .own_weight = 0.6};
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        const std::vector<Person> people = random_people(seed);
        const auto model = trained(people, recipe);
        const auto source = candidates::make_next_basket(model);
        candidates::Scratch scratch(shop_items);
        for (std::size_t p = 0; p < 5; ++p) {
            auto expected = naive(people, recipe, people[p]);
            std::erase_if(expected, [](const auto& entry) { return entry.second <= 0; });
            const std::vector<Scored> best = source->candidates(query_of(people[p]), shop_items, scratch);
            ASSERT_EQ(best.size(), expected.size()) << "seed " << seed << " person " << p;
            for (const Scored& item : best)
                EXPECT_NEAR(item.score, expected.at(item.row), 1e-5) << "seed " << seed << " person " << p;
        }
    }
}

TEST(NextBasket, a_person_without_a_purchase_gets_nothing) {
    const auto model = trained({{{1, 2}}, {{2, 3}}}, {});
    candidates::Scratch scratch(shop_items);
    features::Query query;
    query.history = {{.row = 1, .action = state::Action::view}};
    EXPECT_TRUE(candidates::make_next_basket(model)->candidates(query, 5, scratch).empty());
}

TEST(NextBasket, what_is_bought_every_time_stands_first) {
    const auto model = trained({{{1, 2}, {1, 3}, {1, 4}}, {{5}, {6}}}, {});
    candidates::Scratch scratch(shop_items);
    const std::vector<Scored> best =
        candidates::make_next_basket(model)->candidates(query_of({{1, 2}, {1, 3}, {1, 4}}), 5, scratch);
    ASSERT_FALSE(best.empty());
    EXPECT_EQ(best[0].row, 1u);
}

}  // namespace
}  // namespace vitrina::training
