// From answers and clicks to a training that learns from them, a release, and answers in that order.
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "engine/temporary_shop.hpp"

namespace vitrina::engine {
namespace {

using event::Event;
using event::EventKind;

constexpr std::uint64_t people = 250;
constexpr std::size_t wanted = 20;

class ShownShop : public TemporaryShop {
public:
    ShownShop() {
        configuration.learning.recipe = {"ials.on=false"};
        configuration.exposures.features_share = 1;
        order_from_shown(wanted);
        std::vector<catalog::Item> items;
        for (int i = 0; i < 60; ++i) items.push_back(on_sale("i" + std::to_string(i)));
        for (const auto& put : engine->put_items(std::move(items))) EXPECT_TRUE(put);
        std::vector<Event> events;
        for (std::uint64_t e = 0; e < people * 12; ++e) {
            const std::uint64_t person = e % people, turn = e / people;
            const TimeMs at = test_start - 40 * day_ms + static_cast<TimeMs>(e / 10) * 140 * minute_ms;
            events.push_back(happened(EventKind::purchase, "v" + std::to_string(person),
                                      {"i" + std::to_string((person * 7 + turn % 5 * 11) % 60)}, at,
                                      std::to_string(e)));
        }
        EXPECT_TRUE(engine->accept(events));
    }

    void order_from_shown(std::size_t first) {
        configuration.placements["home"].from_shown = first;
        restart();
    }

    // Even items are clicked in `often` of the answers that show them, odd ones in `seldom`.
    void show_and_click(double often, double seldom) {
        Random random(3);
        time = test_start + day_ms;
        std::vector<Event> clicks;
        for (int answer = 0; answer < 1200; ++answer) {
            time = time + minute_ms;
            RecommendationRequest request = ask("home", "v" + std::to_string(answer % 250));
            request.live = true;
            const auto shown = engine->recommend(request)->front();
            for (const auto& item : shown.items) {
                if (random.unit() >= (number_of(item.item_id) % 2 == 0 ? often : seldom)) continue;
                Event click = happened(EventKind::select_item, "v" + std::to_string(answer % 250), {item.item_id},
                                       time + second_ms);
                click.items[0].recommendation_id = shown.recommendation_id;
                clicks.push_back(std::move(click));
            }
        }
        EXPECT_TRUE(engine->accept(clicks));
        time = time + 8 * day_ms;
        EXPECT_TRUE(engine->accept({happened(EventKind::view_item, "later", {"i1"}, time)}));
    }

    static int number_of(const std::string& item_id) { return std::stoi(item_id.substr(1)); }

    model::Manifest train() {
        const auto trained = engine->train();
        EXPECT_TRUE(trained) << trained.error().message;
        return *trained;
    }

    std::vector<std::string> answered() { return item_ids(engine->recommend(ask("home", "v7"))->front()); }

    // Of the first five items of some people, the share that is even.
    double even() {
        double count = 0;
        for (int person = 0; person < 50; ++person) {
            const auto answer = engine->recommend(ask("home", "v" + std::to_string(person)))->front();
            for (std::size_t i = 0; i < 5; ++i) count += number_of(answer.items.at(i).item_id) % 2 == 0 ? 1 : 0;
        }
        return count / 250;
    }
};

std::string said(const model::Manifest& manifest, const std::string& name) {
    for (const model::ReleaseCheck& check : manifest.release.checks)
        if (check.name == name) return check.says;
    return "no check";
}

TEST(FromShown, is_learned_released_used_and_kept_over_a_restart) {
    ShownShop shop;
    shop.train();
    shop.show_and_click(0.4, 0.02);
    const double before = shop.even();
    const model::Manifest manifest = shop.train();
    EXPECT_TRUE(said(manifest, "shown: home click").starts_with("released")) << said(manifest, "shown: home click");
    EXPECT_TRUE(said(manifest, "shown: home purchase").starts_with("not learned"));
    EXPECT_GT(shop.even(), before + 0.3);
    RecommendationRequest request = ask("home", "v7");
    request.requests[0].explain = true;
    const auto explained = shop.engine->recommend(request)->front().items.front().explained;
    EXPECT_EQ(explained.back().source, "shown");
    const auto answer = shop.answered();
    shop.restart();
    EXPECT_EQ(shop.answered(), answer);
    const model::Manifest again = shop.train();
    EXPECT_TRUE(said(again, "shown: home click").starts_with("released")) << said(again, "shown: home click");
    shop.order_from_shown(0);
    EXPECT_NEAR(shop.even(), before, 0.15) << "a placement that does not ask has the order of before";
}

TEST(FromShown, is_refused_where_its_order_is_no_better) {
    ShownShop shop;
    shop.train();
    shop.show_and_click(0.2, 0.2);
    const model::Manifest manifest = shop.train();
    EXPECT_TRUE(said(manifest, "shown: home click").starts_with("refused")) << said(manifest, "shown: home click");
    const auto answer = shop.answered();
    shop.order_from_shown(0);
    EXPECT_EQ(shop.answered(), answer);
}

TEST(FromShown, changes_no_byte_of_a_model_where_there_are_no_rows) {
    ShownShop shop;
    const model::Manifest asked = shop.train();
    EXPECT_NE(said(asked, "shown: home click").find("no mature row"), std::string::npos);
    shop.order_from_shown(0);
    const model::Manifest off = shop.train();
    EXPECT_EQ(said(off, "shown: home click"), "no check");
    EXPECT_EQ(off.model_checksum, asked.model_checksum);
}

}  // namespace
}  // namespace vitrina::engine
