#include "training/same_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "candidates/same_order.hpp"
#include "training/popular.hpp"

namespace vitrina::training {
namespace {

using Order = std::vector<std::string>;

History history_of_orders(const std::vector<Order>& orders, state::Action action = state::Action::buy) {
    std::vector<std::vector<HistoryEntry>> people;
    for (const Order& order : orders) {
        people.emplace_back();
        for (const std::string& item : order) people.back().push_back({item_key(item), day_ms, action, 0, 1});
    }
    return history_of(people);
}

std::vector<Order> repeated(const Order& order, int times) {
    return std::vector<Order>(static_cast<std::size_t>(times), order);
}

std::vector<Order> shop() {
    std::vector<Order> orders;
    for (const auto& part : {repeated({"tea", "cup", "bag"}, 20), repeated({"tea", "bag"}, 20),
                             repeated({"lamp", "bulb", "bag"}, 30), repeated({"rug", "bag"}, 30)})
        orders.insert(orders.end(), part.begin(), part.end());
    return orders;
}

Order goes_with(const Order& context, const std::vector<Order>& orders, const Order& names) {
    SerialExecutor executor;
    const History history = history_of_orders(orders);
    model::ModelBuilder builder(history.items);
    train_same_order(history, {}, builder, executor);
    const auto model = *model::Model::from_bytes(builder.bytes());
    const auto source = candidates::make_same_order(model);
    candidates::Scratch scratch(model->items());
    features::Query query;
    for (const std::string& item : context) query.context.push_back(model->row(item_key(item)));
    Order found;
    for (const Scored& item : source->candidates(query, 10, scratch))
        for (const std::string& name : names)
            if (model->item_keys()[item.row] == item_key(name)) found.push_back(name);
    return found;
}

const Order names{"tea", "cup", "bag", "lamp", "bulb", "rug"};

TEST(SameOrder, what_is_bought_together_goes_together_and_what_is_in_every_order_does_not) {
    EXPECT_EQ(goes_with({"cup"}, shop(), names), (Order{"tea"}));
    EXPECT_EQ(goes_with({"lamp"}, shop(), names), (Order{"bulb"}));
}

TEST(SameOrder, a_cart_asks_for_what_goes_with_any_of_its_lines_and_not_for_itself) {
    EXPECT_EQ(goes_with({"tea", "lamp"}, shop(), names).size(), 2u);
    EXPECT_EQ(goes_with({"tea", "cup"}, shop(), names), Order{});
    EXPECT_EQ(goes_with({}, shop(), names), Order{});
}

TEST(SameOrder, once_is_chance) {
    std::vector<Order> orders = shop();
    orders.push_back({"rug", "tea"});
    const Order found = goes_with({"rug"}, orders, names);
    EXPECT_EQ(std::ranges::find(found, "tea"), found.end());
}

TEST(SameOrder, views_are_no_orders) {
    SerialExecutor executor;
    const History history = history_of_orders(shop(), state::Action::view);
    model::ModelBuilder builder(history.items);
    train_same_order(history, {}, builder, executor);
    EXPECT_EQ(candidates::make_same_order(*model::Model::from_bytes(builder.bytes())), nullptr);
}

// Dunning's G² = 2 Σ O ln(O / E) over the four cells, with E from the margins.
TEST(SameOrder, the_likelihood_ratio_is_that_of_the_textbook) {
    const double cells[] = {10, 20, 30, 940},
                 expected[] = {30.0 * 40 / 1000, 30.0 * 960 / 1000, 970.0 * 40 / 1000, 970.0 * 960 / 1000};
    double ratio = 0;
    for (int i = 0; i < 4; ++i) ratio += 2 * cells[i] * std::log(cells[i] / expected[i]);
    EXPECT_NEAR(likelihood_ratio(10, 30, 40, 1000), ratio, 1e-9);
    EXPECT_NEAR(likelihood_ratio(4, 20, 200, 1000), 0, 1e-9);
}

TEST(Popular, counts_an_item_once_a_basket_and_forgets_the_old_only_in_recent) {
    const auto entry = [](const char* item, int day, std::uint32_t basket) {
        return HistoryEntry{item_key(item), (100 + day) * day_ms, state::Action::buy, basket, 1};
    };
    const std::vector<std::vector<HistoryEntry>> people{
        {entry("old", 0, 0), entry("old", 0, 0), entry("old", 1, 1), entry("old", 2, 2), entry("new", 90, 3)},
        {entry("new", 90, 0)}};
    const History history = history_of(people);
    model::ModelBuilder builder(history.items);
    train_popular(history, {.half_life_days = 10}, builder);
    const auto model = *model::Model::from_bytes(builder.bytes());
    const auto rows = model->section<std::uint32_t>("popular.rows"),
               recent = model->section<std::uint32_t>("recent.rows");
    EXPECT_EQ(rows[0], model->row(item_key("old")));
    EXPECT_EQ(model->section<float>("popular.scores")[0], 3.0f);
    EXPECT_EQ(recent[0], model->row(item_key("new")));
    EXPECT_EQ(model->section<float>("recent.scores")[0], 2.0f);
}

}  // namespace
}  // namespace vitrina::training
