// Files into the real engine, and again: nothing changes the second time, and a replay of the log gives the same state.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/engine.hpp"
#include "event/json.hpp"
#include "import/import.hpp"

namespace vitrina {
namespace {

class ImportIntoEngine : public testing::Test {
protected:
    void SetUp() override {
        const auto* info = testing::UnitTest::GetInstance()->current_test_info();
        folder_ = std::filesystem::path(testing::TempDir()) /
                  (std::string("import_") + info->name() + "_" + std::to_string(::getpid()));
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        configuration_.training.every_ms = 0;
        open();
    }
    void TearDown() override {
        engine_.reset();
        std::filesystem::remove_all(folder_);
    }
    void open() {
        engine_.reset();
        auto opened = engine::Engine::open((folder_ / "data").string(), configuration_);
        ASSERT_TRUE(opened.has_value()) << opened.error().message;
        engine_ = std::move(*opened);
    }
    std::string write(const std::string& name, const std::string& text) {
        const auto path = folder_ / name;
        std::ofstream(path, std::ios::binary) << text;
        return path.string();
    }
    import::ImportReport import(const import::ImportRequest& request) {
        auto report = import::import_files(*engine_, request);
        EXPECT_TRUE(report.has_value()) << report.error().message;
        return report.value_or(import::ImportReport{});
    }
    std::string digest() { return engine_->state_digest().value_or("none"); }

    std::filesystem::path folder_;
    engine::Configuration configuration_;
    std::unique_ptr<engine::Engine> engine_;
};

TEST_F(ImportIntoEngine, of_online_retail_twice_changes_nothing) {
    const auto mapping = import::read_mapping(VITRINA_ROOT "/data/online-retail/mapping.toml");
    ASSERT_TRUE(mapping.has_value());
    const import::ImportRequest request{.files = {VITRINA_ROOT "/data/online-retail/online-retail.csv.zst"},
                                        .orders = *mapping};
    const auto first = import(request);
    EXPECT_EQ(first.rows, 541'909u);
    EXPECT_EQ(first.refused_rows(), 0u);
    EXPECT_GT(first.unmatched_returns, 0u);
    EXPECT_LT(first.unmatched_returns, 2000u);
    const std::string state = digest();
    const std::uint64_t events = engine_->counters().events;
    const auto second = import(request);
    EXPECT_EQ(engine_->counters().events, events);
    EXPECT_EQ(second.events_accepted, 0u);
    EXPECT_EQ(second.events_duplicate, first.events_accepted);
    EXPECT_EQ(second.items_written, 0u);
    EXPECT_EQ(second.items_unchanged, first.items_written);
    EXPECT_EQ(digest(), state);
    EXPECT_EQ(engine_->replayed_digest().value_or(""), state);
    open();
    EXPECT_EQ(digest(), state);
}

TEST_F(ImportIntoEngine, reads_what_export_writes) {
    import(
        {.files = {write(
             "orders.csv",
             "order_id,item_id,quantity,time,price,customer_id\no1,A,2,2011-01-01,3.5,ann\no2,B,1,2011-01-02,1,\n")}});
    std::string lines;
    ASSERT_TRUE(engine_->each_event([&](const event::Event& event) { lines += event::json_line(event) + "\n"; }));
    const auto again = import({.subject = import::Subject::events, .files = {write("events.jsonl", lines)}});
    EXPECT_EQ(again.events_duplicate, 2u);
    EXPECT_EQ(again.events_accepted, 0u);
    EXPECT_EQ(again.refused_rows(), 0u);
}

TEST_F(ImportIntoEngine, replaces_the_lines_of_an_order_that_was_corrected) {
    const std::string header = "order_id,item_id,quantity,time,price,customer_id\n";
    import({.files = {write("orders.csv", header + "o1,A,2,2011-01-01,3.5,ann\n")}});
    EXPECT_EQ(import({.files = {write("orders.csv", header + "o1,A,3,2011-01-01,3.5,ann\n")}}).events_accepted, 1u);
    const auto ann = engine_->visitor("ann");
    ASSERT_TRUE(ann.has_value());
    ASSERT_EQ(ann->actions.size(), 1u);
    EXPECT_EQ(ann->actions[0].quantity, 3u);
}

TEST_F(ImportIntoEngine, updates_items_by_what_a_file_says) {
    const auto full = write("items.jsonl", R"({"item_id": "A", "title": "Mug", "price": 4.5, "currency": "GBP"})"
                                           "\n{\"item_id\": \"B\"}\n");
    EXPECT_EQ(import({.subject = import::Subject::items, .files = {full}}).items_written, 2u);
    EXPECT_EQ(import({.subject = import::Subject::items, .files = {full}}).items_unchanged, 2u);
    const auto stock = write("stock.csv", "item_id;price;quantity\nA;5;0\nB;\"1,5\";3\n");
    const auto report = import({.subject = import::Subject::items, .files = {stock}});
    EXPECT_EQ(report.items_written, 1u);
    EXPECT_EQ(report.refused.at("bad_item").examples.at(0).line, 3u);
    const auto item = engine_->item("A");
    EXPECT_EQ(item->title, "Mug");
    EXPECT_EQ(item->price, 5'000'000);
    EXPECT_EQ(item->quantity, 0u);
}

}  // namespace
}  // namespace vitrina
