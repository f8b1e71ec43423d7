// The embedded host and a lesson over bytes learn the same model from the same events.

#include "border/lesson.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "border/history.hpp"
#include "catalog/codec.hpp"
#include "engine/temporary_shop.hpp"

namespace vitrina {
namespace {

std::vector<catalog::Item> items() {
    std::vector<catalog::Item> all;
    for (int i = 0; i < 60; ++i) {
        catalog::Item item;
        item.item_id = "i" + std::to_string(i);
        item.title = "thing of kind " + std::to_string(i % 9);
        if (i % 4 == 0) item.group_id = "g" + std::to_string(i % 12);
        all.push_back(std::move(item));
    }
    return all;
}

std::vector<event::Event> some_days(TimeMs end) {
    Random random(1);
    std::vector<event::Event> events;
    for (int e = 0; e < 4000; ++e) {
        const std::string visitor = "v" + std::to_string(random.below(300));
        const auto kind = random.below(4) == 0 ? event::EventKind::purchase : event::EventKind::view_item;
        const std::uint64_t first = random.below(70);
        std::vector<std::string> lines{"i" + std::to_string(first)};
        if (kind == event::EventKind::purchase) lines.push_back("i" + std::to_string((first + 7) % 70));
        events.push_back(engine::happened(kind, visitor, lines, end - 40 * day_ms + e * 13 * minute_ms,
                                          "e" + std::to_string(random.below(3500))));
    }
    return events;
}

// Everybody buys five things in turn, one every third day: which of them is due is what trees see and a blend does not.
void add_regulars(TimeMs end, std::vector<event::Event>& events) {
    constexpr std::uint64_t people = 300, baskets = 12;
    for (std::uint64_t e = 0; e < people * baskets; ++e) {
        const std::uint64_t person = e % people, turn = e / people % 5;
        events.push_back(engine::happened(
            event::EventKind::purchase, fmt::format("v{}", person), {fmt::format("i{}", (person * 7 + turn * 11) % 60)},
            end - 40 * day_ms + static_cast<TimeMs>(e) * 14 * minute_ms, fmt::format("regular-{}", e)));
    }
}

TEST(Lesson, learns_the_bytes_weights_trees_and_figures_that_the_embedded_host_learns) {
    engine::TemporaryShop shop;
    std::vector<catalog::Item> catalog = items();
    for (const auto& put : shop.engine->put_items(catalog)) ASSERT_TRUE(put);
    auto events = some_days(shop.time);
    add_regulars(shop.time, events);
    ASSERT_TRUE(shop.engine->accept(events));
    const auto embedded = shop.engine->train();
    ASSERT_TRUE(embedded) << embedded.error().message;

    auto lesson = border::Lesson::open(fmt::format(R"({{"through": {}, "now": {}, "settings": {{"seed": "{}"}}}})",
                                                   embedded->trained_through, embedded->trained_at, embedded->seed));
    ASSERT_TRUE(lesson) << lesson.error().message;
    std::ranges::reverse(catalog);
    for (const catalog::Item& item : catalog) ASSERT_TRUE(lesson->add_item(catalog::encode(item)));
    ASSERT_TRUE(shop.engine->each_event([&](const event::Event& event) {
        ASSERT_TRUE(lesson->add_record(border::encode(border::HistoryRecord{0, event})));
    }));
    ASSERT_TRUE(lesson->assembled());
    const auto model = lesson->trained();
    ASSERT_TRUE(model) << model.error().message;
    const model::Manifest manifest = model::manifest_from_json(model->manifest).value();
    EXPECT_EQ(manifest.model_checksum, embedded->model_checksum);
    EXPECT_EQ(manifest.version, embedded->version);
    EXPECT_EQ(manifest.weights, embedded->weights);
    EXPECT_EQ(manifest.figures, embedded->figures);
    EXPECT_EQ(manifest.rankers, embedded->rankers);
    EXPECT_EQ(manifest.release, embedded->release);
    EXPECT_TRUE(std::ranges::any_of(manifest.rankers, &model::RankerChoice::stack)) << model->manifest;
    EXPECT_EQ(manifest.configuration, embedded->configuration);
    EXPECT_EQ(manifest.people, embedded->people);
}

}  // namespace
}  // namespace vitrina
