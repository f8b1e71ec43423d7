// Answers whose order is that of a model's trees.
#include <gtest/gtest.h>

#include <cmath>

#include "candidates/feature_bytes.hpp"
#include "candidates/shown.hpp"
#include "model/forest.hpp"
#include "recommendation/test_shop.hpp"

namespace vitrina::recommendation {
namespace {

using state::Action;

// Six items, a model in which few people know a and most know f, the source `recent` that names a before f, and a tree for
// `home` that puts first what at least four people know.
struct RankedAnswer : testing::Test {
    TestShop shop;

    void SetUp() override {
        for (const char* id : {"a", "b", "c", "d", "e", "f"}) shop.add(id);
        shop.open();
        shop.sells({"f", "e", "d", "c"});
        shop.snapshot.placements["home"].sources = {"popular", "item_item"};
        shop.snapshot.weights[{"home", "item_item"}] = 0;
        learn({"a", "b", "c", "d"});
        shop.did(Action::view, "a", day_ms);
    }

    // `recent` names these, best first. `more` adds to the model.
    void learn(
        const std::vector<std::string>& recent, const std::function<void(model::ModelBuilder&)>& more = [](auto&) {}) {
        const std::vector<std::string> ids{"a", "b", "c", "d", "e", "f"};
        std::map<ItemKey, float> people;
        for (std::size_t n = 0; n < ids.size(); ++n) people[item_key(ids[n])] = static_cast<float>(n + 1);
        std::vector<ItemKey> keys;
        std::vector<float> counts, none(ids.size(), 0.0f);
        for (const auto& [key, count] : people) {
            keys.push_back(key);
            counts.push_back(count);
        }
        model::ModelBuilder builder(keys);
        std::vector<std::uint32_t> rows;
        std::vector<float> scores;
        for (const std::string& id : recent) {
            rows.push_back(static_cast<std::uint32_t>(std::ranges::lower_bound(keys, item_key(id)) - keys.begin()));
            scores.push_back(1.0f / static_cast<float>(rows.size()));
        }
        builder.add("recent.rows", rows);
        builder.add("recent.scores", scores);
        builder.add("facts.people", counts);
        for (const char* column : {"facts.count", "facts.lately", "facts.repeat"}) builder.add(column, none);
        builder.add("facts.next.offsets", std::vector<std::uint64_t>(ids.size() + 1, 0));
        builder.add("facts.next.columns", std::vector<std::uint32_t>());
        builder.add("facts.next.values", std::vector<float>());
        const auto bare = *model::Model::from_bytes(builder.bytes());
        model::add_forest(builder, "ranker.home", tree_of(candidates::CandidateFeatures(bare, {"recent"}).names()));
        more(builder);
        shop.snapshot.model = *model::Model::from_bytes(builder.bytes());
        shop.snapshot.sources = sources_of(shop.snapshot.placements, shop.snapshot.model);
        shop.snapshot.rankers = rankers_of(shop.snapshot.placements, shop.snapshot.model);
    }

    static model::ForestArrays tree_of(const std::vector<std::string>& names) {
        const auto people = std::ranges::find(names, "item.people") - names.begin();
        model::ForestArrays forest;
        forest.nodes = {{std::log1p(3.5f), static_cast<std::uint16_t>(people), 1}, {-1.0f, 0, 0}, {0.5f, 0, 0}};
        forest.trees = {0, 3};
        for (const std::string& name : names) forest.features.push_back(model::feature_hash(name));
        return forest;
    }

    // b is taken in nine of ten looks, everything else in one.
    void know_takes() {
        const std::size_t rows = shop.snapshot.model->items();
        model::ModelBuilder builder({shop.snapshot.model->item_keys().begin(), shop.snapshot.model->item_keys().end()});
        std::vector<float> rate(rows, 0.1f), none(rows, 0.0f);
        rate[shop.row("b")] = 0.9f;
        builder.add("taken.rate", rate);
        for (const char* column : {"taken.orders", "taken.looks", "taken.price", "taken.level"})
            builder.add(column, none);
        for (const char* column : {"taken.kind", "taken.brand"})
            builder.add(column, std::vector<std::uint32_t>(rows, candidates::no_name));
        builder.add("taken.calibration", std::vector<double>{1, 0});
        model::ForestArrays forest;
        forest.nodes = {{0.5f, 0, 1}, {-2.197f, 0, 0}, {2.197f, 0, 0}};
        forest.trees = {0, 3};
        for (const std::string& name : candidates::taking_names()) forest.features.push_back(model::feature_hash(name));
        model::add_forest(builder, "taken", forest);
        shop.snapshot.taking = taking_of(*model::Model::from_bytes(builder.bytes()));
        ASSERT_NE(shop.snapshot.taking, nullptr);
    }

