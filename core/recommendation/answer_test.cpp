#include <gtest/gtest.h>

#include "recommendation/test_shop.hpp"

namespace vitrina::recommendation {
namespace {

using state::Action;

// Six items in two categories; item–item says a, b, c, d, e, f; the bestsellers are f, e, d, c.
struct Answer : testing::Test {
    TestShop shop;

    void SetUp() override {
        for (const char* id : {"a", "b", "c", "d", "e", "f"}) {
            catalog::Item& item = shop.add(id);
            item.categories = {*id < 'd' ? "kitchen > mugs" : "garden"};
            item.price = 5 * money_unit;
        }
        shop.open();
        shop.learn();
        shop.sells({"f", "e", "d", "c"});
        shop.snapshot.placements["home"].sources = {"item_item"};
    }
    void says_all() { shop.says("item_item", {"a", "b", "c", "d", "e", "f"}); }
    void change(const std::string& id, const std::function<void(catalog::Item&)>& edit) {
        catalog::Item item = shop.catalog.item(*shop.catalog.find(id));
        edit(item);
        ASSERT_TRUE(shop.catalog.put(item));
    }
    static Request home(std::size_t size) {
        Request request;
        request.placement = "home";
        request.size = size;
        return request;
    }
};

TEST_F(Answer, follows_the_sources_of_the_placement) {
    says_all();
    EXPECT_EQ(shop.shown(home(3)), "a:picked_for_you b:picked_for_you c:picked_for_you");
}

TEST_F(Answer, shows_what_sells_before_the_first_model) {
    shop.snapshot.model = nullptr;
    EXPECT_EQ(shop.shown(home(5)), "f:popular e:popular d:popular c:popular a:available");
}

TEST_F(Answer, never_shows_what_cannot_be_sold) {
    says_all();
    change("a", [](catalog::Item& item) { item.availability = catalog::Availability::out_of_stock; });
    change("b", [](catalog::Item& item) { item.hidden = true; });
    change("c", [](catalog::Item& item) { item.available_until = TestShop::now - 1; });
    change("d", [](catalog::Item& item) { item.quantity = 0; });
    EXPECT_EQ(shop.shown(home(6)), "e:picked_for_you f:picked_for_you");
    shop.catalog.remove("e");
    EXPECT_EQ(shop.shown(home(6)), "f:picked_for_you");
    shop.catalog.remove("f");
    EXPECT_EQ(shop.shown(home(6)), "(nothing_passes)");
}

TEST_F(Answer, never_shows_what_is_in_the_cart_excluded_or_no_candidate) {
    says_all();
    shop.profile.cart.push_back({item_key("a"), 1, TestShop::now});
    Request request = home(6);
    request.cart = {"b"};
    request.exclude = {"c"};
    EXPECT_EQ(shop.shown(request), "d:picked_for_you e:picked_for_you f:picked_for_you");
    request.candidates = {"a", "e", "unknown"};
    EXPECT_EQ(shop.shown(request), "e:picked_for_you");
}

TEST_F(Answer, keeps_to_the_filter_also_when_it_falls_back) {
    shop.says("item_item", {"a", "b"});
    change("b", [](catalog::Item& item) { item.price = 50 * money_unit; });
    change("e", [](catalog::Item& item) { item.price = 50 * money_unit; });
    Request request = home(3);
    request.filter = *ranking::parse_filter(R"({"field": "price", "gt": 20})");
    EXPECT_EQ(shop.shown(request), "b:picked_for_you e:popular");
}

TEST_F(Answer, shows_one_variant_of_a_group_and_one_that_is_in_stock) {
    for (const char* id : {"red", "blue"}) shop.add(id).group_id = "shirt";
    shop.open();
    shop.learn();
    shop.snapshot.sources.clear();
    shop.snapshot.sources.push_back(std::make_unique<FixedSource>(
        "item_item", std::vector<Scored>{{shop.row("group:shirt"), 2}, {shop.row("a"), 1}}));
    Request request = home(2);
    EXPECT_EQ(shop.shown(request), "red:picked_for_you a:picked_for_you");
    change("red", [](catalog::Item& item) { item.quantity = 0; });
    EXPECT_EQ(shop.shown(request), "blue:picked_for_you a:picked_for_you");
    request.cart = {"blue"};
    EXPECT_EQ(shop.shown(request), "a:picked_for_you f:popular");
}

TEST_F(Answer, keeps_to_the_variant_that_the_person_had) {
    for (const char* id : {"red", "blue"}) shop.add(id).group_id = "shirt";
    shop.open();
    shop.learn();
    shop.snapshot.sources.push_back(
        std::make_unique<FixedSource>("item_item", std::vector<Scored>{{shop.row("group:shirt"), 2}}));
    shop.did(Action::view, "blue", day_ms);
    EXPECT_EQ(shop.shown(home(1)), "blue:recently_viewed");
}

TEST_F(Answer, bounds_the_items_of_a_category_until_there_is_too_little_to_show) {
    says_all();
    shop.snapshot.placements["home"].diversity = {"category", 1};
    EXPECT_EQ(shop.shown(home(2)), "a:picked_for_you d:picked_for_you");
    EXPECT_EQ(shop.shown(home(4)), "a:picked_for_you d:picked_for_you b:picked_for_you c:picked_for_you");
    Request strict = home(4);
    strict.strict = true;
    EXPECT_EQ(shop.shown(strict), "a:picked_for_you d:picked_for_you");
}

TEST_F(Answer, leaves_out_what_was_bought_lately_unless_one_buys_it_again) {
    says_all();
    shop.did(Action::buy, "a", 10 * day_ms, 1);
    shop.did(Action::buy, "b", 40 * day_ms, 2);
    shop.did(Action::buy, "c", 5 * day_ms, 3);
    EXPECT_EQ(shop.shown(home(2)), "b:buy_again d:because_you_bought");
    shop.learn({{"c", 0.5f}});
    EXPECT_EQ(shop.shown(home(2)), "b:buy_again c:buy_again");
    shop.did(Action::buy, "a", 50 * day_ms, 4);
    EXPECT_EQ(shop.shown(home(2)), "a:buy_again b:buy_again");
}

TEST_F(Answer, shows_what_was_bought_lately_rather_than_nothing) {
    shop.says("item_item", {"a"});
    shop.did(Action::buy, "a", day_ms, 1);
    EXPECT_EQ(shop.shown(home(2)), "a:buy_again f:popular");
    Request strict = home(2);
    strict.strict = true;
    EXPECT_EQ(shop.shown(strict), "(nothing_known)");
}

TEST_F(Answer, keeps_to_the_category_asked_for_while_it_has_something) {
    says_all();
    Request request = home(6);
    request.category = "kitchen";
    EXPECT_EQ(shop.shown(request), "a:picked_for_you b:picked_for_you c:picked_for_you");
    request.category = "cellar";
    request.size = 1;
    EXPECT_EQ(shop.shown(request), "a:picked_for_you");
}

TEST_F(Answer, is_not_shown_twice_over_the_placements_of_a_request) {
    says_all();
    shop.already_shown = {item_key("a"), item_key("c")};
    EXPECT_EQ(shop.shown(home(2)), "b:picked_for_you d:picked_for_you");
}

TEST_F(Answer, names_the_product_in_the_reason) {
    shop.snapshot.placements["product_addons"].sources = {"bought_together"};
    shop.says("same_order", {"b"});
    Request request;
    request.placement = "product_addons";
    request.item_id = "a";
    request.size = 1;
    const auto english = shop.ask(request)->items.at(0);
    EXPECT_EQ(english.source, "bought_together");
    EXPECT_EQ(english.reason.item_id, "a");
    EXPECT_EQ(english.reason.text, "Often bought with The a");
    request.locale = "ru-RU";
    change("a", [](catalog::Item& item) { item.localized["ru"].title = "Кружка"; });
    EXPECT_EQ(shop.ask(request)->items.at(0).reason.text, "Часто покупают вместе: Кружка");
}

TEST_F(Answer, shows_the_own_past_and_falls_back_only_where_there_is_none) {
    shop.snapshot.model = nullptr;
    Request request = home(3);
    request.placement = "recently_viewed";
    EXPECT_EQ(shop.shown(request), "f:popular e:popular d:popular");
    shop.did(Action::view, "b", minute_ms);
    shop.did(Action::view, "a", hour_ms);
    EXPECT_EQ(shop.shown(request), "b:recently_viewed a:recently_viewed");
    shop.did(Action::buy, "c", 40 * day_ms, 1);
    request.placement = "buy_again";
    EXPECT_EQ(shop.shown(request), "c:buy_again");
}

TEST_F(Answer, explains_scores_rules_and_what_was_relaxed) {
    says_all();
    shop.snapshot.placements["home"].diversity = {"category", 1};
    Request request = home(3);
    request.explain = true;
    request.exclude = {"b"};
    const auto recommendation = *shop.ask(request);
    ASSERT_EQ(recommendation.items.size(), 3u);
    ASSERT_EQ(recommendation.items[1].explained.size(), 1u);
    EXPECT_EQ(recommendation.items[1].explained[0].source, "item_item");
    EXPECT_FLOAT_EQ(recommendation.items[1].explained[0].score, 0.25f);
    std::string trace;
    for (const Trace& step : recommendation.trace) trace += step.item_id + "=" + step.rule + " ";
    EXPECT_EQ(trace, "b=excluded c=diversity e=diversity f=diversity =relaxed:diversity ");
}

TEST_F(Answer, gives_what_is_ready_when_time_is_up) {
    says_all();
    shop.snapshot.placements["home"].sources = {"item_item", "trending"};
    int looks = 0;
    const auto recommendation = *shop.ask(home(2), [&] { return ++looks > 1; });
    EXPECT_TRUE(recommendation.late);
    EXPECT_EQ(recommendation.items.size(), 2u);
    const auto at_once = *shop.ask(home(2), [] { return true; });
    EXPECT_EQ(at_once.items.size(), 2u);
    EXPECT_EQ(at_once.items[0].reason.code, "popular");
}

TEST_F(Answer, refuses_what_makes_no_sense) {
    EXPECT_NE(shop.shown(home(0)).find("size 0"), std::string::npos);
    EXPECT_NE(shop.shown(home(101)).find("between 1 and 100"), std::string::npos);
    Request request = home(1);
    request.placement = "attic";
    EXPECT_NE(shop.shown(request).find("known: bestsellers, buy_again"), std::string::npos);
    request.placement = "product";
    EXPECT_NE(shop.shown(request).find("needs item_id"), std::string::npos);
}

TEST_F(Answer, counts_recent_items_of_a_caller_without_a_visitor) {
    shop.snapshot.model = nullptr;
    Request request = home(2);
    request.placement = "recently_viewed";
    request.recent_items = {"c", "unknown", "b"};
    EXPECT_EQ(shop.shown(request), "c:recently_viewed b:recently_viewed");
}

TEST(Placements, are_checked_and_what_is_wrong_is_named) {
    const auto refusal = [](PlacementSettings settings) {
        const auto checked = check_placements({{"cart", std::move(settings)}});
        return checked ? "" : checked.error().message;
    };
    PlacementSettings good;
    good.sources = {"item_item", "popular", "bought_together"};
    EXPECT_EQ(refusal(good), "");
    PlacementSettings misspelt = good;
    misspelt.sources = {"bought_togather"};
    EXPECT_TRUE(
        refusal(misspelt).starts_with("placement.cart.sources: unknown source \"bought_togather\"; known: item_item"));
    PlacementSettings twice = good;
    twice.sources.emplace_back("similar_to_visitor");
    EXPECT_EQ(refusal(twice), "placement.cart.sources: \"similar_to_visitor\" comes twice; raise its weight instead");
    PlacementSettings coloured = good;
    coloured.diversity.by = "colour";
    EXPECT_EQ(refusal(coloured), "placement.cart.diversity.by: \"colour\" is not category or brand");
    PlacementSettings elsewhere = good;
    elsewhere.fallback = "nothing";
    EXPECT_EQ(refusal(elsewhere), "placement.cart.fallback: \"nothing\" is not popular, trending, new or empty");
}

TEST(Listing, is_put_into_order_and_loses_only_what_may_not_be_sold) {
    TestShop shop;
    for (const char* id : {"a", "b", "c", "d", "e"}) shop.add(id).categories = {"things"};
    shop.add("gone").availability = catalog::Availability::out_of_stock;
    shop.open();
    shop.learn();
    shop.says("item_item", {"d", "a"});
    PlacementSettings& home = shop.snapshot.placements["home"];
    home.sources = {"item_item"};
    home.size_max = 2;
    home.diversity = {"category", 1};
    shop.did(Action::buy, "a", hour_ms);
    Request request{.placement = "home", .size = 6, .candidates = {"e", "gone", "c", "a", "d", "b"}, .listing = true};
    const auto ids = [&] {
        std::string text;
        const auto answer = shop.ask(request);
        for (const AnsweredItem& item : answer->items) text += item.item_id + ":" + item.source + " ";
        return text;
    };
    request.cart = {"c"};
    EXPECT_EQ(ids(), "d:item_item a:item_item e:listed c:listed b:listed ");
    request.as_given = true;
    EXPECT_EQ(ids(), "e:listed c:listed a:listed d:listed b:listed ");
}

}  // namespace
}  // namespace vitrina::recommendation
