// Answers, items, models and exposures of the engine; what an answer holds is core/recommendation's to test.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "engine/temporary_shop.hpp"
#include "proto/exposure.pb.h"

namespace vitrina::engine {
namespace {

using event::EventKind;

std::vector<std::string> answer(TemporaryShop& shop, const RecommendationRequest& request) {
    const auto answers = shop.engine->recommend(request);
    EXPECT_TRUE(answers) << answers.error().message;
    return answers ? item_ids(answers->at(0)) : std::vector<std::string>{};
}

std::vector<catalog::Item> items(int count) {
    std::vector<catalog::Item> all;
    for (int i = 0; i < count; ++i) all.push_back(on_sale("i" + std::to_string(i), "thing " + std::to_string(i)));
    return all;
}

void bring_to_life(TemporaryShop& shop) {
    for (const auto& put : shop.engine->put_items(items(15))) ASSERT_TRUE(put);
    shop.time = test_start + 30 * day_ms;
    ASSERT_TRUE(shop.engine->accept(traffic(3, 1500)));
}

TEST(EngineAnswers, show_what_was_viewed_a_moment_ago) {
    TemporaryShop shop;
    shop.engine->put_items(items(3));
    ASSERT_TRUE(shop.engine->accept({happened(EventKind::view_item, "ann", {"i1"}, test_start)}));
    EXPECT_EQ(answer(shop, ask("recently_viewed", "ann")), std::vector<std::string>{"i1"});
}

TEST(EngineAnswers, know_a_user_on_his_other_device) {
    TemporaryShop shop;
    shop.engine->put_items(items(3));
    event::Event login;
    login.kind = EventKind::login;
    login.event_id = "e1";
    login.visitor_id = "phone";
    login.user_id = "ann";
    login.time = login.received_at = test_start;
    ASSERT_TRUE(shop.engine->accept({login, happened(EventKind::view_item, "phone", {"i2"}, test_start + 1)}));
    auto request = ask("recently_viewed", "laptop");
    request.user_id = "ann";
    EXPECT_EQ(answer(shop, request), std::vector<std::string>{"i2"});
}

TEST(EngineAnswers, follow_a_change_of_the_catalogue_at_once) {
    TemporaryShop shop;
    shop.engine->put_items(items(2));
    EXPECT_EQ(answer(shop, ask("home", "ann")).size(), 2u);
    auto gone = on_sale("i0");
    gone.availability = catalog::Availability::out_of_stock;
    ASSERT_TRUE(shop.engine->put_items({gone}).at(0));
    EXPECT_EQ(answer(shop, ask("home", "ann")), std::vector<std::string>{"i1"});
    ASSERT_TRUE(shop.engine->remove_item("i1"));
    EXPECT_TRUE(answer(shop, ask("home", "ann")).empty());
    EXPECT_EQ(shop.engine->remove_item("i1").error().code, ErrorCode::not_found);
    shop.restart();
    EXPECT_FALSE(shop.engine->item("i1"));
    EXPECT_EQ(shop.engine->counters().catalog_items, 1u);
}

TEST(EngineAnswers, keep_the_day_when_an_item_was_first_seen) {
    TemporaryShop shop;
    shop.engine->put_items({on_sale("mug")});
    shop.time = test_start + day_ms;
    shop.engine->put_items({on_sale("mug", "a red mug")});
    EXPECT_EQ(shop.engine->item("mug")->created_at, test_start);
    EXPECT_EQ(shop.engine->item("mug")->title, "a red mug");
}

TEST(EngineAnswers, count_best_sellers_when_asked_to) {
    TemporaryShop shop;
    shop.engine->put_items(items(3));
    ASSERT_TRUE(shop.engine->accept({happened(EventKind::purchase, "ann", {"i2"}, test_start)}));
    ASSERT_TRUE(shop.engine->refresh_trends());
    const auto best = answer(shop, ask("bestsellers", "bob"));
    ASSERT_FALSE(best.empty());
    EXPECT_EQ(best.front(), "i2");
}

TEST(EngineAnswers, carry_ids_that_no_other_answer_has) {
    TemporaryShop shop;
    shop.engine->put_items(items(1));
    std::set<std::string> ids;
    for (int i = 0; i < 100; ++i) ids.insert(shop.engine->recommend(ask("home", "ann"))->at(0).recommendation_id);
    EXPECT_EQ(ids.size(), 100u);
}

TEST(EngineAnswers, hold_an_item_once_over_all_placements_where_asked) {
    TemporaryShop shop;
    shop.engine->put_items(items(6));
    auto request = ask("home", "ann");
    request.requests[0].size = 3;
    request.requests.push_back(request.requests[0]);
    request.distinct = true;
    const auto answers = shop.engine->recommend(request);
    std::set<std::string> shown;
    for (const auto& one : *answers)
        for (const auto& item : one.items) EXPECT_TRUE(shown.insert(item.item_id).second) << item.item_id;
    EXPECT_EQ(shown.size(), 6u);
}

TEST(EngineAnswers, leave_exposures_when_live_and_none_otherwise) {
    TemporaryShop shop;
    shop.configuration.exposures.a_visitor = 5;
    shop.restart();
    shop.engine->put_items(items(2));
    ASSERT_TRUE(shop.engine->recommend(ask("home", "ann")));
    EXPECT_TRUE(shop.engine->exposures("ann", 10).empty());
    auto live = ask("home", "ann");
    live.live = true;
    std::string newest;
    for (int i = 0; i < 120; ++i) newest = shop.engine->recommend(live)->at(0).recommendation_id;
    const auto kept = shop.engine->exposures("ann", 10);
    ASSERT_EQ(kept.size(), 5u);
    proto::Exposure exposure;
    ASSERT_TRUE(exposure.ParseFromString(kept[0]));
    EXPECT_EQ(exposure.recommendation_id(), newest);
    EXPECT_EQ(exposure.items_size(), 2);
    EXPECT_EQ(exposure.model_version(), "none");
    EXPECT_TRUE(shop.engine->exposures("bob", 10).empty());
    const auto counters = shop.engine->counters();
    EXPECT_EQ(counters.exposures_offered, 120u);
    EXPECT_EQ(counters.exposures_dropped, 0u);
}

TEST(EngineModels, are_refused_where_there_is_nothing_to_learn) {
    TemporaryShop shop;
    const auto manifest = shop.engine->train();
    ASSERT_FALSE(manifest);
    EXPECT_EQ(manifest.error().code, ErrorCode::invalid_input);
    EXPECT_EQ(shop.engine->current_model(), "none");
    EXPECT_EQ(shop.engine->counters().trainings_failed, 1u);
    EXPECT_EQ(shop.engine->training().state, TrainingStatus::State::failed);
    EXPECT_EQ(shop.engine->training().message, manifest.error().message);
}

TEST(EngineModels, of_the_same_bytes_in_the_same_second_are_two_versions) {
    TemporaryShop shop;
    bring_to_life(shop);
    const auto first = shop.engine->train(), second = shop.engine->train(), third = shop.engine->train();
    ASSERT_TRUE(first && second) << second.error().message;
    EXPECT_EQ(second->version, first->version + "-2");
    EXPECT_EQ(third->version, first->version + "-3");
    EXPECT_EQ(second->model_checksum, first->model_checksum);
    EXPECT_EQ(shop.engine->current_model(), third->version);
    EXPECT_EQ(shop.engine->training().state, TrainingStatus::State::idle);
}

TEST(EngineModels, say_what_they_were_made_of) {
    TemporaryShop shop;
    bring_to_life(shop);
    const auto manifest = shop.engine->train();
    ASSERT_TRUE(manifest) << manifest.error().message;
    EXPECT_EQ(shop.engine->current_model(), manifest->version);
    EXPECT_EQ(manifest->events, shop.engine->counters().log_position);
    EXPECT_EQ(manifest->trained_through % hour_ms, 0);
    EXPECT_LE(manifest->trained_through, shop.time.load());
    EXPECT_EQ(manifest->items, 15u);
    EXPECT_GT(manifest->model_bytes, 0u);
    EXPECT_EQ(shop.engine->recommend(ask("home", "v1"))->at(0).model_version, manifest->version);
    shop.restart();
    EXPECT_EQ(shop.engine->current_model(), manifest->version);
    EXPECT_EQ(shop.engine->models()->size(), 1u);
}

// Two versions, `shop` uses the second.
std::pair<std::string, std::string> two_models(TemporaryShop& shop) {
    bring_to_life(shop);
    const auto first = shop.engine->train();
    EXPECT_TRUE(first) << first.error().message;
    shop.time += hour_ms;
    EXPECT_TRUE(shop.engine->accept({happened(EventKind::purchase, "v1", {"i1", "i2"}, shop.time - 2 * hour_ms)}));
    const auto second = shop.engine->train({}, {.force = true});  // after weeks without an event
    EXPECT_TRUE(second) << second.error().message;
    return {first->version, second->version};
}

TEST(EngineModels, can_be_gone_back_from) {
    TemporaryShop shop;
    const auto [first, second] = two_models(shop);
    EXPECT_EQ(shop.engine->current_model(), second);
    EXPECT_EQ(shop.engine->rollback_model()->version, first);
    EXPECT_EQ(shop.engine->current_model(), first);
    EXPECT_EQ(shop.engine->use_model(second)->version, second);
    EXPECT_EQ(shop.engine->use_model("none-such").error().code, ErrorCode::not_found);
    EXPECT_EQ(shop.engine->current_model(), second);
}

TEST(EngineModels, that_are_damaged_are_refused_and_the_one_in_use_stays) {
    TemporaryShop shop;
    const auto [first, second] = two_models(shop);
    ASSERT_TRUE(shop.engine->use_model(first));
    const std::string path = shop.folder() + "/models/" + second + "/model.vit";
    std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
    const auto used = shop.engine->use_model(second);
    ASSERT_FALSE(used);
    EXPECT_EQ(used.error().code, ErrorCode::corrupt_data);
    EXPECT_EQ(shop.engine->current_model(), first);
    EXPECT_FALSE(answer(shop, ask("home", "v1")).empty());
}

TEST(EngineModels, that_are_damaged_at_the_start_give_way_to_the_one_before) {
    TemporaryShop shop;
    const auto [first, second] = two_models(shop);
    shop.engine.reset();
    std::fstream file(shop.folder() + "/models/" + second + "/model.vit",
                      std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(200);
    file.put('\x7f');
    file.close();
    shop.open();
    EXPECT_EQ(shop.engine->current_model(), first);
}

TEST(EngineModels, are_swapped_without_one_failing_answer) {
    TemporaryShop shop;
    const auto [first, second] = two_models(shop);
    std::atomic<bool> done = false;
    std::atomic<std::size_t> answered = 0;
    std::vector<std::jthread> askers;
    for (int thread = 0; thread < 4; ++thread)
        askers.emplace_back([&, thread] {
            while (!done) {
                const auto answers = shop.engine->recommend(ask("home", "v" + std::to_string(thread)));
                ASSERT_TRUE(answers) << answers.error().message;
                ASSERT_FALSE(answers->at(0).items.empty());
                ++answered;
            }
        });
    for (int swap = 0; swap < 20; ++swap) {
        ASSERT_TRUE(shop.engine->use_model(swap % 2 == 0 ? first : second));
        ASSERT_TRUE(shop.engine->refresh_trends());
        ASSERT_TRUE(shop.engine->put_items({on_sale("i" + std::to_string(swap))}).at(0));
        ASSERT_TRUE(shop.engine->accept({happened(EventKind::view_item, "v1", {"i3"}, shop.time + swap)}));
    }
    done = true;
    askers.clear();
    EXPECT_GT(answered, 0u);
}

TEST(EngineModels, are_learned_one_at_a_time) {
    TemporaryShop shop;
    bring_to_life(shop);
    std::optional<ErrorCode> inner;
    const auto outer = shop.engine->train([&](const std::string&, double) {
        if (inner) return;
        const auto second = shop.engine->train();
        inner = second ? ErrorCode::io : second.error().code;
    });
    EXPECT_TRUE(outer);
    EXPECT_EQ(inner, ErrorCode::conflict);
}

}  // namespace
}  // namespace vitrina::engine