    // Shown first, c is clicked in nine of ten answers, and b is bought as often; everything else in one.
    void know_what_becomes_of_what_is_shown() {
        const auto names = *features_of(shop.snapshot.placements, shop.snapshot.model).at("home").names;
        std::vector<float> rates(3 * shop.snapshot.model->items(), 0.1f);
        rates[3 * shop.row("c")] = 0.9f;
        rates[3 * shop.row("b") + 2] = 0.9f;
        learn({"a", "b", "c", "d"}, [&](model::ModelBuilder& builder) {
            builder.add("shown.rates.home", rates);
            for (const auto& [goal, rate] : {std::pair("click", 0), {"purchase", 2}}) {
                model::ForestArrays forest;
                const auto feature = static_cast<std::uint16_t>(names.size() + static_cast<std::size_t>(rate));
                forest.nodes = {{0.5f, feature, 1}, {-2.197f, 0, 0}, {2.197f, 0, 0}};
                forest.trees = {0, 3};
                for (const std::string& name : candidates::with_shown_columns(names))
                    forest.features.push_back(model::feature_hash(name));
                model::add_forest(builder, candidates::shown_name(goal, "home"), forest);
                builder.add(candidates::shown_name(goal, "home") + ".logit", std::vector<double>{1, 0});
            }
        });
        shop.snapshot.features = features_of(shop.snapshot.placements, shop.snapshot.model);
        shop.snapshot.shown = shown_of(shop.snapshot.features, shop.snapshot.model);
        ASSERT_TRUE(shop.snapshot.shown.contains("home"));
    }

