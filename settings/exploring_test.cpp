#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "settings/answers.hpp"
#include "settings/experiments.hpp"

namespace vitrina::settings {
namespace {

TEST(Exploring, is_what_the_shop_says_and_off_where_it_says_nothing) {
    EXPECT_FALSE(read_answers("")->placements.at("home").explore.on());
    const auto answers = read_answers("[placement.home]\nexplore = { slots = [7, 2], share = 0.1, epsilon = 0.2, "
                                      "relevance = 0.4, cold = 3 }\n[placement.cart]\nexplore = { share = 0 }");
    ASSERT_TRUE(answers) << answers.error().message;
    const recommendation::Exploring expected{
        .slots = {2, 7}, .share = 0.1, .epsilon = 0.2, .relevance = 0.4, .cold = 3};
    EXPECT_EQ(answers->placements.at("home").explore, expected);
    EXPECT_TRUE(expected.on());
    EXPECT_FALSE(answers->placements.at("cart").explore.on()) << "no slots";
}

TEST(Exploring, is_refused_with_its_line_where_it_cannot_be) {
    for (const auto& [explore, refusal] :
         {std::pair{"3", "line 2: placement.home.explore must be a table"},
          {"{ slots = 3 }", "line 2: placement.home.explore.slots must be a list of at most 10 places"},
          {"{ slots = [0,1,2,3,4,5,6,7,8,9,10] }", "must be a list of at most 10 places"},
          {"{ slots = [100] }", "placement.home.explore.slots must hold places between 0 and 99"},
          {"{ slots = [-1] }", "must hold places between 0 and 99"},
          {"{ slots = [2.5] }", "must be a whole number"},
          {"{ slots = [2, 2] }", "names a place twice"},
          {"{ share = 1.5 }", "placement.home.explore.share is 1.5; it must lie between 0 and 1"},
          {"{ share = nan }", "placement.home.explore.share is nan; it must lie between 0 and 1"},
          {"{ epsilon = 0 }", "placement.home.explore.epsilon is 0; it must lie between 0.01 and 1"},
          {"{ relevance = -1 }", "placement.home.explore.relevance is -1; it must lie between 0 and 1"},
          {"{ cold = 20 }", "placement.home.explore.cold is 20; it must lie between 0 and 19"},
          {"{ slots = [2] }", "needs both slots and share"},
          {"{ share = 0.5 }", "needs both slots and share"},
          {"{ slot = 2 }", "explore.slot is not a key; known are slots, share"}}) {
        const auto answers = read_answers(std::string("[placement.home]\nexplore = ") + explore);
        ASSERT_FALSE(answers) << explore;
        EXPECT_NE(answers.error().message.find(refusal), std::string::npos) << answers.error().message;
    }
}

TEST(Exploring, is_switched_by_an_arm_and_is_nothing_for_the_hold_out) {
    auto own = recommendation::default_placements();
    own.at("home").explore = {.slots = {1}, .share = 1};
    for (const std::string shows : {"first_day", "nothing"}) {
        const auto experiments =
            read_experiments(toml::parse("[hold_out]\nshows = \"" + shows +
                                         "\"\n[experiment.more.arm.control]\nshare = 0.5\n[experiment.more.arm.none]\n"
                                         "share = 0.5\nplacement.home.explore = { share = 0 }\n"),
                             own);
        ASSERT_TRUE(experiments) << experiments.error().message;
        EXPECT_FALSE(experiments->variants.at("hold_out").at("home").explore.on());
        EXPECT_TRUE(experiments->variants.at("more:control").at("home").explore.on());
        EXPECT_FALSE(experiments->variants.at("more:none").at("home").explore.on());
    }
}

}  // namespace
}  // namespace vitrina::settings
