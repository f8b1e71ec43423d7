#include "training/kinds_together.hpp"

#include <gtest/gtest.h>

#include "candidates/kinds_together.hpp"

namespace vitrina::training {
namespace {

using state::Action;
using Names = std::vector<std::string>;

struct Step {
    std::string item;
    Action action = Action::view;
};
using Visit = std::vector<Step>;

// Items are called "kind-number"; "-…" alone has no category.
std::string text_of(const std::string& item) {
    const std::string kind = item.substr(0, item.find('-'));
    return kind.empty() ? "no words" : "The " + item + "\nShop > " + kind + "\n=category Shop > " + kind + "\n";
}

struct Shop {
    std::vector<Visit> visits;
    bool order_lines_at_once = false;

    void visit(const Visit& steps, int times) {
        for (int t = 0; t < times; ++t) visits.push_back(steps);
    }
    std::string name(ItemKey key) const {
        for (const Visit& visit : visits)
            for (const Step& step : visit)
                if (item_key(step.item) == key) return step.item;
        return {};
    }
    std::shared_ptr<const model::Model> learned() const {
        std::vector<std::vector<HistoryEntry>> people;
        for (const Visit& visit : visits) {
            people.emplace_back();
            TimeMs time = day_ms;
            for (const Step& step : visit) {
                if (!order_lines_at_once) ++time;
                people.back().push_back({item_key(step.item), time, step.action, 0, 1});
            }
        }
        const History history = history_of(people);
        model::ModelBuilder builder(history.items);
        train_kinds_together(
            history, {}, [&](std::uint32_t row) { return text_of(name(history.items[row])); }, builder);
        return *model::Model::from_bytes(builder.bytes());
    }
    Names goes_with(const Names& context, std::size_t limit) const {
        const auto model = learned();
        const auto source = candidates::make_kinds_together(model);
        if (source == nullptr) return {"no source"};
        candidates::Scratch scratch(model->items());
        features::Query query;
        for (const std::string& item : context) query.context.push_back(model->row(item_key(item)));
        Names found;
        for (const Scored& item : source->candidates(query, limit, scratch))
            found.push_back(name(model->item_keys()[item.row]));
        return found;
    }
};

Shop camera_shop() {
    Shop shop;
    shop.visit({{"camera-1"}, {"camera-1", Action::cart}, {"card-1"}, {"card-1", Action::cart}}, 10);
    shop.visit({{"camera-2", Action::cart}, {"card-2", Action::cart}}, 6);
    shop.visit({{"mug-1", Action::cart}}, 20);
    shop.visit({{"mug-2", Action::cart}}, 5);
    return shop;
}

TEST(KindsTogether, an_item_that_nobody_took_goes_with_what_its_kind_goes_with) {
    Shop shop = camera_shop();
    shop.visit({{"camera-3"}}, 1);
    EXPECT_EQ(shop.goes_with({"camera-3"}, 2), (Names{"card-1", "card-2"}));
}

TEST(KindsTogether, what_was_taken_before_is_not_turned_to_afterwards) {
    EXPECT_EQ(camera_shop().goes_with({"mug-1"}, 1), (Names{"card-1"}));  // as usual: nothing of its own is known
    Shop shop = camera_shop();
    shop.visit({{"card-1", Action::cart}, {"sleeve-1", Action::cart}}, 10);
    EXPECT_EQ(shop.goes_with({"card-2"}, 1), (Names{"sleeve-1"}));
}

TEST(KindsTogether, a_second_thing_of_a_kind_is_offered_where_people_take_one) {
    Shop shop = camera_shop();
    shop.visit({{"shirt-1", Action::cart}, {"shirt-2", Action::cart}}, 30);
    EXPECT_EQ(shop.goes_with({"shirt-1"}, 1), (Names{"shirt-2"}));
    EXPECT_EQ(shop.goes_with({"camera-1", "card-1"}, 1), (Names{"shirt-1"}));  // both kinds are served
}

TEST(KindsTogether, lines_of_one_order_go_with_each_other_both_ways) {
    Shop shop;
    shop.order_lines_at_once = true;
    shop.visit({{"tea-1", Action::buy}, {"cup-1", Action::buy}}, 10);
    EXPECT_EQ(shop.goes_with({"tea-1"}, 1), (Names{"cup-1"}));
    EXPECT_EQ(shop.goes_with({"cup-1"}, 1), (Names{"tea-1"}));
}

TEST(KindsTogether, without_categories_or_anything_taken_there_is_no_source) {
    Shop shop;
    shop.visit({{"-1", Action::cart}, {"-2", Action::cart}}, 5);
    EXPECT_EQ(shop.goes_with({"-1"}, 5), (Names{"no source"}));
    Shop looked_at;
    looked_at.visit({{"tea-1"}, {"cup-1"}}, 5);
    EXPECT_EQ(looked_at.goes_with({"tea-1"}, 5), (Names{"no source"}));
}

}  // namespace
}  // namespace vitrina::training
