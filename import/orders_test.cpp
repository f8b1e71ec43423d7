#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>

#include "base/random.hpp"
#include "import/import.hpp"
#include "import/recording_engine.hpp"

namespace vitrina::import {
namespace {

// A file that goes with the test.
class OrderFile {
public:
    explicit OrderFile(const std::string& text, const std::string& ending = ".csv")
        : path_(testing::TempDir() + "orders_" + std::to_string(++count) + "_" + std::to_string(::getpid()) + ending) {
        std::ofstream(path_, std::ios::binary) << text;
    }
    ~OrderFile() { std::filesystem::remove(path_); }
    const std::string& path() const { return path_; }

private:
    static inline int count = 0;
    std::string path_;
};

constexpr const char* header = "order_id,item_id,title,quantity,time,price,customer_id\n";

ImportReport imported(RecordingEngine& engine, const std::string& text, const OrderMapping& mapping = {},
                      ImportLimits limits = {}) {
    const OrderFile file(text);
    const auto report = import_files(engine, {.files = {file.path()}, .orders = mapping, .limits = limits});
    EXPECT_TRUE(report.has_value()) << report.error().message;
    return report.value_or(ImportReport{});
}

std::string refusal(const std::string& row, const OrderMapping& mapping = {}) {
    RecordingEngine engine;
    const auto report = imported(engine, header + row + "\ngood,MUG,Mug,1,2011-01-01,1,c\n", mapping);
    EXPECT_EQ(report.orders, 1u);
    if (report.refused.size() != 1) return "";
    const auto& [code, refused] = *report.refused.begin();
    return std::to_string(refused.examples.front().line) + " " + code + " " + refused.examples.front().message;
}

TEST(OrdersImport, makes_one_purchase_of_the_rows_of_an_order) {
    RecordingEngine engine;
    const auto report = imported(engine, std::string(header) + "o1,MUG,Red mug,2,2011-01-01 10:00:00,4.05,ann\n"
                                                               "o1,LAMP,Lamp,1,2011-01-01 10:00:00,20,ann\n"
                                                               "o2,MUG,Red mug,1,2011-01-02 10:00:00,4.05,\n");
    ASSERT_EQ(engine.events.size(), 2u);
    const auto& first = engine.events[0];
    EXPECT_EQ(first.kind, event::EventKind::purchase);
    EXPECT_EQ(first.transaction_id, "o1");
    EXPECT_EQ(first.visitor_id, "ann");
    EXPECT_EQ(first.user_id, "ann");
    EXPECT_EQ(first.value, 28'100'000);
    EXPECT_TRUE(first.trusted);
    EXPECT_FALSE(first.guest);
    EXPECT_EQ(first.items.size(), 2u);
    EXPECT_TRUE(engine.events[1].guest);
    EXPECT_EQ(engine.events[1].visitor_id, "guest:o2");
    EXPECT_EQ(engine.events[1].user_id, "");
    EXPECT_EQ(report.rows, 3u);
    EXPECT_EQ(report.orders, 2u);
    EXPECT_EQ(report.guest_orders, 1u);
    EXPECT_EQ(report.events_accepted, 2u);
    EXPECT_EQ(engine.items.at("MUG").title, "Red mug");
    EXPECT_EQ(engine.items.at("MUG").price, 4'050'000);
}

TEST(OrdersImport, changes_nothing_the_second_time) {
    RecordingEngine engine;
    const std::string text = std::string(header) + "o1,MUG,Mug,2,2011-01-01,4,ann\nr1,MUG,Mug,-1,2011-01-03,4,ann\n";
    imported(engine, text);
    const auto events = engine.events;
    const auto again = imported(engine, text);
    EXPECT_EQ(again.events_accepted, 0u);
    EXPECT_EQ(again.events_duplicate, 2u);
    EXPECT_EQ(again.items_written, 0u);
    EXPECT_EQ(again.items_unchanged, 1u);
    EXPECT_EQ(engine.events, events);
}

TEST(OrdersImport, gathers_scattered_rows_and_sends_orders_by_time) {
    RecordingEngine engine;
    imported(engine,
             std::string(header) +
                 "o3,A,,1,2011-03-01,1,c\no1,A,,1,2011-01-01,1,a\no3,B,,1,2011-03-02,1,c\no2,A,,1,2011-02-01,1,b\n"
                 "o1,C,,1,2011-01-01,1,a\n");
    ASSERT_EQ(engine.events.size(), 3u);
    EXPECT_EQ(engine.events[0].transaction_id, "o1");
    EXPECT_EQ(engine.events[1].transaction_id, "o2");
    EXPECT_EQ(engine.events[2].transaction_id, "o3");
    EXPECT_EQ(engine.events[0].items.size(), 2u);
    EXPECT_EQ(iso_time(engine.events[2].time), "2011-03-01T00:00:00Z");
}

TEST(OrdersImport, adds_up_the_same_item_at_the_same_price) {
    RecordingEngine engine;
    const auto report = imported(
        engine, std::string(header) + "o1,A,,1,2011-01-01,2,a\no1,A,,3,2011-01-01,2,a\no1,A,,1,2011-01-01,1.5,a\n");
    ASSERT_EQ(engine.events.at(0).items.size(), 2u);
    EXPECT_EQ(engine.events[0].items[0].quantity, 4u);
    EXPECT_EQ(engine.events[0].value, 9'500'000);
    EXPECT_EQ(report.noticed.at("added_up"), 1u);
}

TEST(OrdersImport, follows_the_rules_of_the_mapping) {
    const OrderMapping mapping{.currency = "GBP",
                               .customer_suffix = ".0",
                               .upper_case_ids = true,
                               .return_prefixes = {"C"},
                               .ignored_prefixes = {"A"},
                               .other_codes = {"POST"},
                               .other_code_patterns = {"GIFT_.*"},
                               .negative_quantity = event::Rule::leave_out,
                               .zero_price = event::Rule::leave_out};
    RecordingEngine engine;
    const auto report = imported(engine,
                                 std::string(header) + "1,85123a,Heart,6,2010-12-01 08:26:00,2.55,17850.0\n"
                                                       "1,85123A,HEART,2,2010-12-01 08:26:00,2.55,17850.0\n"
                                                       "1,POST,POSTAGE,1,2010-12-01 08:26:00,18,17850.0\n"
                                                       "1,GIFT_0001_20,Voucher,1,2010-12-01 08:26:00,20,17850.0\n"
                                                       "C2,85123A,HEART,-1,2010-12-02 08:26:00,2.55,17850.0\n"
                                                       "3,85123A,damaged,-5,2010-12-03 08:26:00,0,\n"
                                                       "4,85123A,found,5,2010-12-03 08:26:00,0,\n"
                                                       "A5,85123A,Adjust,1,2010-12-03 08:26:00,-11062.06,\n",
                                 mapping);
    ASSERT_EQ(engine.events.size(), 2u);
    EXPECT_EQ(engine.events[0].visitor_id, "17850");
    EXPECT_EQ(engine.events[0].currency, "GBP");
    ASSERT_EQ(engine.events[0].items.size(), 1u);
    EXPECT_EQ(engine.events[0].items[0].quantity, 8u);
    EXPECT_EQ(engine.events[1].kind, event::EventKind::refund);
    EXPECT_EQ(engine.events[1].transaction_id, "");
    EXPECT_EQ(engine.events[1].items[0].quantity, 1u);
    EXPECT_EQ(report.skipped.at("other_code").rows, 2u);
    EXPECT_EQ(report.skipped.at("negative_quantity").rows, 1u);
    EXPECT_EQ(report.skipped.at("zero_price").rows, 1u);
    EXPECT_EQ(report.skipped.at("ignored_order").rows, 1u);
    EXPECT_EQ(report.refused_rows(), 0u);
    EXPECT_EQ(engine.items.size(), 1u);
    EXPECT_EQ(engine.items.at("85123A").currency, "GBP");
}

TEST(OrdersImport, refuses_a_row_by_its_line_and_takes_the_others) {
    EXPECT_EQ(
        refusal("o,A,,1,2011-01-01,\"12,5\",a"),
        "2 bad_price price \"12,5\" is not a number; use a point as the decimal mark and nothing between thousands");
    EXPECT_EQ(refusal("o,A,,one,2011-01-01,1,a").substr(0, 15), "2 bad_quantity ");
    EXPECT_EQ(refusal("o,A,,0,2011-01-01,1,a").substr(0, 15), "2 bad_quantity ");
    EXPECT_EQ(refusal("o,A,,1.5,2011-01-01,1,a").substr(0, 15), "2 bad_quantity ");
    EXPECT_EQ(refusal("o,A,,2000000,2011-01-01,1,a").substr(0, 15), "2 bad_quantity ");
    EXPECT_EQ(refusal("o,A,,1,01.01.2011,1,a").substr(0, 11), "2 bad_time ");
    EXPECT_EQ(refusal("o,A,,1,2031-01-01,1,a").substr(0, 13), "2 time_ahead ");
    EXPECT_EQ(refusal(",A,,1,2011-01-01,1,a").substr(0, 16), "2 missing_order ");
    EXPECT_EQ(refusal("o,,,1,2011-01-01,1,a").substr(0, 15), "2 missing_item ");
    EXPECT_EQ(refusal("o,A,,1,2011-01-01,-1,a").substr(0, 12), "2 bad_price ");
    EXPECT_EQ(refusal("o,A,1,2011-01-01,1,a").substr(0, 17), "2 missing_column ");
    EXPECT_EQ(refusal("o,A,\"x\"y,1,2011-01-01,1,a").substr(0, 13), "2 bad_quotes ");
    EXPECT_EQ(refusal("o,caf\xe9,,1,2011-01-01,1,a").substr(0, 11), "2 not_utf8 ");
}

TEST(OrdersImport, takes_whole_numbers_that_look_like_decimals) {
    RecordingEngine engine;
    imported(engine, std::string(header) + "o,A,,3.0,2011-01-01,1,a\n");
    EXPECT_EQ(engine.events.at(0).items.at(0).quantity, 3u);
}

TEST(OrdersImport, refuses_unknown_currencies_by_line) {
    RecordingEngine engine;
    const auto report =
        imported(engine, "order_id,item_id,quantity,time,currency\no1,A,1,2011-01-01,GBP\no2,A,1,2011-01-01,pounds\n");
    EXPECT_EQ(report.orders, 1u);
    EXPECT_EQ(report.refused.at("bad_currency").examples.at(0).line, 3u);
}

TEST(OrdersImport, refuses_a_file_as_a_whole_before_anything_is_taken) {
    RecordingEngine engine;
    const auto message = [&](const std::string& text, const OrderMapping& mapping = {}) {
        const OrderFile file(text);
        const auto report = import_files(engine, {.files = {file.path()}, .orders = mapping});
        return report ? "" : report.error().message.substr(file.path().size() + 2);
    };
    EXPECT_EQ(message("InvoiceNo,item_id,quantity,time\n"),
              "the file has no column \"order_id\" for order_id; it has InvoiceNo item_id quantity time; say --columns "
              "order_id=NAME");
    EXPECT_NE(message(header, {.columns = {{"price", "Price"}}}), "");
    EXPECT_NE(message(header, {.columns = {{"prize", "price"}}}), "");
    EXPECT_NE(message(header, {.time_format = "%p"}), "");
    EXPECT_NE(message(header, {.time_zone_offset = "Moscow"}), "");
    EXPECT_NE(message(header, {.currency = "pounds"}), "");
    EXPECT_NE(message(header, {.other_code_patterns = {"("}}), "");
    EXPECT_NE(message(""), "");
    EXPECT_FALSE(import_files(engine, {.files = {}}));
    EXPECT_EQ(import_files(engine, {.files = {"no such file.csv"}}).error().code, ErrorCode::not_found);
    EXPECT_TRUE(engine.events.empty());
}

TEST(OrdersImport, splits_long_orders_into_chunks_and_refuses_endless_ones) {
    std::string text = header;
    for (int i = 0; i < 450; ++i) text += "long,I" + std::to_string(i) + ",,1,2011-01-01,1,a\n";
    for (int i = 0; i < 5001; ++i) text += "endless,I" + std::to_string(i) + ",,1,2011-01-02,1,a\n";
    RecordingEngine engine;
    const auto report = imported(engine, text);
    EXPECT_EQ(engine.events.size(), 3u);
    EXPECT_EQ(engine.events[2].chunk, 2u);
    EXPECT_EQ(report.orders, 1u);
    EXPECT_EQ(report.refused.at("bad_chunk").rows, 5001u);
}

TEST(OrdersImport, reads_times_the_files_way) {
    RecordingEngine engine;
    imported(engine, "order_id;item_id;quantity;time\no1;A;1;01.02.2011 8:26\n",
             {.time_format = "%d.%m.%Y %H:%M", .time_zone_offset = "+03:00"});
    EXPECT_EQ(iso_time(engine.events.at(0).time), "2011-02-01T05:26:00Z");
}

TEST(OrdersImport, completes_items_that_are_known_and_leaves_what_they_say) {
    RecordingEngine engine;
    engine.items["MUG"] = {.item_id = "MUG", .price = 9'000'000, .currency = "EUR"};
    imported(engine, std::string(header) + "o1,MUG,Mug,1,2011-01-01,4,a\n");
    EXPECT_EQ(engine.items["MUG"].title, "Mug");
    EXPECT_EQ(engine.items["MUG"].price, 9'000'000);
}

TEST(OrdersImport, takes_the_title_that_most_rows_give_and_the_latest_price) {
    RecordingEngine engine;
    imported(engine, std::string(header) +
                         "o1,A,damaged,1,2011-01-03,0,a\no2,A,Mug,1,2011-01-01,1,a\no3,A,Mug,1,2011-01-02,2,a\n");
    EXPECT_EQ(engine.items["A"].title, "Mug");
    EXPECT_EQ(engine.items["A"].price, 2'000'000);
    EXPECT_EQ(iso_time(*engine.items["A"].created_at), "2011-01-01T00:00:00Z");
}

TEST(OrdersImport, gives_the_same_in_little_memory_as_in_much) {
    Random random(12);
    std::vector<std::string> rows;
    for (int i = 0; i < 3000; ++i) {
        const auto order = random.below(400);
        rows.push_back("o" + std::to_string(order) + ",I" + std::to_string(random.below(50)) + ",," +
                       std::to_string(1 + random.below(5)) + ",2011-01-" + (order % 28 < 9 ? "0" : "") +
                       std::to_string(1 + order % 28) + "," + std::to_string(random.below(9)) + ",c" +
                       std::to_string(order % 90) + "\n");
    }
    const std::string text = std::accumulate(rows.begin(), rows.end(), std::string(header));
    RecordingEngine much, little;
    const auto in_memory = imported(much, text);
    const auto on_disk = imported(little, text, {}, {.sort_bytes = 2000});
    EXPECT_EQ(in_memory.sorted_rows, 0u);
    EXPECT_GT(on_disk.sorted_rows, 1000u);
    EXPECT_EQ(much.events, little.events);
    EXPECT_EQ(in_memory.orders, on_disk.orders);
    EXPECT_TRUE(std::ranges::is_sorted(much.events, {}, &event::Event::time));
}

TEST(OrdersImport, writes_refused_rows_to_a_file) {
    const OrderFile file(std::string(header) + "o1,A,\"Mug, red\",x,2011-01-01,1,a\n");
    const OrderFile rejects("");
    RecordingEngine engine;
    ASSERT_TRUE(import_files(engine, {.files = {file.path()}, .rejects_file = rejects.path()}));
    std::ifstream written(rejects.path());
    std::string first, second;
    std::getline(written, first);
    std::getline(written, second);
    EXPECT_EQ(first, "file,line,reason,message,row");
    EXPECT_NE(second.find(",2,bad_quantity,"), std::string::npos);
    EXPECT_NE(second.find("\"o1,A,\"\"Mug, red\"\",x,2011-01-01,1,a\""), std::string::npos) << second;
    const auto before = std::filesystem::file_size(file.path());
    const auto refused = import_files(engine, {.files = {file.path()}, .rejects_file = file.path()});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_input);
    EXPECT_EQ(std::filesystem::file_size(file.path()), before);
    EXPECT_EQ(import_files(engine, {.files = {file.path()}, .rejects_file = "/no/such/folder/x"}).error().code,
              ErrorCode::io);
}

TEST(OrdersImport, asks_a_full_engine_again_and_stops_at_a_broken_one) {
    RecordingEngine full;
    full.full_answers = 3;
    const std::string text = std::string(header) + "o1,A,,1,2011-01-01,1,a\n";
    EXPECT_EQ(imported(full, text).events_accepted, 1u);
    RecordingEngine broken;
    broken.accepts_until_failure = 1;
    const OrderFile file(text);
    EXPECT_EQ(import_files(broken, {.files = {file.path()}}).error().code, ErrorCode::io);
}

// The bundled year of orders, with the figures of docs/import.md.
#if !VITRINA_SANITIZED  // a minute there, of what the tests above do with few rows
TEST(OrdersImport, reads_online_retail_with_its_mapping) {
    const auto mapping = read_mapping("data/online-retail/mapping.toml");
    ASSERT_TRUE(mapping.has_value()) << mapping.error().message;
    RecordingEngine engine;
    const auto report =
        import_files(engine, {.files = {"data/online-retail/online-retail.csv.zst"}, .orders = *mapping});
    ASSERT_TRUE(report.has_value()) << report.error().message;
    EXPECT_EQ(report->rows, 541'909u);
    EXPECT_EQ(report->refused_rows(), 0u);
    EXPECT_EQ(report->orders, 19'773u);
    EXPECT_EQ(report->guest_orders, 1371u);
    EXPECT_EQ(report->returns, 3422u);
    EXPECT_EQ(report->skipped.at("other_code").rows, 2947u);
    EXPECT_EQ(report->skipped.at("zero_price").rows, 1161u);
    EXPECT_EQ(report->skipped.at("negative_quantity").rows, 1336u);
    EXPECT_EQ(report->skipped.at("ignored_order").rows, 3u);
    EXPECT_EQ(report->noticed.at("two_times"), 43u);
    EXPECT_EQ(report->noticed.at("added_up"), 10'090u);
    EXPECT_EQ(engine.items.size(), 3812u);
    EXPECT_EQ(engine.items.at("85123A").title, "WHITE HANGING HEART T-LIGHT HOLDER");
}
#endif

}  // namespace
}  // namespace vitrina::import
