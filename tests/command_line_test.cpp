// The binary as a shop's developer meets it: what it answers to right and to wrong calls, and with which exit status.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/process.hpp"

namespace vitrina::tests {

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string orders = "order,item,title,quantity,time,price,customer\n"
                           "o1,mug,Red mug,2,2026-01-05 10:00:00,4.50,ann\n"
                           "o1,tea,Green tea,1,2026-01-05 10:00:00,3.00,ann\n"
                           "o2,mug,Red mug,1,2026-01-06 10:00:00,4.50,bob\n"
                           "o2,tea,Green tea,1,2026-01-06 10:00:00,3.00,bob\n"
                           "o3,lamp,Lamp,1,2026-01-07 10:00:00,20.00,eve\n";
const std::string columns =
    "order_id=order,item_id=item,title=title,quantity=quantity,time=time,price=price,customer_id=customer";

Finished import_orders(const TemporaryFolder& folder, const std::string& text) {
    const std::string file = folder.write("orders.csv", text);
    return run_vitrina({"import", "--data", folder.path("shop"), "--as", "orders", "--columns", columns, file});
}

}  // namespace

TEST(CommandLine, says_how_it_is_called) {
    const Finished help = run_vitrina({"--help"});
    EXPECT_EQ(help.status, 0);
    EXPECT_THAT(help.out, AllOf(HasSubstr("import"), HasSubstr("recommend"), HasSubstr("Exit status")));
    const Finished command = run_vitrina({"recommend", "--help"});
    EXPECT_EQ(command.status, 0);
    EXPECT_THAT(command.out, AllOf(HasSubstr("--placement"), HasSubstr("Example")));
}

TEST(CommandLine, refuses_a_wrong_call_with_status_2) {
    EXPECT_EQ(run_vitrina({}).status, 2);
    EXPECT_EQ(run_vitrina({"recomend"}).status, 2);
    EXPECT_EQ(run_vitrina({"recommend"}).status, 2);
    EXPECT_EQ(run_vitrina({"recommend", "--data", "x", "--size", "many"}).status, 2);
    EXPECT_EQ(run_vitrina({"models", "--data", "x", "use"}).status, 2);
    EXPECT_EQ(run_vitrina({"import", "--data", "x", "--as", "prders", "-"}).status, 2);
    EXPECT_EQ(run_vitrina({"import", "--data", "x", "--format", "merchant", "-"}).status, 2);
    EXPECT_EQ(run_vitrina({"import", "--data", "x", "--as", "orders", "--complete", "-"}).status, 2);
    EXPECT_EQ(run_vitrina({"import", "--data", "x", "--as", "items", "--force", "-"}).status, 2);
    EXPECT_EQ(run_vitrina({"recommend", "--data", "x", "--filter", "{}"}).status, 2);
    EXPECT_EQ(run_vitrina({"evaluate", "--data", "x", "--threads", "-1"}).status, 2);
    EXPECT_EQ(run_vitrina({"evaluate", "--data", "x", "--trials", "-1"}).status, 2);
    EXPECT_EQ(run_vitrina({"rehearse", "--data", "x", "--threads", "-1"}).status, 2);
    EXPECT_EQ(run_vitrina({"rehearse", "--data", "x", "--threads", "100000"}).status, 2);
    EXPECT_EQ(run_vitrina({"rehearse", "--data", "x", "--conversion-lift", "nan"}).status, 2);
    EXPECT_EQ(run_vitrina({"experiment", "--data", "x", "list", "--revenue-most", "nan"}).status, 2);
    EXPECT_EQ(run_vitrina({"sample-size", "--lift", "nan"}).status, 2);
    EXPECT_EQ(run_vitrina({"export", "--data", "x", "--outcomes", "--explored"}).status, 2);
    EXPECT_EQ(run_vitrina({"sample-size", "--visitors-a-day", "1e-300"}).status, 2);
}

TEST(CommandLine, names_what_is_not_available_yet) {
    const Finished refused = run_vitrina({"rules", "list"});
    EXPECT_EQ(refused.status, 2);
    EXPECT_THAT(refused.err, AllOf(HasSubstr("rules"), HasSubstr("not available")));
    EXPECT_THAT(refused.out, IsEmpty());
}

