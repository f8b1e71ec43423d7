#include "base/quoted.hpp"

#include <gtest/gtest.h>

namespace vitrina {
namespace {

std::string quoted(std::string_view text) {
    std::string json;
    append_quoted(json, text);
    return json;
}

TEST(Quoted, escapes_what_json_must_not_hold) {
    EXPECT_EQ(quoted("mug"), "\"mug\"");
    EXPECT_EQ(quoted(""), "\"\"");
    EXPECT_EQ(quoted("a\"b\\c\nd\re\tf"), R"("a\"b\\c\nd\re\tf")");
    EXPECT_EQ(quoted(std::string_view("\0\x1f", 2)), R"("\u0000\u001f")");
    EXPECT_EQ(quoted("gâteau"), "\"gâteau\"");
}

}  // namespace
}  // namespace vitrina
