#include "server/target.hpp"

#include <gtest/gtest.h>

#include "server/routes.hpp"

namespace vitrina::server {
namespace {

TEST(Target, takes_path_and_query_apart) {
    const auto target = parse_target("/v1/items/A%2FB%20%D1%8F?fields=title%2Cprice&q=a+b&empty=&flag");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->segments, (std::vector<std::string>{"v1", "items", "A/B я"}));
    ASSERT_EQ(target->query.size(), 4u);
    EXPECT_EQ(target->query[0].value, "title,price");
    EXPECT_EQ(target->query[1].value, "a b");
    EXPECT_EQ(target->query[2].value, "");
    EXPECT_EQ(target->query[3].name, "flag");
}

TEST(Target, refuses_what_is_no_address) {
    for (const char* const wrong : {"", "*", "v1", "http://shop/v1", "/%", "/%1", "/%zz", "/a%00b", "/%0a", "/%ff%fe",
                                    "/a?b=%", "/a?b=1&b=2", "/1/2/3/4/5/6/7/8/9"})
        EXPECT_FALSE(parse_target(wrong)) << wrong;
    std::string many = "/a?";
    for (int i = 0; i < 33; ++i) many += "p" + std::to_string(i) + "=1&";
    EXPECT_FALSE(parse_target(many));
}

TEST(Target, an_id_is_never_empty_and_never_two_parts) {
    const auto allow = [](const char* text) { return match("GET", parse_target(text)->segments).allow; };
    EXPECT_EQ(allow("/v1/items/A%2FB"), "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
    EXPECT_EQ(allow("/v1/items/"), "");
    EXPECT_EQ(allow("/v1/items/A/B"), "");
    EXPECT_EQ(allow("/v1/items"), "POST, OPTIONS");
    EXPECT_EQ(allow("/v1"), "");
    EXPECT_EQ(allow("/"), "");
}

}  // namespace
}  // namespace vitrina::server
