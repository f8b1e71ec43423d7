#include "features/words.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vitrina::features {
namespace {

using Strings = std::vector<std::string>;

TEST(Words, are_folded_and_stemmed_in_both_languages) {
    const Words words;
    EXPECT_EQ(words.of("Red MUGS, 2-pack!"), (Strings{"red", "mug", "2", "pack"}));
    EXPECT_EQ(words.of("Красные КРУЖКИ"), words.of("красная кружка"));
    EXPECT_EQ(words.of("ÄRMEL straße"), words.of("ärmel STRAßE"));
}

TEST(Words, of_a_line_with_a_sign_are_one) {
    EXPECT_EQ(Words().of("mug\n=brand Acme Inc\ncups"), (Strings{"mug", "=brand Acme Inc", "cup"}));
}

TEST(Words, survive_what_is_no_text) {
    const Words words;
    EXPECT_TRUE(words.of("").empty());
    EXPECT_TRUE(words.of("\xff\xfe -- \n\n \x80").empty());
    EXPECT_EQ(words.of("a\xff"
                       "b"),
              (Strings{"a", "b"}));
    EXPECT_LE(words.of(std::string(10'000, 'x'))[0].size(), 64u);
    EXPECT_EQ(words.of(std::string("a\0b", 3)), (Strings{"a", "b"}));
}

}  // namespace
}  // namespace vitrina::features