    static Request home(std::size_t size) {
        Request request;
        request.placement = "home";
        request.size = size;
        return request;
    }
    std::string order(const Request& request) {
        std::string text;
        const auto answer = shop.ask(request);
        for (const AnsweredItem& item : answer->items) text += item.item_id;
        return text;
    }
};

TEST_F(RankedAnswer, has_the_order_of_the_trees_and_then_that_of_the_blend) {
    ASSERT_TRUE(shop.snapshot.rankers.contains("home"));
    const std::string ranked = order(home(6));
    EXPECT_EQ(ranked.front(), 'd') << "the only one of its candidates that four people know";
    EXPECT_EQ(ranked.substr(4), "fe") << "the trees were not asked about them";
    shop.snapshot.rankers.clear();
    EXPECT_EQ(order(home(4)), "fedc");
}

TEST_F(RankedAnswer, falls_in_score_and_explains_the_trees) {
    Request request = home(6);
    request.explain = true;
    const auto answer = shop.ask(request);
    float before = 1;
    for (const AnsweredItem& item : answer->items) {
        EXPECT_LE(item.score, before);
        before = item.score;
    }
    EXPECT_EQ(answer->items.front().score, 1.0f);
    const SourceScore& last = answer->items.front().explained.back();
    EXPECT_EQ(last.source, "ranker");
    EXPECT_EQ(last.score, 0.5f);
    for (const SourceScore& score : answer->items.back().explained) EXPECT_NE(score.source, "ranker");
}

TEST_F(RankedAnswer, keeps_to_the_rules) {
    catalog::Item item = shop.catalog.item(*shop.catalog.find("d"));
    item.availability = catalog::Availability::out_of_stock;
    ASSERT_TRUE(shop.catalog.put(item));
    Request request = home(6);
    request.exclude = {"b"};
    const std::string ranked = order(request);
    EXPECT_EQ(ranked.find_first_of("bd"), std::string::npos) << ranked;
    EXPECT_EQ(ranked.substr(2), "fe");
}

TEST_F(RankedAnswer, is_for_people_with_a_past) {
    shop.profile.actions.clear();
    EXPECT_EQ(order(home(4)), "fedc") << "trees learned nothing of those without";
}

TEST_F(RankedAnswer, leaves_out_the_trees_when_time_is_up) {
    int looks = 0;
    const auto answer = shop.ask(home(4), [&] { return ++looks > 2; });
    ASSERT_TRUE(answer->late);
    EXPECT_EQ(answer->items.front().item_id, "f");
}

TEST_F(RankedAnswer, needs_the_sources_that_its_trees_know) {
    shop.snapshot.placements["home"].sources = {"item_item"};
    EXPECT_TRUE(rankers_of(shop.snapshot.placements, shop.snapshot.model).empty()) << "the shop switched it off";
    EXPECT_TRUE(rankers_of(shop.snapshot.placements, nullptr).empty());
}

TEST_F(RankedAnswer, follows_success_within_what_the_trees_ordered_and_within_the_rest) {
    const std::string before = shop.shown({.placement = "home", .size = 6});
    EXPECT_EQ(before.substr(0, 1), "d");
    auto lifts = std::make_shared<ranking::SuccessLifts>();
    lifts->by_placement["home"].assign(shop.catalog.slots(), 1.0f);
    lifts->by_placement["home"][*shop.catalog.find("c")] = 1e6f;
    lifts->by_placement["home"][*shop.catalog.find("e")] = 1e6f;
    shop.snapshot.success = lifts;
    EXPECT_EQ(shop.shown({.placement = "home", .size = 6}), before) << "switched off";
    shop.snapshot.placements["home"].success = 1;
    const auto answer = shop.ask({.placement = "home", .size = 6, .explain = true});
    ASSERT_EQ(answer->items.front().item_id, "c");
    EXPECT_EQ(answer->items.front().explained.back().source, "success");
    const auto place = [&](const std::string& id) {
        return std::ranges::find(answer->items, id, &AnsweredItem::item_id) - answer->items.begin();
    };
    EXPECT_LT(place("d"), place("e")) << "the trees know d and not e";
    EXPECT_LT(place("e"), place("f"));
}

TEST_F(RankedAnswer, follows_the_objective_within_what_the_trees_ordered_and_is_the_same_where_clicks_are_wanted) {
    const std::string before = shop.shown({.placement = "home", .size = 6});
    know_takes();
    EXPECT_EQ(shop.shown({.placement = "home", .size = 6}), before) << "clicks, out of the box";
    shop.snapshot.placements["home"].objective = Objective::purchase;
    const auto answer = shop.ask({.placement = "home", .size = 6, .explain = true});
    EXPECT_EQ(answer->items.front().item_id, "b") << "it is taken nine times as often as d, which is looked at more";
    EXPECT_EQ(answer->items.front().explained.back().source, "taken");
    EXPECT_NEAR(answer->items.front().explained.back().score, 0.9, 0.01);
    const std::string ranked = order(home(6));
    EXPECT_EQ(ranked.substr(4).find_first_not_of("ef"), std::string::npos) << "behind what the trees ordered";
    shop.snapshot.taking = nullptr;
    EXPECT_EQ(shop.shown({.placement = "home", .size = 6}), before) << "the model does not know what is taken";
}

TEST_F(RankedAnswer, counts_money_where_it_is_the_objective) {
    for (const std::string id : {"a", "b", "c", "d", "e", "f"}) {
        catalog::Item item = shop.catalog.item(*shop.catalog.find(id));
        item.price = (id == "c" ? 200 : 10) * money_unit;
        item.cost = (id == "c" ? 199 : 2) * money_unit;
        ASSERT_TRUE(shop.catalog.put(item));
    }
    know_takes();
    shop.snapshot.placements["home"].objective = Objective::revenue;
    EXPECT_EQ(order(home(6)).front(), 'c') << "twenty times the price";
    shop.snapshot.placements["home"].objective = Objective::margin;
    Request request = home(6);
    request.explain = true;
    const auto answer = shop.ask(request);
    EXPECT_EQ(answer->items.front().item_id, "b");
    EXPECT_EQ(answer->items.front().explained.back().source, "money");
    EXPECT_FLOAT_EQ(answer->items.front().explained.back().score, 8);
}

TEST_F(RankedAnswer, puts_its_first_items_into_the_order_of_what_becomes_of_them_where_the_placement_asks_for_it) {
    const std::string before = shop.shown({.placement = "home", .size = 6});
    know_what_becomes_of_what_is_shown();
    PlacementSettings& settings = shop.snapshot.placements["home"];
    EXPECT_EQ(shop.shown({.placement = "home", .size = 6}), before) << "off, out of the box";
    settings.from_shown = 6;
    const auto answer = shop.ask({.placement = "home", .size = 6, .explain = true});
    EXPECT_EQ(answer->items.front().item_id, "c");
    EXPECT_EQ(answer->items.front().explained.back().source, "shown");
    EXPECT_NEAR(answer->items.front().explained.back().score, 0.9, 0.01);
    for (std::size_t i = 1; i < answer->items.size(); ++i)
        EXPECT_LE(answer->items[i].score, answer->items[i - 1].score);
    EXPECT_EQ(order(home(6)).substr(4), "fe") << "no learned source names them: they keep their places";
    settings.objective = Objective::purchase;
    EXPECT_EQ(order(home(6)).front(), 'b');
    settings.from_shown = 1;
    EXPECT_EQ(shop.shown({.placement = "home", .size = 6}), before) << "one alone has one order";
}

TEST_F(RankedAnswer, counts_the_money_of_what_becomes_of_its_items_and_asks_views_where_that_is_not_known) {
    for (const std::string id : {"a", "b", "c", "d", "e", "f"}) {
        catalog::Item item = shop.catalog.item(*shop.catalog.find(id));
        item.price = (id == "a" ? 200 : 10) * money_unit;
        ASSERT_TRUE(shop.catalog.put(item));
    }
    know_what_becomes_of_what_is_shown();
    PlacementSettings& settings = shop.snapshot.placements["home"];
    settings.from_shown = 6;
    settings.objective = Objective::revenue;
    EXPECT_EQ(order(home(6)).front(), 'a') << "twenty times the price, a ninth as likely";
    know_takes();
    settings.objective = Objective::purchase;
    shop.snapshot.shown["home"].purchases = nullptr;
    const auto answer = shop.ask({.placement = "home", .size = 6, .explain = true});
    EXPECT_EQ(answer->items.front().explained.back().source, "taken");
}

TEST_F(RankedAnswer, leaves_out_what_was_learned_with_other_sources) {
    know_what_becomes_of_what_is_shown();
    const std::string before = shop.shown({.placement = "home", .size = 6});
    shop.snapshot.features.at("home").names =
        std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"another.share"});
    EXPECT_TRUE(shown_of(shop.snapshot.features, shop.snapshot.model).empty());
    shop.snapshot.shown.clear();
    shop.snapshot.placements["home"].from_shown = 6;
    EXPECT_EQ(shop.shown({.placement = "home", .size = 6}), before);
}

