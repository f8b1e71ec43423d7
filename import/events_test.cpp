#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "import/import.hpp"
#include "import/recording_engine.hpp"

namespace vitrina::import {
namespace {

class FileImport : public testing::Test {
protected:
    ImportReport imported(Subject subject, const std::string& name, const std::string& text, bool complete = false) {
        const std::string path = testing::TempDir() + std::to_string(::getpid()) + name;
        std::ofstream(path, std::ios::binary) << text;
        const auto report = import_files(engine_, {.subject = subject, .files = {path}, .complete = complete});
        std::filesystem::remove(path);
        EXPECT_TRUE(report.has_value()) << report.error().message;
        return report.value_or(ImportReport{});
    }
    Error refusal(Subject subject, const std::string& name, const std::string& text) {
        const std::string path = testing::TempDir() + std::to_string(::getpid()) + name;
        std::ofstream(path, std::ios::binary) << text;
        const auto report = import_files(engine_, {.subject = subject, .files = {path}});
        std::filesystem::remove(path);
        return report ? Error{} : report.error();
    }
    RecordingEngine engine_;
};

using EventsImport = FileImport;
using ItemsImport = FileImport;

TEST_F(EventsImport, takes_good_lines_and_refuses_the_others_by_line) {
    const auto report = imported(
        Subject::events, "events.jsonl",
        R"({"event": "view_item", "time": "2011-01-01T10:00:00Z", "visitor_id": "v", "items": [{"item_id": "A"}]})"
        "\n\n"
        "nonsense\n"
        R"({"event": "view_itm", "visitor_id": "v"})"
        "\n"
        R"({"event": "view_item", "visitor_id": "v", "items": [{"item_id": "A"}]})"
        "\n"
        R"({"event": "view_item", "time": "2099-01-01", "visitor_id": "v", "items": [{"item_id": "A"}]})"
        "\n"
        R"({"event": "view_item", "time": "2011-01-01", "items": [{"item_id": "A"}]})");
    EXPECT_EQ(report.rows, 6u);
    EXPECT_EQ(report.events_accepted, 1u);
    EXPECT_EQ(report.refused.at("bad_json").examples.at(0).line, 3u);
    EXPECT_EQ(report.refused.at("unknown_event").examples.at(0).line, 4u);
    EXPECT_EQ(report.refused.at("missing_time").examples.at(0).line, 5u);
    EXPECT_EQ(report.refused.at("time_ahead").examples.at(0).line, 6u);
    EXPECT_EQ(report.refused.at("missing_visitor").examples.at(0).line, 7u);
    EXPECT_TRUE(engine_.events.at(0).trusted);
}

TEST_F(EventsImport, joins_the_rows_of_one_event) {
    const auto report = imported(Subject::events, "events.csv",
                                 "event,time,visitor_id,transaction_id,item_id,quantity,price,item_brand\n"
                                 "view_item,2011-01-01T10:00:00Z,v,,A,,,Acme\n"
                                 "view_item,2011-01-01T10:00:00Z,v,,B,,,\n"
                                 "purchase,2011-01-01T10:05:00Z,v,o1,A,2,4.5,\n"
                                 "purchase,2011-01-01T10:05:00Z,v,o1,B,1,1,\n"
                                 "purchase,2011-01-01T10:05:00Z,v,o2,B,1,1,\n");
    EXPECT_EQ(report.events_accepted, 4u);
    ASSERT_EQ(engine_.events.at(2).items.size(), 2u);
    EXPECT_EQ(engine_.events[2].value, 10'000'000);
    EXPECT_EQ(engine_.events[0].items[0].kept.at("item_brand"), "Acme");
}

TEST_F(EventsImport, refuses_rows_and_headers_that_are_none) {
    const auto report = imported(Subject::events, "events.csv",
                                 "event,time,visitor_id,item_id,price,index\n"
                                 "view_item,2011-01-01,v,A,\"1,5\",\n"
                                 "view_item,2011-01-01,v,A,1,-1\n"
                                 "view,2011-01-01,v,A,1,\n"
                                 ",2011-01-01,v,A,1,\n"
                                 "view_item,2011-01-01,v,A\n"
                                 "view_item,yesterday,v,A,1,\n");
    EXPECT_EQ(report.events_accepted, 0u);
    for (const char* code : {"bad_price", "bad_index", "unknown_event", "missing_event", "missing_column", "bad_time"})
        EXPECT_EQ(report.refused.count(code), 1u) << code;
    EXPECT_NE(refusal(Subject::events, "events.csv", "event,vistor_id\n").message.find("did you mean \"visitor_id\"?"),
              std::string::npos);
    EXPECT_NE(refusal(Subject::events, "events.csv", "event,event,visitor_id\n").message.find("comes twice"),
              std::string::npos);
    EXPECT_NE(refusal(Subject::events, "events.csv", "event\n").message.find("no column \"visitor_id\""),
              std::string::npos);
}

TEST_F(EventsImport, splits_long_orders) {
    std::string text = "event,time,visitor_id,transaction_id,item_id\n";
    for (int i = 0; i < 250; ++i) text += "purchase,2011-01-01,v,o1,I" + std::to_string(i) + "\n";
    imported(Subject::events, "events.csv", text);
    EXPECT_EQ(engine_.events.size(), 2u);
    EXPECT_EQ(engine_.events[1].chunk, 1u);
}

TEST_F(ItemsImport, reads_every_column) {
    imported(Subject::items, "items.csv",
             "item_id,title,categories,brand,price,sale_price,sale_from,currency,availability,quantity,hidden,"
             "attributes.colour,localized.ru.title\n"
             "A,Mug,kitchen > mugs | gifts,Acme,4.5,4,2026-01-01,GBP,preorder,7,yes,red,Кружка\n");
    const auto item = engine_.item("A");
    ASSERT_TRUE(item.has_value());
    EXPECT_EQ(item->categories, (std::vector<std::string>{"kitchen > mugs", "gifts"}));
    EXPECT_EQ(item->sale_price, 4'000'000);
    EXPECT_EQ(item->availability, catalog::Availability::preorder);
    EXPECT_EQ(item->quantity, 7u);
    EXPECT_TRUE(item->hidden);
    EXPECT_EQ(item->attributes.at("colour"), "red");
    EXPECT_EQ(item->localized.at("ru").title, "Кружка");
}

TEST_F(ItemsImport, lets_a_later_row_of_an_item_add_to_an_earlier_one) {
    const auto report = imported(Subject::items, "items.csv", "item_id,title,price\nA,Mug,\nA,,5\nB,Lamp,\n");
    EXPECT_EQ(report.items_written, 3u);
    EXPECT_EQ(engine_.item("A")->title, "Mug");
    EXPECT_EQ(engine_.item("A")->price, 5'000'000);
}

TEST_F(ItemsImport, of_the_whole_catalogue_mentions_every_item_and_says_how_many) {
    imported(Subject::items, "items.csv", "item_id,title\nA,Mug\nB,Lamp\nC,Tea\n");
    const auto report = imported(
        Subject::items, "items.jsonl",
        "{\"item_id\": \"A\", \"title\": \"Mug\"}\n{\"item_id\": \"D\"}\n{\"item_id\": \"D\", \"price\": 1}\n", true);
    EXPECT_EQ(report.items_unchanged, 1u);
    EXPECT_EQ(report.items_written, 2u);
    EXPECT_EQ(engine_.mentioned.at("i-run"), (std::set<std::string>{"A", "D"})) << "the unchanged one too";
    ASSERT_EQ(engine_.ended.size(), 1u);
    EXPECT_EQ(engine_.ended.front().items, 2u);
    ASSERT_TRUE(report.run.has_value());
    EXPECT_EQ(report.run->vanished, 2u);
}

TEST_F(ItemsImport, of_the_whole_catalogue_makes_nothing_absent_where_a_row_was_refused) {
    const auto report = imported(Subject::items, "items.csv", "item_id,price\nA,1\nB,x\n", true);
    EXPECT_EQ(report.refused_rows(), 1u);
    EXPECT_FALSE(report.run.has_value());
    EXPECT_TRUE(engine_.ended.empty());
}

TEST_F(ItemsImport, brings_back_what_was_absent) {
    engine_.items["A"] = {.item_id = "A", .title = "Mug", .absent = true};
    const auto report = imported(Subject::items, "items.csv", "item_id,title\nA,Mug\n");
    EXPECT_EQ(report.items_written, 1u);
    EXPECT_FALSE(engine_.item("A")->absent);
}

TEST_F(ItemsImport, refuses_rows_by_line_and_unknown_columns_by_name) {
    const auto report =
        imported(Subject::items, "items.csv",
                 "item_id,price,availability,localized.ru.name\nA,x,,\nB,,gone,\nC,,,name\n,1,,\nD,1,,\n");
    EXPECT_EQ(report.items_written, 1u);
    EXPECT_EQ(report.refused.at("bad_item").rows, 4u);
    EXPECT_NE(refusal(Subject::items, "items.csv", "item_id,titel\n").message.find("did you mean \"title\"?"),
              std::string::npos);
    EXPECT_NE(refusal(Subject::items, "items.csv", "title\n").message.find("no column \"item_id\""), std::string::npos);
    const auto lines = imported(Subject::items, "items.jsonl", "{\"item_id\": \"E\"}\n{\"title\": \"x\"}\n[]\n");
    EXPECT_EQ(lines.items_written, 1u);
    EXPECT_EQ(lines.refused.at("bad_item").rows, 2u);
}

}  // namespace
}  // namespace vitrina::import
