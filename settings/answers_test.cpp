#include "settings/answers.hpp"

#include <gtest/gtest.h>

namespace vitrina::settings {
namespace {

TEST(Answers, are_what_the_shop_says_of_placements_and_trends) {
    const auto usual = read_answers("");
    ASSERT_TRUE(usual) << usual.error().message;
    EXPECT_EQ(usual->placements, recommendation::default_placements());
    const auto own = read_answers("shop = 1\n[log]\nnonsense = true\n[placement.home]\nsize_max = 7\n"
                                  "[placement.mail]\nsources = [\"popular\"]\n[trends]\nview_weight = 2\n");
    ASSERT_TRUE(own) << own.error().message;
    EXPECT_EQ(own->placements.at("home").size_max, 7u);
    EXPECT_EQ(own->placements.at("mail").sources, std::vector<std::string>{"popular"});
    EXPECT_EQ(own->placements.at("cart"), usual->placements.at("cart"));
    EXPECT_EQ(own->trends.view_weight, 2);
}

TEST(Answers, that_cannot_be_are_refused_with_line_and_key) {
    for (const auto& [text, why] :
         {std::pair{"[placement.home]\nsauces = []", "line 2: placement.home.sauces is not a key"},
          {"[trends]\nfast_half_life_days = 0", "line 2: trends.fast_half_life_days must be above 0"},
          {"[trends]\nweight = 1", "line 2: trends.weight is not a key"},
          {"[placement.home]\nsources = [\"luck\"]", "luck"},
          {"[placement", "line 1"}}) {
        const auto read = read_answers(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().code, ErrorCode::invalid_input);
        EXPECT_NE(read.error().message.find(why), std::string::npos) << read.error().message;
    }
}

}  // namespace
}  // namespace vitrina::settings
