// From the settings of a placement to drawn slots, their log and their budget.

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "engine/exploration_budget.hpp"
#include "engine/explored_answers.hpp"
#include "engine/temporary_shop.hpp"
#include "recommendation/exploration.hpp"

namespace vitrina::engine {
namespace {

using event::Event;
using event::EventKind;

constexpr int items_on_sale = 12;

std::string name(int item) { return "item" + std::to_string(item + 10); }

// Best sellers that sold nearly alike, so that the next ones are relevant too.
void open_shop(TemporaryShop& shop, const recommendation::Exploring& explore) {
    auto& home = shop.configuration.placements.at("home");
    home.sources = {"popular"};
    home.explore = explore;
    shop.restart();
    std::vector<catalog::Item> items;
    std::vector<Event> sold;
    for (int i = 0; i < items_on_sale; ++i) {
        items.push_back(on_sale(name(i)));
        for (int k = 0; k < 20 + items_on_sale - i; ++k)
            sold.push_back(happened(EventKind::purchase, "x" + std::to_string(k), {name(i)},
                                    test_start - hour_ms + i * second_ms));
    }
    for (const auto& put : shop.engine->put_items(std::move(items))) ASSERT_TRUE(put);
    ASSERT_TRUE(shop.engine->accept(sold));
    ASSERT_TRUE(shop.engine->refresh_trends());
}

const recommendation::Exploring always = {.slots = {1, 3}, .share = 1, .epsilon = 0.3, .relevance = 0.5, .cold = 0};

recommendation::Recommendation answered(TemporaryShop& shop, const std::string& visitor, bool live = true) {
    RecommendationRequest request = ask("home", visitor);
    request.live = live;
    request.requests[0].size = 5;
    auto answer = shop.engine->recommend(request);
    EXPECT_TRUE(answer);
    return answer->front();
}

std::vector<recommendation::Recommendation> logged(Engine& engine) {
    std::vector<recommendation::Recommendation> all;
    EXPECT_TRUE(each_explored(engine, [&](const Exposure& exposure) { all.push_back(exposure.shown); }));
    return all;
}

std::size_t explored_of(TemporaryShop& shop, const std::string& visitor, int answers) {
    std::size_t explored = 0;
    for (int i = 0; i < answers; ++i) explored += answered(shop, visitor).explored.empty() ? 0 : 1;
    return explored;
}

TEST(Exploration, draws_slots_of_live_answers_and_logs_all_that_could_have_been_drawn) {
    TemporaryShop shop;
    shop.configuration.experiments.hold_out.share = 0;
    open_shop(shop, always);
    std::map<std::string, recommendation::Recommendation> given;
    for (int i = 0; i < 20; ++i) {
        const auto answer = answered(shop, "v" + std::to_string(i));
        given[answer.recommendation_id] = answer;
    }
    const auto all = logged(*shop.engine);
    ASSERT_EQ(all.size(), 20u);
    for (const recommendation::Recommendation& answer : all) {
        const auto& shown = given.at(answer.recommendation_id);
        EXPECT_EQ(answer.explored, shown.explored);
        ASSERT_EQ(answer.explored.size(), 2u);
        EXPECT_EQ(answer.placement, "home");
        for (const auto& slot : answer.explored) {
            std::vector<std::uint32_t> chances;
            for (const auto& item : slot.eligible) chances.push_back(item.chance);
            EXPECT_EQ(recommendation::draw(chances, {slot.counter, slot.slot}), slot.drawn);
            EXPECT_EQ(slot.eligible[slot.drawn].item_id, shown.items[slot.slot].item_id);
        }
    }
}

TEST(Exploration, is_off_out_of_the_box_and_in_previews_and_for_bots_and_nobody) {
    TemporaryShop shop;
    shop.configuration.experiments.hold_out.share = 0;
    open_shop(shop, {});
    const auto usual = item_ids(answered(shop, "ann"));
    EXPECT_EQ(explored_of(shop, "ann", 20), 0u);
    shop.configuration.placements.at("home").explore = always;
    shop.restart();
    EXPECT_EQ(item_ids(answered(shop, "ann", false)), usual);
    EXPECT_TRUE(answered(shop, "ann", false).explored.empty());
    EXPECT_TRUE(answered(shop, "").explored.empty());
    RecommendationRequest request = ask("home", "crawler");
    request.live = request.bot = true;
    EXPECT_TRUE(shop.engine->recommend(request)->front().explored.empty());
    EXPECT_TRUE(logged(*shop.engine).empty());
}

TEST(Exploration, is_not_for_people_who_are_held_out) {
    TemporaryShop shop;
    const auto configuration =
        parse_configuration("[hold_out]\nshare = 0.5\n[placement.home]\n"
                            "explore = { slots = [1, 3], share = 1, relevance = 0.1 }\nsources = [\"popular\"]");
    ASSERT_TRUE(configuration) << configuration.error().message;
    shop.configuration.experiments = configuration->experiments;
    shop.configuration.variants = configuration->variants;
    open_shop(shop, configuration->placements.at("home").explore);
    int held_out = 0, explored = 0;
    for (int i = 0; i < 60; ++i) {
        const auto answer = answered(shop, "v" + std::to_string(i));
        explored += answer.explored.empty() ? 0 : 1;
        if (!experiment::held_out(answer.arms)) continue;
        ++held_out;
        EXPECT_TRUE(answer.explored.empty());
        for (int place = 0; place < 5; ++place) {
            EXPECT_EQ(answer.items[static_cast<std::size_t>(place)].item_id, name(place));
            EXPECT_EQ(answer.ghost[static_cast<std::size_t>(place)].item_id, name(place)) << "nor is the ghost drawn";
        }
    }
    EXPECT_GT(held_out, 10);
    EXPECT_EQ(explored, 60 - held_out);
}

TEST(Exploration, ends_where_the_day_of_the_visitor_or_of_the_shop_does) {
    TemporaryShop shop;
    shop.configuration.experiments.hold_out.share = 0;
    shop.configuration.exploration = {.answers_a_day = 5, .answers_a_visitor = 3};
    open_shop(shop, always);
    EXPECT_EQ(explored_of(shop, "ann", 10), 3u);
    EXPECT_EQ(explored_of(shop, "bob", 10), 2u);
    EXPECT_EQ(explored_of(shop, "eve", 10), 0u);
    shop.time += day_ms;
    EXPECT_EQ(explored_of(shop, "ann", 10), 3u);
}

TEST(Exploration, takes_the_share_of_answers_that_it_was_given) {
    TemporaryShop shop;
    shop.configuration.experiments.hold_out.share = 0;
    recommendation::Exploring some = always;
    some.share = 0.2;
    open_shop(shop, some);
    std::size_t explored = 0;
    for (int i = 0; i < 500; ++i) explored += explored_of(shop, "v" + std::to_string(i), 1);
    EXPECT_NEAR(static_cast<double>(explored), 100, 36);  // four standard deviations
}

TEST(Exploration, believes_the_clicks_of_earlier_answers_also_after_a_restart) {
    TemporaryShop shop;
    shop.configuration.experiments.hold_out.share = 0;
    open_shop(shop, always);
    const std::string good = name(7);  // it stands behind the answer: only drawing brings it there
    for (int i = 0; i < 150; ++i) {
        const std::string visitor = "v" + std::to_string(i);
        const auto answer = answered(shop, visitor);
        std::vector<Event> events;
        for (std::size_t p = 0; p < answer.items.size(); ++p) {
            if (answer.items[p].item_id != good && i % 30 != static_cast<int>(p)) continue;
            Event click = happened(EventKind::select_item, visitor, {answer.items[p].item_id}, test_start + i);
            click.items[0].recommendation_id = answer.recommendation_id;
            click.items[0].index = static_cast<std::uint32_t>(p);
            events.push_back(click);
        }
        if (!events.empty()) {
            ASSERT_TRUE(shop.engine->accept(events));
        }
    }
    ASSERT_TRUE(shop.engine->refresh_trends());
    const auto chance_of_good = [&](std::uint64_t& version) {
        double chance = 0, sets = 0;
        for (int i = 0; i < 20; ++i)
            for (const auto& slot : answered(shop, "w" + std::to_string(i)).explored) {
                version = slot.posterior;
                for (const auto& item : slot.eligible)
                    if (item.item_id == good) {
                        chance += item.chance / 1e6;
                        ++sets;
                    }
            }
        return chance / sets;
    };
    std::uint64_t version = 0, later = 0, restarted = 0;
    EXPECT_GT(chance_of_good(version), 0.4);
    EXPECT_NE(version, 0u);
    ASSERT_TRUE(shop.engine->refresh_trends());
    EXPECT_GT(chance_of_good(later), 0.4);
    EXPECT_NE(later, version) << "there are more exposures by now";
    shop.restart();
    EXPECT_GT(chance_of_good(restarted), 0.4);
    EXPECT_NE(restarted, 0u);
}

TEST(Exploration, is_no_exposure_where_what_was_drawn_is_none_of_the_eligible) {
    Exposure exposure{.time = test_start};
    exposure.shown.recommendation_id = "r";
    exposure.shown.placement = "home";
    exposure.shown.explored = {{.slot = 1, .drawn = 0, .counter = 5, .posterior = 7, .eligible = {{"mug", 1'000'000}}}};
    const auto read = decode_exposure(encode(exposure));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->shown.explored, exposure.shown.explored);
    exposure.shown.explored[0].drawn = 1;
    EXPECT_FALSE(decode_exposure(encode(exposure)));
}

TEST(ExplorationBudget, gives_back_what_was_not_used) {
    ExplorationBudget budget({.answers_a_day = 2, .answers_a_visitor = 1});
    const PersonKey ann{1, 1}, bob{2, 2}, eve{3, 3};
    EXPECT_TRUE(budget.take(ann, test_start));
    EXPECT_FALSE(budget.take(ann, test_start));
    budget.give_back(ann);
    EXPECT_TRUE(budget.take(ann, test_start));
    EXPECT_TRUE(budget.take(bob, test_start));
    EXPECT_FALSE(budget.take(eve, test_start));
    EXPECT_FALSE(budget.take({}, test_start + day_ms));
    EXPECT_FALSE(budget.take(eve, test_start)) << "nobody without an id begins a day";
    EXPECT_TRUE(budget.take(eve, test_start + day_ms));
    EXPECT_FALSE(budget.take(eve, test_start)) << "a clock that steps back begins no day";
}

}  // namespace
}  // namespace vitrina::engine
