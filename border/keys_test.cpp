#include "border/keys.hpp"

#include <gtest/gtest.h>

namespace vitrina::border {
namespace {

TEST(BorderKeys, are_read_as_they_were_written) {
    const PersonKey person{0x0102030405060708, 0x090a0b0c0d0e0f2f};  // "/" within the bytes
    const std::string key = person_key("shop-2", person);
    EXPECT_EQ(key, std::string("shop-2/\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\57", 23));
    EXPECT_EQ(person_of(*read_key(key)), person);
    EXPECT_EQ(item_of(*read_key(item_key("a", ItemKey{7}))), ItemKey{7});
    EXPECT_EQ(read_key(text_key("a", "x/y"))->rest, "x/y");
}

TEST(BorderKeys, begin_with_a_shop) {
    for (const char* key :
         {"", "/", "a", "a/", "/v", "Shop/v", "a b/v", "a_b/v", "abcdefghijabcdefghijabcdefghijabc/v"})
        EXPECT_FALSE(read_key(key)) << key;
    EXPECT_TRUE(read_key("abcdefghijabcdefghijabcdefghijab/v"));
    EXPECT_FALSE(person_of(*read_key("a/123456789012345")));
    EXPECT_FALSE(item_of(*read_key("a/123456789")));
}

}  // namespace
}  // namespace vitrina::border
