#include "settings/experiments.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace vitrina::settings {
namespace {

Result<Experiments> read(std::string_view text) {
    return read_experiments(toml::parse(text), recommendation::default_placements());
}

TEST(Experiments, out_of_the_box_are_a_hold_out_of_a_twentieth) {
    const auto experiments = read("");
    ASSERT_TRUE(experiments) << experiments.error().message;
    EXPECT_EQ(experiments->programme.hold_out.share, 0.05);
    EXPECT_TRUE(experiments->programme.trials.empty());
    ASSERT_EQ(experiments->variants.size(), 1u);
    const Placements& held_out = experiments->variants.at("hold_out");
    EXPECT_EQ(held_out.at("home").sources, std::vector<std::string>{"popular"});
    EXPECT_EQ(held_out.at("product").sources, std::vector<std::string>{"same_category"});
    EXPECT_EQ(held_out.at("buy_again").sources, std::vector<std::string>{"bought_before"});
    EXPECT_EQ(held_out.at("trending").sources, std::vector<std::string>{"trending"});
    EXPECT_TRUE(recommendation::check_placements(held_out));
}

TEST(Experiments, may_hold_nobody_out_or_show_those_nothing) {
    EXPECT_TRUE(read("[hold_out]\nshare = 0")->variants.empty());
    const auto nothing = read("[hold_out]\nshare = 0.1\nshows = \"nothing\"\nwindow = \"7d\"");
    ASSERT_TRUE(nothing) << nothing.error().message;
    EXPECT_TRUE(nothing->variants.at("hold_out").at("home").sources.empty());
    EXPECT_EQ(nothing->programme.hold_out.window_ms, 7 * day_ms);
}

TEST(Experiments, change_placements_arm_by_arm_and_combine_over_layers) {
    const auto experiments = read(R"(
[hold_out]
share = 0
[experiment.cart]
until = "2026-12-24"
ramp = 0.5
[experiment.cart.arm.b]
share = 0.5
placement.cart.sources = ["popular"]
[experiment.cart.arm.control]
share = 0.5
[experiment.home]
layer = "front"
unit = "user"
[experiment.home.arm.control]
share = 0.9
[experiment.home.arm.new]
share = 0.1
placement.home = { size_max = 7 }
placement.cart = { size_max = 8 }
)");
    ASSERT_TRUE(experiments) << experiments.error().message;
    const auto& trials = experiments->programme.trials;
    ASSERT_EQ(trials.size(), 2u);
    EXPECT_EQ(trials[0].plan.arms.front().name, "control");
    EXPECT_EQ(trials[0].plan.ramp, 0.5);
    EXPECT_EQ(trials[0].until, parse_time("2026-12-24"));
    EXPECT_EQ(trials[1].unit, experiment::Unit::user);
    EXPECT_EQ(experiments->variants.size(), 8u);  // two, two, and four of both
    const Placements& both = experiments->variants.at("cart:b+home:new");
    EXPECT_EQ(both.at("cart").sources, std::vector<std::string>{"popular"});
    EXPECT_EQ(both.at("cart").size_max, 8u);
    EXPECT_EQ(both.at("home").size_max, 7u);
    EXPECT_EQ(experiments->variants.at("cart:control"), recommendation::default_placements());
}

TEST(Experiments, that_cannot_be_are_refused_with_line_and_key) {
    const std::string two = "\n[experiment.x.arm.a]\nshare = 0.5\n[experiment.x.arm.control]\nshare = 0.5\n";
    for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{
             {"[hold_out]\nshare = 1", "hold_out: its share"},
             {"[hold_out]\nshows = \"luck\"", "line 2: hold_out.shows is \"luck\""},
             {"[hold_out]\nsize = 1", "line 2: hold_out.size is not a key"},
             {"[experiment]\nx = 1", "line 2: experiment.x must be a table"},
             {"experiment = 1", "line 1: experiment must be a table"},
             {"[experiment.x]\nlayer = \"l\"", "name at least two arms"},
             {"[experiment.x]\nlearning = \"diverted\"" + two, "only \"shared\" is available"},
             {"[experiment.x]\nuntil = 1" + two, "line 2: experiment.x.until must be a time"},
             {"[hold_out]\nwindow = 14", "is 14 ms; it must be an hour at least"},
             {"[experiment.x]\nwindow = 14" + two, "is 14 ms; it must be an hour at least"},
             {two + "[experiment.x.arm.a.placement]\nhoem = { sources = [\"popular\"] }",
              "placement.hoem is no placement of the shop"},
             {"[experiment.x]\npart = [0.5]" + two, "must be two shares"},
             {"[experiment.x]\npart = [0.5, 0.2]" + two, "must lie within 0 and 1"},
             {"[experiment.x]\nunit = \"session\"" + two, "known are \"visitor\" and \"user\""},
             {"[experiment.x.arm.a]\nshare = 0.9\n[experiment.x.arm.control]\nshare = 0.5", "add up to 1.4"},
             {"[experiment.x.arm.a]\nplacement.home.sauces = []", "placement.home.sauces is not a key"},
             {"[experiment.x.arm.a]\nweight = 1", "experiment.x.arm.a.weight is not a key"},
             {"[experiment.x.arm.a]\nshare=0.5\nplacement.home.sources = [\"luck\"]\n[experiment.x.arm.b]\nshare=0.5",
              "luck"}}) {
        const auto experiments = read(text);
        ASSERT_FALSE(experiments) << text;
        EXPECT_EQ(experiments.error().code, ErrorCode::invalid_input);
        EXPECT_NE(experiments.error().message.find(why), std::string::npos) << experiments.error().message;
    }
}

TEST(Experiments, of_too_many_combinations_are_refused) {
    std::string text;
    for (int i = 0; i < 5; ++i) {
        const std::string x = "[experiment.x" + std::to_string(i);
        text +=
            x + "]\nlayer = \"l" + std::to_string(i) + "\"\n" + x + ".arm.a]\nshare=0.5\n" + x + ".arm.b]\nshare=0.5\n";
    }
    const auto experiments = read(text);
    ASSERT_FALSE(experiments);
    EXPECT_NE(experiments.error().message.find("more than 64 combinations"), std::string::npos);
}

}  // namespace
}  // namespace vitrina::settings
