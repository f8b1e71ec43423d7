#include "engine/configuration.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "engine/configuration_keys.hpp"
#include "settings/placements.hpp"

namespace vitrina::engine {
namespace {

std::string refusal_of(const std::string& toml) {
    const auto configuration = parse_configuration(toml);
    return configuration ? "taken" : configuration.error().message;
}

std::string documentation() {
    std::ifstream file("docs/configuration.md");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(Configuration, has_a_default_for_everything) {
    const auto configuration = parse_configuration("");
    ASSERT_TRUE(configuration);
    EXPECT_EQ(configuration->placements, recommendation::default_placements());
    EXPECT_EQ(configuration->server.listen, "127.0.0.1:8080");
}

TEST(Configuration, reads_every_kind_of_value) {
    const auto configuration = parse_configuration(R"(
        default_locale = "ru"
        [log]
        sync = false
        checkpoint_ms = "10s"
        group_events = 100
        [trends]
        view_weight = 0.5
        order_weight = 2
        [server]
        allowed_origins = ["https://shop.example"]
        header_timeout_ms = 1500
    )");
    ASSERT_TRUE(configuration) << configuration.error().message;
    EXPECT_EQ(configuration->default_locale, "ru");
    EXPECT_FALSE(configuration->log.sync);
    EXPECT_EQ(configuration->log.checkpoint_ms, 10 * second_ms);
    EXPECT_EQ(configuration->log.group_events, 100u);
    EXPECT_EQ(configuration->trends.view_weight, 0.5);
    EXPECT_EQ(configuration->trends.order_weight, 2);
    EXPECT_EQ(configuration->server.allowed_origins, std::vector<std::string>{"https://shop.example"});
    EXPECT_EQ(configuration->server.header_timeout_ms, 1500);
}

TEST(Configuration, reads_the_placement_of_the_contract) {
    const auto configuration = parse_configuration(R"(
        [placement.cart]
        sources   = ["bought_together", "complements", "similar_to_visitor", "popular"]
        exclude   = ["cart", "purchased:30d"]
        diversity = { by = "category", most = 2 }
        [placement.checkout]
        sources = ["popular"]
        exclude = []
        only_known = "bought"
    )");
    ASSERT_TRUE(configuration) << configuration.error().message;
    const auto& cart = configuration->placements.at("cart");
    EXPECT_EQ(cart.sources.size(), 4u);
    EXPECT_TRUE(cart.exclude_cart);
    EXPECT_EQ(cart.exclude_purchased_ms, 30 * day_ms);
    EXPECT_EQ(cart.diversity, (recommendation::Diversity{"category", 2}));
    EXPECT_TRUE(cart.uses_cart) << "what is not named stays as it was";
    EXPECT_FALSE(configuration->placements.at("checkout").exclude_cart);
}

TEST(Configuration, refuses_what_nobody_knows_with_its_line) {
    EXPECT_NE(refusal_of("[log]\nsink = true")
                  .find("vitrina.toml: line 2: log.sink is not a key; known here are queue_batches"),
              std::string::npos);
    EXPECT_NE(refusal_of("\n[lgo]\nsync = true").find("line 2: lgo is not a key"), std::string::npos);
    for (const char* table : {"exploration", "feedback", "item_runs", "owner", "placement", "experiment"})
        EXPECT_NE(refusal_of("\n[lgo]\nsync = true").find(std::string(", ") + table), std::string::npos) << table;
    EXPECT_NE(
        refusal_of("[placement." + std::string(33, 'p') + "]\nsources = [\"popular\"]").find("longer than 32 bytes"),
        std::string::npos);
    EXPECT_NE(refusal_of("[placement.cart]\nsauces = []").find("line 2: placement.cart.sauces is not a key"),
              std::string::npos);
    EXPECT_NE(refusal_of("[placement.\"\"]\nsources = [\"popular\"]")
                  .find("line 1: placement has a table whose name is empty"),
              std::string::npos);
    for (const std::string table : {"server", "training"})
        EXPECT_NE(
            refusal_of("[" + table + "]\nthreads = 1025").find("line 2: " + table + ".threads must be at most 1024"),
            std::string::npos);
    EXPECT_NE(refusal_of("[placement.cart]\nsize_max = 1001")
                  .find("line 2: placement.cart.size_max must lie between 1 and 1000"),
              std::string::npos);
    EXPECT_NE(refusal_of("[placement.attic]\nfill = true")
                  .find("placement.attic is a new placement and must say its sources"),
              std::string::npos);
}

TEST(Configuration, refuses_what_is_not_built_yet_by_name) {
    for (const char* line : {"rotation = { after = 3, half_life = \"7d\" }",
                             "pin = [{ position = 0, item_id = \"GIFT-CARD\" }]", "boost = []"})
        EXPECT_NE(refusal_of(std::string("[placement.cart]\n") + line).find("is not available yet"), std::string::npos)
            << line;
}

TEST(Configuration, reads_how_many_candidates_a_placement_orders_from_what_it_showed) {
    const auto configuration = parse_configuration("placement.cart.from_shown = 20", "vitrina.toml");
    ASSERT_TRUE(configuration) << configuration.error().message;
    EXPECT_EQ(configuration->placements.at("cart").from_shown, 20u);
    EXPECT_EQ(ordered_from_shown(*configuration), std::set<std::string>{"cart"});
    EXPECT_NE(refusal_of("[placement.cart]\nfrom_shown = 201").find("must lie between 0 and 200"), std::string::npos);
    const auto tried =
        parse_configuration("[experiment.shown.arm.a]\nshare = 0.5\n[experiment.shown.arm.b]\nshare = 0.5\n"
                            "placement.home = { from_shown = 20 }",
                            "vitrina.toml");
    ASSERT_TRUE(tried) << tried.error().message;
    EXPECT_EQ(ordered_from_shown(*tried), std::set<std::string>{"home"}) << "an arm asks, so a training learns";
}

TEST(Configuration, reads_the_objective_of_a_placement_and_refuses_another_word) {
    const auto configuration = parse_configuration("placement.cart.objective = \"margin\"", "vitrina.toml");
    ASSERT_TRUE(configuration) << configuration.error().message;
    EXPECT_EQ(configuration->placements.at("cart").objective, recommendation::Objective::margin);
    EXPECT_EQ(configuration->placements.at("home").objective, recommendation::Objective::click);
    EXPECT_NE(refusal_of("[placement.cart]\nobjective = \"fame\"")
                  .find("is \"fame\"; known are click, purchase, revenue, margin"),
              std::string::npos);
}

TEST(Configuration, refuses_values_that_cannot_be) {
    for (const char* toml : {"[log]\nsync = 3",
                             "[trends]\npopular_half_life_days = 0",
                             "[trends]\nfast_half_life_days = 0.0",
                             "[log]\ngroup_events = -1",
                             "[log]\ngroup_events = 0",
                             "[log]\ngroup_events = 1.5",
                             "[log]\ncheckpoint_ms = \"soon\"",
                             "[server]\norders = \"none\"",
                             "[server]\nallowed_origins = \"x\"",
                             "[fold]\nsuspect_events_an_hour = 5000000000",
                             "[fold]\nfacts = 100000",
                             "[trends]\nview_weight = -1",
                             "[trends]\nview_weight = nan",
                             "log = 3",
                             "default_locale = 3",
                             "default_locale = \"\"",
                             "default_locale = \"nonsense\"",
                             "default_locale = \"en-\"",
                             "default_locale = \"e1\"",
                             "[cache]\nvisitors_bytes = 0",
                             "[cache]\nusers_bytes = 0",
                             "[cache]\nitems_bytes = 1000",
                             "[feedback]\nversion = 0",
                             "[feedback]\nclick_horizon = \"soon\"",
                             "[feedback]\nclick_horizont = \"7d\"",
                             "[feedback]\ntouches = 0",
                             "[feedback]\nlines = 1000000",
                             "[feedback]\nview_through = \"yes\"",
                             "[events]\nid_bytes = 1",
                             "[placement.cart]\nsources = [\"popular\", \"trending\", \"popular\"]",
                             "[placement.cart]\nsources = [\"same_order\", \"bought_together\"]",
                             "[placement]\ncart = 3",
                             "[placement.cart]\nexclude = [\"sold\"]",
                             "[placement.cart]\ndiversity = { by = \"colour\", most = 2 }",
                             "[placement.cart]\nsize_max = 0",
                             "[placement.cart]\nfallback = \"luck\"",
                             "[placement.cart]\nweights = { popular = -1 }",
                             "[placement.cart]\nsources = [\"luck\"]"})
        EXPECT_NE(refusal_of(toml), "taken") << toml;
}

TEST(Configuration, takes_any_language_and_region) {
    for (const char* locale : {"en", "ru", "pt-BR", "zh-Hant-TW", "es_419", "gsw"})
        EXPECT_EQ(refusal_of("default_locale = \"" + std::string(locale) + "\""), "taken") << locale;
}

TEST(Configuration, says_where_the_file_is_no_toml) {
    EXPECT_NE(refusal_of("[log]\nsync = = 3").find("vitrina.toml: line 2: "), std::string::npos);
    EXPECT_NE(refusal_of("[log]\nsync = true\nsync = true").find("line 3"), std::string::npos);
}

TEST(Configuration, says_which_file_cannot_be_read) {
    const auto configuration = read_configuration("nowhere/vitrina.toml");
    ASSERT_FALSE(configuration);
    EXPECT_EQ(configuration.error().code, ErrorCode::not_found);
}

TEST(Configuration, is_documented_key_by_key) {
    const std::string text = documentation();
    const Configuration defaults;
    std::size_t rows = 0;
    for (std::size_t at = text.find("\n| `"); at != std::string::npos; at = text.find("\n| `", at + 1)) ++rows;
    EXPECT_EQ(rows, configuration_keys().size() + settings::placement_keys().size())
        << "a row that is no key, or a key without a row";
    for (const ConfigurationKey& key : configuration_keys()) {
        const std::string row = "\n| `" + key.name + "` | `" + key.text(defaults) + "` | ";
        EXPECT_NE(text.find(row), std::string::npos) << row;
    }
    for (const std::string& key : settings::placement_keys())
        EXPECT_NE(text.find("\n| `" + key + "` | "), std::string::npos) << key;
}

}  // namespace
}  // namespace vitrina::engine