TEST_F(RankedAnswer, tells_what_could_be_read_of_its_items_and_is_the_same_answer) {
    shop.snapshot.features = features_of(shop.snapshot.placements, shop.snapshot.model);
    ASSERT_TRUE(shop.snapshot.features.contains("home"));
    for (const bool trees : {true, false}) {
        if (!trees) shop.snapshot.rankers.clear();
        Request request = home(6);
        const std::string without = shop.shown(request);
        EXPECT_EQ(shop.ask(request)->feature_names, nullptr);
        request.log_features = true;
        EXPECT_EQ(shop.shown(request), without);
        const auto answer = shop.ask(request);
        const auto& names = *answer->feature_names;
        const auto people = static_cast<std::size_t>(std::ranges::find(names, "item.people") - names.begin());
        for (const AnsweredItem& item : answer->items) {
            if (item.item_id >= "e") {
                EXPECT_TRUE(item.features.empty()) << "no source of a model named " << item.item_id;
                continue;
            }
            ASSERT_EQ(item.features.size(), names.size());
            const float count = static_cast<float>(item.item_id[0] - 'a' + 1);
            EXPECT_EQ(static_cast<std::uint8_t>(item.features[people]), candidates::byte_of(std::log1p(count)));
        }
    }
}

}  // namespace
}  // namespace vitrina::recommendation