TEST(CommandLine, people_who_ignore_what_is_shown_do_the_same_in_every_simulated_arm) {
    const TemporaryFolder folder;
    const std::vector<std::string> call = {"simulate",        "--null",     "--shops", "1",     "--arms",
                                           "nothing,day_one", "--visitors", "250",     "--out", folder.path("kept"),
                                           "--json"};
    const Finished lived = run_vitrina(call);
    ASSERT_EQ(lived.status, 0) << lived.err;
    const auto told = nlohmann::json::parse(lived.out);
    for (const auto& [measure, spread] : told.at("lifts").at("nothing").items())
        EXPECT_EQ(spread.at("mean"), 0) << measure;
    EXPECT_GT(told.at("shops").at(0).at("arms").at("day_one").at("total").at("slots"), 50);
    EXPECT_EQ(run_vitrina(call).out, lived.out);  // kept arms, seconds and all
    EXPECT_EQ(run_vitrina({"simulate", "--set", "nobody=1", "--validate"}).status, 2);
}

TEST(CommandLine, says_that_a_data_folder_is_missing_and_how_to_make_one) {
    const TemporaryFolder folder;
    const Finished missing = run_vitrina({"train", "--data", folder.path("nowhere")});
    EXPECT_EQ(missing.status, 1);
    EXPECT_THAT(missing.err, AllOf(HasSubstr(folder.path("nowhere")), HasSubstr("vitrina import")));
}

TEST(CommandLine, imports_trains_and_answers) {
    const TemporaryFolder folder;
    const Finished imported = import_orders(folder, orders);
    ASSERT_EQ(imported.status, 0) << imported.err;
    const Finished trained = run_vitrina({"train", "--data", folder.path("shop"), "--json"});
    ASSERT_EQ(trained.status, 0) << trained.err;
    EXPECT_FALSE(nlohmann::json::parse(trained.out).at("version").get<std::string>().empty());
    const Finished answered =
        run_vitrina({"recommend", "--data", folder.path("shop"), "--placement", "cart", "--cart", "mug", "--json"});
    ASSERT_EQ(answered.status, 0) << answered.err;
    const auto answer = nlohmann::json::parse(answered.out);
    EXPECT_EQ(answer.at("items").at(0).at("item_id"), "tea");
    EXPECT_EQ(answer.at("items").at(0).at("title"), "Green tea");
    EXPECT_EQ(answer.at("items").at(0).at("price"), 3.0);
}

TEST(CommandLine, rehearses_experiments_on_the_orders_of_the_past) {
    const TemporaryFolder folder;
    std::string many = orders;
    for (int person = 0; person < 200; ++person)
        for (int turn = 0; turn <= person % 3; ++turn)
            many += "p" + std::to_string(person) + "-" + std::to_string(turn) + ",tea,Green tea,1,2026-0" +
                    std::to_string(1 + turn) + "-05 10:00:00,3.00,n" + std::to_string(person) + "\n";
    ASSERT_EQ(import_orders(folder, many).status, 0);
    const std::string shop = folder.path("shop");
    const Finished rehearsed = run_vitrina({"rehearse", "--data", shop, "--rounds", "50", "--json"});
    ASSERT_EQ(rehearsed.status, 0) << rehearsed.err;
    const auto json = nlohmann::json::parse(rehearsed.out);
    EXPECT_EQ(json.at("until"), "2026-03-05T10:00:00.001Z");
    EXPECT_EQ(json.at("units"), 203);
    EXPECT_EQ(json.at("buyers"), 66);
    EXPECT_EQ(json.at("frequencies").size(), 8u);
    EXPECT_EQ(json.at("frequencies").at(0).at("rounds"), 50);
    const Finished nobody = run_vitrina({"rehearse", "--data", shop, "--from", "2025-01-01"});
    EXPECT_EQ(nobody.status, 1);
    EXPECT_THAT(nobody.err, HasSubstr("the log knows nobody before 2025-01-15"));
    EXPECT_EQ(run_vitrina({"rehearse", "--data", shop, "--from", "soon"}).status, 2);
    const TemporaryFolder quiet;
    ASSERT_EQ(import_orders(quiet, orders.substr(0, orders.find('\n') + 1)).status, 0);
    const Finished empty = run_vitrina({"rehearse", "--data", quiet.path("shop")});
    EXPECT_EQ(empty.status, 1);
    EXPECT_THAT(empty.err, HasSubstr("nobody to draw lots about"));
}

