#include "base/closest.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace vitrina {
namespace {

const std::vector<std::string_view> known = {"visitor_id", "user_id", "price", "items"};

TEST(Closest, finds_what_a_misspelt_name_meant) {
    EXPECT_EQ(closest("vistor_id", known), "visitor_id");
    EXPECT_EQ(closest("userid", known), "user_id");
    EXPECT_EQ(closest("item", known), "items");
    EXPECT_EQ(closest("pirce", known), "price");
    EXPECT_EQ(did_you_mean("visitorid", known), "; did you mean \"visitor_id\"?");
}

TEST(Closest, is_nothing_where_nothing_comes_close) {
    EXPECT_EQ(closest("colour", known), "");
    EXPECT_EQ(closest("", known), "");
    EXPECT_EQ(closest(std::string(1000, 'x'), known), "");
    EXPECT_EQ(closest("x", {}), "");
    EXPECT_EQ(did_you_mean("colour", known), "");
}

}  // namespace
}  // namespace vitrina
