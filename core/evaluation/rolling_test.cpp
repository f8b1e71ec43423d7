#include "evaluation/rolling.hpp"

#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "evaluation/recipe_choice.hpp"

namespace vitrina::evaluation {
namespace {

const TimeMs start = *parse_time("2026-01-01");

// Orders of a small shop, and what an evaluation asks of it.
struct SmallShop {
    std::vector<event::Event> events;
    RollingRequest request;

    SmallShop() {
        for (const char* id : {"a", "b", "c", "d", "e"}) {
            catalog::Item item;
            item.item_id = id;
            item.categories = {*id < 'c' ? "kitchen" : "living"};
            request.items.push_back(item);
        }
        request.split = "time:2026-02-01";
        request.cut_offs = {2};
        request.resamples = 100;
        request.each_event = [this](const auto& visit) -> Result<void> {
            for (const event::Event& event : events) visit(event);
            return {};
        };
    }
    void order(const std::string& person, int day, const std::vector<std::string>& items) {
        event::Event event;
        event.kind = event::EventKind::purchase;
        event.event_id = event.transaction_id = fmt::format("o{}", events.size());
        event.time = event.received_at = start + day * day_ms;
        event.visitor_id = "v" + person;
        event.user_id = person;
        event.trusted = true;
        for (const std::string& id : items) event.items.push_back({.item_id = id, .price = 2 * money_unit});
        events.push_back(event);
    }
    RollingReport evaluate() {
        SerialExecutor executor;
        auto report = evaluate_rolling(request, executor);
        EXPECT_TRUE(report) << report.error().message;
        return report ? *report : RollingReport();
    }
};

double value_of(const TaskOutcome& outcome, std::string_view model, std::string_view metric) {
    for (const ModelReport& report : outcome.report.models)
        for (const Measured& measured : report.metrics)
            if (report.name == model && measured.metric == metric) return measured.interval.value;
    ADD_FAILURE() << "no " << metric << " of " << model;
    return -1;
}

// Before the cut: a in 3 orders, b in 2, c in 1. After it p1 buys a and d, p2 buys b; p9 is new.
SmallShop miniature() {
    SmallShop shop;
    shop.order("p1", 10, {"a", "b"});
    shop.order("p2", 11, {"a"});
    shop.order("p2", 12, {"b", "c"});
    shop.order("p3", 13, {"a"});
    shop.order("p1", 35, {"a", "d"});
    shop.order("p2", 36, {"b"});
    shop.order("p9", 37, {"e", "a"});
    return shop;
}

TEST(Rolling, counts_a_miniature_as_by_hand) {
    SmallShop shop = miniature();
    shop.request.tasks = {Task::home, Task::buy_again, Task::cart, Task::new_visitors, Task::product};
    const auto report = shop.evaluate();
    ASSERT_EQ(report.outcomes.size(), 5u);
    const TaskOutcome& home = report.outcomes[0];
    EXPECT_EQ(home.occasions, 2u);
    EXPECT_EQ(home.people, 2u);
    // popularity shows a, b: half of what p1 wanted, all that p2 wanted.
    EXPECT_DOUBLE_EQ(value_of(home, "popularity", "recall@2"), 0.75);
    EXPECT_DOUBLE_EQ(value_of(home, "popularity", "hr@2"), 1.0);
    EXPECT_DOUBLE_EQ(value_of(home, "popularity", "revenue_recall@2"), 0.75);
    // d was never bought by p1 before and is not shown; the repeats a and b are.
    EXPECT_DOUBLE_EQ(value_of(home, "popularity", "new_recall@2"), 0.0);
    EXPECT_DOUBLE_EQ(value_of(home, "popularity", "repeat_recall@2"), 1.0);
    // p2's latest order comes first: c and b; both of p1's, then.
    EXPECT_DOUBLE_EQ(value_of(home, "personal popularity", "recall@2"), 0.75);
    EXPECT_DOUBLE_EQ(value_of(home, "popularity", "coverage@2"), 2.0 / 3);
    EXPECT_EQ(report.outcomes[1].occasions, 2u);
    EXPECT_DOUBLE_EQ(value_of(report.outcomes[1], "popularity", "recall@2"), 1.0);
    EXPECT_EQ(report.outcomes[2].occasions, 2u);
    EXPECT_EQ(report.outcomes[3].occasions, 1u);
    EXPECT_DOUBLE_EQ(value_of(report.outcomes[3], "vitrina", "recall@2"), 0.5);
    EXPECT_FALSE(report.outcomes[4].skipped.empty());
}

TEST(Rolling, knows_nothing_of_what_comes_after_the_cut) {
    SmallShop shop = miniature(), more = miniature();
    shop.request.tasks = more.request.tasks = {Task::home, Task::buy_again};
    for (int number = 0; number < 50; ++number) more.order(fmt::format("x{}", number), 33, {"e", "d"});
    for (int number = 0; number < 50; ++number) more.order(fmt::format("y{}", number), 80, {"e"});
    EXPECT_EQ(to_table(shop.evaluate()), to_table(more.evaluate()));
}

TEST(Rolling, is_the_same_again_and_says_so_in_json_table_and_chart) {
    SmallShop shop = miniature();
    shop.request.tasks = {Task::home};
    const auto once = shop.evaluate(), again = shop.evaluate();
    EXPECT_EQ(to_json(once), to_json(again));
    EXPECT_NE(to_json(once).find(R"("chosen":"vitrina")"), std::string::npos);
    EXPECT_NE(to_json(once).find(R"("task":"home","cut":"2026-02-01")"), std::string::npos);
    EXPECT_NE(to_table(once).find("home at 2026-02-01: 2 occasions of 2 people"), std::string::npos);
    EXPECT_TRUE(to_svg(once).starts_with("<svg"));
}

TEST(Rolling, takes_the_last_order_of_everybody_for_the_future) {
    SmallShop shop = miniature();
    shop.request.split = "last-order";
    shop.request.tasks = {Task::home};
    EXPECT_EQ(shop.evaluate().outcomes.at(0).occasions, 2u);
}

TEST(Rolling, refuses_what_cannot_be_evaluated) {
    SmallShop empty;
    SerialExecutor executor;
    EXPECT_EQ(evaluate_rolling(empty.request, executor).error().code, ErrorCode::invalid_input);
    SmallShop shop = miniature();
    shop.request.split = "time:2030-01-01";
    EXPECT_EQ(evaluate_rolling(shop.request, executor).error().code, ErrorCode::invalid_input);
    EXPECT_EQ(task_named("garden").error().code, ErrorCode::invalid_input);
}

// Everybody orders his own item every ten days: what the person orders himself must count, what sells must not.
TEST(PlacementChoice, gives_weight_to_habits_where_there_are_habits) {
    std::vector<std::vector<training::HistoryEntry>> people;
    for (std::uint64_t person = 0; person < 80; ++person) {
        people.emplace_back();
        for (std::uint32_t order = 0; order < 12; ++order)
            people.back().push_back(
                {.item = ItemKey{1 + person % 40}, .time = start + order * 10 * day_ms, .basket = order});
    }
    SerialExecutor executor;
    const auto choice = choose_recipe({training::history_of(people), {}, [](std::uint32_t) { return std::string(); }},
                                      recommendation::default_placements(), executor);
    ASSERT_TRUE(choice);
    double habits = 0, popular = 0;
    for (const model::SourceWeight& weight : choice->weights) {
        if (weight.task == "home" && weight.source == "next_basket") habits = weight.weight;
        if (weight.task == "home" && weight.source == "popular") popular = weight.weight;
    }
    EXPECT_GT(habits, popular);
    std::set<std::string> measured;
    for (const model::Figure& figure : choice->figures) measured.insert(figure.task);
    EXPECT_EQ(measured, (std::set<std::string>{"buy_again", "home"}));
}

TEST(PlacementChoice, is_left_to_the_configuration_where_there_is_too_little) {
    const std::vector<std::vector<training::HistoryEntry>> people = {{{.item = ItemKey{1}, .time = start}}};
    SerialExecutor executor;
    const auto choice = choose_recipe({training::history_of(people), {}, [](std::uint32_t) { return std::string(); }},
                                      recommendation::default_placements(), executor);
    ASSERT_TRUE(choice);
    EXPECT_TRUE(choice->weights.empty());
}

}  // namespace
}  // namespace vitrina::evaluation
