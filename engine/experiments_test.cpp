// Experiments through the embedded engine: who is shown what, who counts as having come in, and what is made of it.
#include "engine/experiments.hpp"

#include <gtest/gtest.h>

#include <map>

#include "engine/embedded_engine.hpp"
#include "engine/temporary_shop.hpp"
#include "proto/exposure.pb.h"

namespace vitrina::engine {
namespace {

using event::EventKind;

constexpr const char* with_a_trial = R"(
[hold_out]
share = 0.3
[experiment.front]
[experiment.front.arm.control]
share = 0.5
[experiment.front.arm.new]
share = 0.5
placement.home = { size_max = 1 }
)";

struct Shop : TemporaryShop {
    explicit Shop(const std::string& toml) {
        auto read = parse_configuration(toml);
        EXPECT_TRUE(read) << read.error().message;
        const Configuration own = configuration;
        configuration = *read;
        configuration.log = own.log;
        configuration.training = own.training;
        restart();
        std::vector<catalog::Item> items;
        for (int i = 0; i < 4; ++i) {
            catalog::Item item;
            item.item_id = "item" + std::to_string(i);
            item.title = "Item " + std::to_string(i);
            items.push_back(std::move(item));
        }
        for (const auto& put : engine->put_items(items)) EXPECT_TRUE(put);
    }