TEST(CommandLine, writes_the_figures_of_a_model_as_numbers) {
    const TemporaryFolder folder;
    ASSERT_EQ(import_orders(folder, orders).status, 0);
    ASSERT_EQ(run_vitrina({"train", "--data", folder.path("shop")}).status, 0);
    const auto listed = nlohmann::json::parse(run_vitrina({"models", "--data", folder.path("shop"), "--json"}).out);
    const auto& model = listed.at("models").at(0);
    EXPECT_EQ(model.at("version"), listed.at("current"));
    for (const char* name :
         {"trained_at_ms", "trained_through_ms", "seed", "events", "people", "items", "model_bytes", "train_seconds"})
        EXPECT_TRUE(model.at(name).is_number()) << name;
    EXPECT_EQ(model.at("people"), 3);
    for (const auto& figure : model.at("figures")) EXPECT_TRUE(figure.at("queries").is_number_unsigned());
    const auto shown = run_vitrina({"models", "--data", folder.path("shop"), "show", "--json"});
    EXPECT_EQ(nlohmann::json::parse(shown.out), model);
}

TEST(CommandLine, a_complete_feed_takes_away_what_it_no_longer_has) {
    const TemporaryFolder folder;
    ASSERT_EQ(import_orders(folder, orders).status, 0);
    const auto feed = [&](const std::string& rows, const std::string& force = "--json") {
        return run_vitrina({"import", "--data", folder.path("shop"), "--as", "items", "--complete", force,
                            folder.write("feed.csv", "item_id,title\n" + rows)});
    };
    const Finished guarded = feed("mug,Red mug\nlamp,Lamp\n");  // tea is a third of the catalogue
    EXPECT_EQ(guarded.status, 1);
    EXPECT_THAT(guarded.out, HasSubstr("1 of 3 items would vanish"));
    const Finished refused = feed("mug,Red mug\n,Lamp\n", "--force");
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err, HasSubstr("no item was made absent"));
    const auto sells_tea = [&] {
        const Finished answered = run_vitrina(
            {"recommend", "--data", folder.path("shop"), "--placement", "bestsellers", "--size", "9", "--json"});
        return answered.out.find("\"tea\"") != std::string::npos;
    };
    EXPECT_TRUE(sells_tea());
    const Finished forced = feed("mug,Red mug\nlamp,Lamp\n", "--force");
    EXPECT_EQ(forced.status, 0) << forced.err;
    EXPECT_THAT(forced.out, HasSubstr("absent now: 1"));
    EXPECT_FALSE(sells_tea());
    ASSERT_EQ(feed("mug,Red mug\nlamp,Lamp\ntea,Green tea\n").status, 0);
    EXPECT_TRUE(sells_tea());
}

TEST(CommandLine, importing_twice_changes_nothing) {
    const TemporaryFolder folder;
    ASSERT_EQ(import_orders(folder, orders).status, 0);
    const auto before =
        run_vitrina({"recommend", "--data", folder.path("shop"), "--placement", "bestsellers", "--json"});
    ASSERT_EQ(import_orders(folder, orders).status, 0);
    const auto after =
        run_vitrina({"recommend", "--data", folder.path("shop"), "--placement", "bestsellers", "--json"});
    EXPECT_EQ(before.out, after.out);
}

TEST(CommandLine, takes_the_good_rows_and_names_the_bad_ones) {
    const TemporaryFolder folder;
    const Finished imported = import_orders(folder, orders + "o4,mug,Red mug,1,2026-01-08 10:00:00,\"4,50\",zoe\n");
    EXPECT_THAT(imported.err + imported.out, AllOf(HasSubstr("7"), HasSubstr("4,50")));
    const auto known =
        run_vitrina({"recommend", "--data", folder.path("shop"), "--placement", "bestsellers", "--json"});
    EXPECT_EQ(known.status, 0);
    EXPECT_THAT(known.out, HasSubstr("lamp"));
}

TEST(CommandLine, refuses_an_unknown_placement_by_name) {
    const TemporaryFolder folder;
    ASSERT_EQ(import_orders(folder, orders).status, 0);
    const Finished refused = run_vitrina({"recommend", "--data", folder.path("shop"), "--placement", "hoem"});
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err, HasSubstr("hoem"));
}

