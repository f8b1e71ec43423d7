// The embedded host and tasks of single cuts over bytes measure the same to the last digit.

#include "border/shop_evaluation.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "border/history.hpp"
#include "engine/temporary_shop.hpp"
#include "evaluation/rolling.hpp"

namespace vitrina {
namespace {

std::vector<event::Event> some_months(TimeMs end) {
    Random random(3);
    std::vector<event::Event> events;
    for (int e = 0; e < 5000; ++e) {
        const std::string visitor = "v" + std::to_string(random.below(200));
        const auto kind = random.below(3) == 0 ? event::EventKind::purchase : event::EventKind::view_item;
        const std::uint64_t first = random.below(40) * random.below(3);
        std::vector<std::string> lines{"i" + std::to_string(first)};
        if (kind == event::EventKind::purchase) lines.push_back("i" + std::to_string((first + 7) % 80));
        events.push_back(
            engine::happened(kind, visitor, lines, end - 90 * day_ms + e * 25 * minute_ms, fmt::format("e{:05}", e)));
        if (random.below(4) == 0) events.back().user_id = "u" + visitor;
    }
    return events;
}

std::string evaluated(border::ShopEvaluation& evaluation, bool table) {
    std::vector<std::string> parts;
    for (std::size_t cut = evaluation.cuts(); cut-- > 0;) {
        auto part = evaluation.evaluated(cut);
        EXPECT_TRUE(part) << part.error().message;
        parts.insert(parts.begin(), part.value_or(""));
    }
    const auto report = border::joined(std::vector<std::string_view>(parts.begin(), parts.end()));
    EXPECT_TRUE(report);
    return table ? report->table : report->json;
}

TEST(ShopEvaluation, says_what_the_embedded_host_says_whatever_order_records_and_items_come_in) {
    engine::TemporaryShop shop;
    std::vector<catalog::Item> items;
    for (int i = 0; i < 70; ++i) {
        items.push_back(engine::on_sale("i" + std::to_string(i), "thing of kind " + std::to_string(i % 9)));
        if (i % 4 == 0) items.back().group_id = "g" + std::to_string(i % 12);
        items.back().created_at = shop.time - (100 - i) * day_ms;
    }
    for (const auto& put : shop.engine->put_items(items)) ASSERT_TRUE(put);
    ASSERT_TRUE(shop.engine->accept(some_months(shop.time)));

    const std::string split =
        fmt::format("cuts:{},{},{}", iso_time(shop.time - 60 * day_ms).substr(0, 10),
                    iso_time(shop.time - 45 * day_ms).substr(0, 10), iso_time(shop.time - 20 * day_ms).substr(0, 10));
    evaluation::RollingRequest request;
    request.split = split;
    request.horizon_ms = 14 * day_ms;
    request.resamples = 50;
    request.placements = shop.configuration.placements;
    request.each_event = [&](const auto& visit) { return shop.engine->each_event(visit); };
    shop.engine->each_item([&](const catalog::Item& item) { request.items.push_back(item); });
    SerialExecutor executor;
    const auto embedded = evaluation::evaluate_rolling(request, executor);
    ASSERT_TRUE(embedded) << embedded.error().message;

    auto tasks =
        border::ShopEvaluation::open(fmt::format(R"({{"split": "{}", "horizon": "14d", "bootstrap": 50}})", split));
    ASSERT_TRUE(tasks) << tasks.error().message;
    ASSERT_EQ(tasks->cuts(), 3U);
    std::ranges::reverse(items);
    for (const catalog::Item& item : items) tasks->add_item(item);
    std::vector<std::string> records;
    ASSERT_TRUE(shop.engine->each_event(
        [&](const event::Event& event) { records.push_back(border::encode(border::HistoryRecord{0, event})); }));
    std::ranges::reverse(records);
    for (const std::string& record : records) ASSERT_TRUE(tasks->add_record(record));
    EXPECT_EQ(evaluated(*tasks, false), evaluation::to_json(*embedded));
    EXPECT_EQ(evaluated(*tasks, true), evaluation::to_table(*embedded));
}

TEST(ShopEvaluation, refuses_what_it_cannot_evaluate_and_what_does_not_fit) {
    for (const char* wrong :
         {"", "[]", R"({"split": "never"})", R"({"horizon": "0d"})", R"({"tasks": []})", R"({"tasks": ["garden"]})",
          R"({"at": [0]})", R"({"settings": {"ials.epochs": 3}})", R"({"unknown": 1})", R"({"seed": -1})"})
        EXPECT_EQ(border::ShopEvaluation::open(wrong).error().code, ErrorCode::invalid_input) << wrong;
    auto small = border::ShopEvaluation::open(R"({"split": "time:0.5", "memory_mb": 1})");
    ASSERT_TRUE(small);
    EXPECT_EQ(small->evaluated(0).error().code, ErrorCode::invalid_input);  // no events
    EXPECT_EQ(small->add_record("garbage").error().code, ErrorCode::corrupt_data);
    Result<void> added;
    for (int e = 0; added && e < 20'000; ++e) {
        const auto event =
            engine::happened(event::EventKind::view_item, "v", {"i"}, engine::test_start + e, std::to_string(e));
        added = small->add_record(border::encode(border::HistoryRecord{0, event}));
    }
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, ErrorCode::exhausted);
    EXPECT_NE(added.error().message.find("memory_mb 1"), std::string::npos);
    const std::string_view garbage[] = {"garbage"};
    EXPECT_EQ(border::joined(garbage).error().code, ErrorCode::corrupt_data);
}

}  // namespace
}  // namespace vitrina
