#include "engine/report.hpp"

#include <gtest/gtest.h>

#include "engine/temporary_shop.hpp"

namespace vitrina::engine {
namespace {

using event::Event;
using event::EventKind;

std::string answered(TemporaryShop& shop, const std::string& visitor) {
    RecommendationRequest request = ask("home", visitor);
    request.live = true;
    return shop.engine->recommend(request)->front().recommendation_id;
}

Event clicked(const std::string& visitor, const std::string& item, const std::string& id, TimeMs time) {
    Event event = happened(EventKind::select_item, visitor, {item}, time);
    event.items[0].recommendation_id = id;
    event.items[0].index = 1;
    return event;
}

TEST(Report, says_what_became_of_a_days_answers_by_placement) {
    TemporaryShop shop;
    catalog::Item mug = on_sale("mug"), cup = on_sale("cup");
    mug.created_at = test_start - 10 * day_ms;
    cup.created_at = test_start - 100 * day_ms;
    ASSERT_TRUE(shop.engine->put_items({mug, cup}).at(0));
    ASSERT_TRUE(shop.engine->accept({happened(EventKind::view_item, "x", {"mug"}, test_start),
                                     happened(EventKind::view_item, "x", {"cup"}, test_start)}));
    ASSERT_TRUE(shop.engine->refresh_trends());
    const std::string id = answered(shop, "ann");
    answered(shop, "bob");
    const Event click = clicked("ann", "mug", id, test_start + 1);
    ASSERT_TRUE(shop.engine->accept({click, click, clicked("bob", "cup", "", test_start + 2),
                                     happened(EventKind::purchase, "ann", {"mug", "cup"}, test_start + 3)}));
    const auto report = report_of(*shop.engine, {});
    ASSERT_TRUE(report) << report.error().message;
    ASSERT_EQ(report->rows.size(), 1u);
    EXPECT_EQ(report->rows[0].placement, "home");
    const ReportFigures& figures = report->rows[0].figures;
    EXPECT_EQ(figures.answers, 2u);
    EXPECT_EQ(figures.items_shown, 4u);
    EXPECT_EQ(figures.clicks, 1);
    EXPECT_EQ(figures.lines, 1);
    EXPECT_EQ(figures.orders, 1u);
    EXPECT_EQ(figures.revenue, 2 * money_unit);
    EXPECT_EQ(figures.halo, 2 * money_unit);
    EXPECT_EQ(report->total.orders, 1u);
    EXPECT_EQ(report->currency, "EUR");
    EXPECT_EQ(report->items_ever_shown, 2u);
    EXPECT_EQ(report->items_in_catalogue, 2u);
    EXPECT_EQ(report->new_items.share(), .5);
    EXPECT_EQ(report->clicks.with_id, 1u);
    EXPECT_EQ(report->clicks.without_id, 1u);
    EXPECT_FALSE(report->increment);
    EXPECT_TRUE(report->alarms.empty());
}

TEST(Report, puts_the_hold_out_beside_it) {
    TemporaryShop shop;
    shop.configuration.experiments.hold_out.share = 0.3;
    shop.restart();
    for (int i = 0; i < 60; ++i) answered(shop, "v" + std::to_string(i));
    const auto report = report_of(*shop.engine, {});
    ASSERT_TRUE(report);
    ASSERT_TRUE(report->increment);
    EXPECT_EQ(report->increment->units + report->increment->held_out, 60u);
    EXPECT_TRUE(report->increment->preliminary);
}

TEST(Report, alarms_where_the_tracker_was_taken_out) {
    TemporaryShop shop;
    const std::string id = answered(shop, "ann");
    std::vector<Event> events;
    for (int i = 0; i < 300; ++i) {
        const bool before = i < 150;
        const TimeMs time = test_start - (before ? 5 * day_ms : 0) + i;
        events.push_back(clicked("v" + std::to_string(i), "mug", before && i % 2 == 0 ? id : "", time));
    }
    ASSERT_TRUE(shop.engine->accept(events));
    const auto report = report_of(*shop.engine, {});
    ASSERT_EQ(report->alarms.size(), 1u);
    EXPECT_NE(report->alarms[0].find("tracker"), std::string::npos);
}

}  // namespace
}  // namespace vitrina::engine