TEST(CommandLine, refuses_a_configuration_key_that_nobody_knows) {
    const TemporaryFolder folder;
    ASSERT_EQ(import_orders(folder, orders).status, 0);
    const std::string file = folder.write("vitrina.toml", "[training]\nevery_hours = 3\n");
    const Finished refused = run_vitrina({"train", "--data", folder.path("shop"), "--config", file});
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err, AllOf(HasSubstr("every_hours"), HasSubstr("2")));
}

TEST(CommandLine, speaks_the_language_of_the_shop) {
    const TemporaryFolder folder;
    ASSERT_EQ(import_orders(folder, orders).status, 0);
    const std::string file = folder.write("vitrina.toml", "default_locale = \"ru\"\n");
    const Finished answered = run_vitrina(
        {"recommend", "--data", folder.path("shop"), "--config", file, "--placement", "bestsellers", "--json"});
    ASSERT_EQ(answered.status, 0) << answered.err;
    const Finished english = run_vitrina({"recommend", "--data", folder.path("shop"), "--config", file, "--placement",
                                          "bestsellers", "--locale", "en", "--json"});
    EXPECT_NE(answered.out, english.out);
    const std::string text = nlohmann::json::parse(answered.out).at("items").at(0).at("reason").at("text");
    EXPECT_GE(static_cast<unsigned char>(text.front()), 0xd0);  // a Cyrillic letter
}

TEST(CommandLine, one_click_changes_the_next_answer) {
    const TemporaryFolder folder;
    ASSERT_EQ(import_orders(folder, orders).status, 0);
    const Finished clicked = run_vitrina(
        {"import", "--data", folder.path("shop"), "--as", "events", "--format", "jsonl", "-"},
        R"({"event":"view_item","time":"2026-01-08T10:00:00Z","visitor_id":"new","items":[{"item_id":"lamp"}]})"
        "\n");
    ASSERT_EQ(clicked.status, 0) << clicked.err;
    const Finished seen = run_vitrina(
        {"recommend", "--data", folder.path("shop"), "--placement", "recently_viewed", "--visitor", "new", "--json"});
    EXPECT_EQ(nlohmann::json::parse(seen.out).at("items").at(0).at("item_id"), "lamp");
}

TEST(CommandLine, keeps_standard_output_for_the_answer_when_the_model_is_damaged) {
    const TemporaryFolder folder;
    ASSERT_EQ(import_orders(folder, orders).status, 0);
    ASSERT_EQ(run_vitrina({"train", "--data", folder.path("shop")}).status, 0);
    folder.write("shop/models/current", "nonsense\n");
    const Finished answered =
        run_vitrina({"recommend", "--data", folder.path("shop"), "--placement", "bestsellers", "--json"});
    ASSERT_EQ(answered.status, 0) << answered.err;
    EXPECT_TRUE(nlohmann::json::accept(answered.out)) << answered.out;
    EXPECT_THAT(answered.err, HasSubstr("cannot be used"));
}

TEST(CommandLine, exports_an_event_once_however_often_it_was_sent) {
    const TemporaryFolder folder;
    const std::string line =
        R"({"event":"view_item","event_id":"e1","time":"2026-01-08T10:00:00Z","visitor_id":"v","items":[{"item_id":"lamp"}]})"
        "\n";
    const auto import = [&] {
        return run_vitrina({"import", "--data", folder.path("shop"), "--as", "events", "--format", "jsonl", "-"},
                           line + line);
    };
    ASSERT_EQ(import().status, 0);
    ASSERT_EQ(import().status, 0);
    const Finished exported = run_vitrina({"export", "--data", folder.path("shop"), "--visitor", "v"});
    EXPECT_EQ(std::count(exported.out.begin(), exported.out.end(), '\n'), 1) << exported.out;
}

TEST(CommandLine, takes_neither_a_folder_nor_a_missing_file_for_a_configuration) {
    const TemporaryFolder folder;
    ASSERT_EQ(import_orders(folder, orders).status, 0);
    for (const std::string& path : {folder.path(), folder.path("nowhere.toml")}) {
        const Finished refused = run_vitrina({"train", "--data", folder.path("shop"), "--config", path});
        EXPECT_EQ(refused.status, 1);
        EXPECT_THAT(refused.err, HasSubstr(path));
    }
    const std::string empty = folder.write("empty.toml", "");
    EXPECT_EQ(run_vitrina({"doctor", "--data", folder.path("shop"), "--config", empty}).status, 0);
}

}  // namespace vitrina::tests
