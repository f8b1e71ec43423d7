// From exposures and clicks to the order of the next answers.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>

#include "engine/shown.hpp"
#include "engine/temporary_shop.hpp"

namespace vitrina::engine {
namespace {

using event::Event;
using event::EventKind;

constexpr int items_on_sale = 8;

std::string name(int item) { return "item" + std::to_string(item); }

// Eight items that sold alike, the first a little more, so that best sellers alone have one order.
void open_shop(TemporaryShop& shop, double success) {
    shop.configuration.placements.at("home").sources = {"popular"};
    shop.configuration.placements.at("home").success = success;
    shop.restart();
    std::vector<catalog::Item> items;
    std::vector<Event> sold;
    for (int i = 0; i < items_on_sale; ++i) {
        items.push_back(on_sale(name(i)));
        items.back().categories = {"things"};
        for (int k = 0; k < 20 + items_on_sale - i; ++k)
            sold.push_back(happened(EventKind::purchase, "x" + std::to_string(k), {name(i)}, test_start - hour_ms));
    }
    for (const auto& put : shop.engine->put_items(std::move(items))) ASSERT_TRUE(put);
    ASSERT_TRUE(shop.engine->accept(sold));
    ASSERT_TRUE(shop.engine->refresh_trends());
}

std::vector<std::string> shown_to(TemporaryShop& shop, const std::string& visitor) {
    return item_ids(shop.engine->recommend(ask("home", visitor))->front());
}

// Of the last item every answer is clicked and bought, of the others one in ten.
void click_the_last(TemporaryShop& shop, int answers) {
    for (int i = 0; i < answers; ++i) {
        const std::string visitor = "v" + std::to_string(i);
        RecommendationRequest request = ask("home", visitor);
        request.live = true;
        const auto answer = shop.engine->recommend(request)->front();
        std::vector<Event> events;
        for (std::size_t p = 0; p < answer.items.size(); ++p) {
            const std::string item = answer.items[p].item_id;
            if (item != name(items_on_sale - 1) && i % 10 != static_cast<int>(p)) continue;
            Event click = happened(EventKind::select_item, visitor, {item}, test_start + i);
            click.items[0].recommendation_id = answer.recommendation_id;
            click.items[0].index = static_cast<std::uint32_t>(p);
            events.push_back(click);
            events.push_back(happened(EventKind::purchase, visitor, {item}, test_start + i));
        }
        ASSERT_TRUE(shop.engine->accept(events));
    }
}

TEST(SuccessLifts, bring_what_was_clicked_and_bought_to_the_front_of_the_next_answers) {
    TemporaryShop shop;
    open_shop(shop, 1);
    ASSERT_EQ(shown_to(shop, "eve").back(), name(items_on_sale - 1));
    click_the_last(shop, 60);
    ASSERT_TRUE(shop.engine->refresh_trends());
    EXPECT_EQ(shown_to(shop, "eve").front(), name(items_on_sale - 1));

    RecommendationRequest request = ask("home", "eve");
    request.requests[0].explain = true;
    const auto explained = shop.engine->recommend(request)->front().items.front().explained;
    const auto success = std::ranges::find(explained, "success", &recommendation::SourceScore::source);
    ASSERT_NE(success, explained.end());
    EXPECT_GT(success->score, 1.5f);
    EXPECT_EQ(success->weight, 1);

    const auto before = shop.engine->recommend(request)->front();
    shop.restart();
    const auto after = shop.engine->recommend(request)->front();
    const auto scores = [](const recommendation::Recommendation& answer) {  // slots, which break ties, are given anew
        std::map<std::string, float> by_item;
        for (const auto& item : answer.items) by_item[item.item_id] = item.score;
        return by_item;
    };
    EXPECT_EQ(scores(after), scores(before));
    EXPECT_EQ(*shop.engine->state_digest(), *shop.engine->replayed_digest());
}

TEST(SuccessLifts, change_nothing_where_they_are_switched_off) {
    TemporaryShop shop;
    open_shop(shop, 0);
    click_the_last(shop, 60);
    ASSERT_TRUE(shop.engine->refresh_trends());
    RecommendationRequest request = ask("home", "eve");
    request.requests[0].explain = true;
    const auto answer = shop.engine->recommend(request)->front();
    for (const auto& item : answer.items)
        for (const auto& score : item.explained) EXPECT_NE(score.source, "success");
}

TEST(Shown, forgets_the_oldest_day_where_there_are_too_many_rows_or_days) {
    TemporaryShop shop;
    shop.configuration.exposures.shown_days = 2;
    shop.configuration.exposures.shown_rows = 4;
    shop.restart();
    auto database = Database::open(shop.folder() + "_shown");
    ASSERT_TRUE(database);
    recommendation::Recommendation answer{.placement = "home", .items = {{.item_id = "mug"}, {.item_id = "cup"}}};
    const auto rows = [](const Shown& shown) {
        std::size_t count = 0;
        shown.each([&](const ShownRow&) { ++count; });
        return count;
    };
    {
        Shown shown(**database, shop.configuration.exposures);
        for (const int day : {0, 0, 1, 2}) {
            rocksdb::WriteBatch batch;
            shown.add(batch, answer, test_start + day * day_ms);
            shown.written((*database)->write(batch, false).has_value());
        }
        EXPECT_EQ(rows(shown), 4u);
    }
    const Shown again(**database, shop.configuration.exposures);
    EXPECT_EQ(rows(again), 4u);
    again.each([](const ShownRow& row) { EXPECT_EQ(row.count, 1); });
    database->reset();
    std::filesystem::remove_all(shop.folder() + "_shown");
}

}  // namespace
}  // namespace vitrina::engine