    Result<std::vector<recommendation::Recommendation>> look(const std::string& visitor, bool live = true,
                                                             std::size_t size = 1) {
        recommendation::Request home;
        home.placement = "home";
        home.size = size;
        RecommendationRequest request;
        request.visitor_id = visitor;
        request.live = live;
        request.requests = {home};
        return engine->recommend(request);
    }
};

std::string visitor(int number) { return "v" + std::to_string(number); }

TEST(EngineExperiments, show_every_visitor_his_arm_and_write_it_down) {
    Shop shop(with_a_trial);
    std::map<std::string, int> variants;
    for (int i = 0; i < 200; ++i) {
        const auto answers = shop.look(visitor(i));
        ASSERT_TRUE(answers) << answers.error().message;
        const recommendation::Recommendation& answer = answers->front();
        ++variants[answer.variant];
        EXPECT_EQ(answer.variant == "hold_out", !answer.ghost.empty());
        proto::Exposure exposure;
        const auto kept = shop.engine->exposures(visitor(i), 1);
        ASSERT_EQ(kept.size(), 1u);
        ASSERT_TRUE(exposure.ParseFromString(kept[0]));
        EXPECT_EQ(exposure.variant(), answer.variant);
        EXPECT_EQ(exposure.arms_size(), answer.variant == "hold_out" ? 1 : 2);
        EXPECT_EQ(exposure.ghost_size(), static_cast<int>(answer.ghost.size()));
        const auto more = shop.look(visitor(i), true, 2);
        EXPECT_EQ(more.has_value(), answer.variant != "front:new") << "its home has one place";
    }
    EXPECT_EQ(variants.size(), 3u);
    EXPECT_NEAR(variants["hold_out"], 60, 25);
    EXPECT_NEAR(variants["front:new"], 70, 27);
}

TEST(EngineExperiments, have_nobody_who_is_not_really_shown_something) {
    Shop shop(with_a_trial);
    for (int i = 0; i < 20; ++i) EXPECT_EQ(shop.look(visitor(i), false)->front().variant, "default");
    EXPECT_EQ(shop.look("", true)->front().variant, "default");
    for (const experiment::Trial& trial : trials_of(*shop.engine)) {
        const auto analysis = analysis_of(*shop.engine, trial);
        ASSERT_TRUE(analysis);
        for (const auto& arm : analysis->analysis.arms) EXPECT_EQ(arm.units, 0u);
    }
}

TEST(EngineExperiments, count_everybody_once_with_what_he_ordered_since_also_after_a_restart) {
    Shop shop(with_a_trial);
    std::map<std::string, int> units;
    std::vector<event::Event> orders;
    for (int i = 0; i < 100; ++i) {
        for (int again = 0; again < 3; ++again) ++units[shop.look(visitor(i))->front().variant + std::to_string(again)];
        if (i % 4 == 0)
            orders.push_back(happened(EventKind::purchase, visitor(i), {"item1", "item2"}, shop.time + minute_ms));
        if (i % 5 == 0)
            orders.push_back(happened(EventKind::purchase, visitor(i), {"item3"}, shop.time - hour_ms, "before"));
    }
    shop.time += hour_ms;
    ASSERT_TRUE(shop.engine->accept(orders));
    ASSERT_TRUE(shop.engine->accept(orders));  // sent again
    for (int round = 0; round < 2; ++round) {
        const auto held_out = analysis_of(*shop.engine, *trial_named(*shop.engine, "hold_out"));
        ASSERT_TRUE(held_out) << held_out.error().message;
        const auto& arms = held_out->analysis.arms;
        EXPECT_EQ(arms[0].name, "hold_out");
        EXPECT_EQ(arms[0].units, static_cast<std::uint64_t>(units["hold_out0"]));
        EXPECT_EQ(arms[0].units + arms[1].units, 100u);
        EXPECT_EQ(arms[0].orders + arms[1].orders, 25u);
        EXPECT_DOUBLE_EQ(arms[0].revenue + arms[1].revenue, 100.0);
        EXPECT_EQ(held_out->currency, "EUR");
        // What things cost becomes known before the second round.
        EXPECT_EQ(arms[0].orders_without_margin + arms[1].orders_without_margin, round == 0 ? 25u : 0u);
        EXPECT_DOUBLE_EQ(arms[0].margin + arms[1].margin, round == 0 ? 0.0 : 62.5);
        EXPECT_TRUE(held_out->analysis.preliminary);
        const auto front = analysis_of(*shop.engine, *trial_named(*shop.engine, "front"));
        EXPECT_EQ(front->analysis.arms[0].units + front->analysis.arms[1].units, arms[1].units);
        shop.restart();
        catalog::Item first = on_sale("item1"), second = on_sale("item2");
        first.cost = money_unit / 2, second.cost = money_unit;
        first.currency = second.currency = "EUR";
        for (const auto& put : shop.engine->put_items({first, second})) EXPECT_TRUE(put);
    }
}

TEST(EngineExperiments, mark_those_whom_a_changed_experiment_moved) {
    Shop shop("[hold_out]\nshare = 0\n[experiment.a.arm.control]\nshare = 0.5\n[experiment.a.arm.new]\nshare = 0.5\n");
    for (int i = 0; i < 40; ++i) ASSERT_TRUE(shop.look(visitor(i)));
    shop.configuration.experiments.trials[0].plan.arms = {{"control", 0.1}, {"new", 0.9}};
    shop.restart();
    for (int i = 0; i < 40; ++i) ASSERT_TRUE(shop.look(visitor(i)));
    const auto analysis = analysis_of(*shop.engine, trials_of(*shop.engine)[0]);
    ASSERT_TRUE(analysis);
    const auto& arms = analysis->analysis.arms;
    EXPECT_EQ(arms[0].units + arms[1].units, 40u);
    EXPECT_GT(arms[0].mixed, 5u);
    EXPECT_EQ(arms[1].mixed, 0u);
}

TEST(EngineExperiments, are_ended_by_their_guard_and_stay_so) {
    Shop shop("[hold_out]\nshare = 0\n[experiment.a.arm.control]\nshare = 0.5\n[experiment.a.arm.new]\nshare = 0.5\n");
    std::vector<event::Event> orders;
    for (int i = 0; i < 1200; ++i) {
        const auto answer = shop.look(visitor(i));
        ASSERT_TRUE(answer);
        if (answer->front().variant == "a:control" && i % 3 == 0)
            orders.push_back(happened(EventKind::purchase, visitor(i), {"item1"}, shop.time + minute_ms));
    }
    const auto guard = [&] {
        auto& engine = dynamic_cast<EmbeddedEngine&>(*shop.engine);
        return engine.guard_experiments();
    };
    shop.time += hour_ms;
    ASSERT_TRUE(guard());
    EXPECT_EQ(trials_of(*shop.engine)[0].ended_for, "") << "nobody has ordered";
    ASSERT_TRUE(shop.engine->accept(orders));
    shop.time += hour_ms;
    shop.restart();
    ASSERT_TRUE(guard());
    EXPECT_EQ(trials_of(*shop.engine)[0].ended_for, "") << "it looked an hour ago";
    shop.time += day_ms;
    ASSERT_TRUE(guard());
    const TimeMs ended = shop.time;
    for (int round = 0; round < 2; ++round) {
        const experiment::Trial trial = trials_of(*shop.engine)[0];
        EXPECT_NE(trial.ended_for.find("conversion of arm new is -100.0 %"), std::string::npos) << trial.ended_for;
        EXPECT_EQ(trial.until, ended);
        EXPECT_EQ(shop.look(visitor(1))->front().variant, "default");
        EXPECT_EQ(analysis_of(*shop.engine, trial)->ended_for, trial.ended_for);
        shop.time += day_ms;
        ASSERT_TRUE(guard());
        shop.restart();
    }
    shop.configuration.experiments.trials[0].plan.ramp = 0.5;
    shop.restart();
    EXPECT_EQ(trials_of(*shop.engine)[0].ended_for, "") << "changed, it begins anew";
}

TEST(EngineExperiments, do_not_change_what_they_assign_under_one_name) {
    Shop shop(with_a_trial);
    Configuration changed = shop.configuration;
    shop.engine.reset();
    changed.experiments.trials[0].unit = experiment::Unit::user;
    const auto refused = Engine::open(shop.folder(), changed);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
    EXPECT_NE(refused.error().message.find("has assigned by visitor"), std::string::npos) << refused.error().message;
    changed.experiments.trials[0].plan.id = "another";
    EXPECT_TRUE(Engine::open(shop.folder(), changed));
}

TEST(EngineExperiments, that_are_not_there_are_named) {
    Shop shop(with_a_trial);
    const auto none = trial_named(*shop.engine, "back");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ErrorCode::not_found);
    EXPECT_NE(none.error().message.find("front"), std::string::npos) << none.error().message;
    EXPECT_TRUE(trial_named(*shop.engine, "hold_out-2020Q1"));
}

}  // namespace
}  // namespace vitrina::engine
