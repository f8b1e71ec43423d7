#include "base/plain_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vitrina {
namespace {

TEST(PlainText, is_utf8_without_control_characters) {
    for (const char* text : {"", "v-1", "Кружка", "a b", "😀"}) EXPECT_TRUE(is_plain_text(text)) << text;
    for (const std::string& text :
         {std::string("a\0b", 3), std::string("\x01"), std::string("a\n"), std::string("\x7f"), std::string("\xff"),
          std::string("\xc3"), std::string("\xed\xa0\x80")})
        EXPECT_FALSE(is_plain_text(text)) << text;
    EXPECT_TRUE(is_plain_text("two\r\n\tlines", LineEnds::allowed));
    EXPECT_FALSE(is_plain_text(std::string("\0", 1), LineEnds::allowed));
}

TEST(WebAddress, is_of_the_web_or_without_a_scheme) {
    for (const char* good : {"", "/mug", "mug?a=b:c", "//cdn.shop/mug.jpg", "http://shop/x", "HTTPS://shop/x",
                             "https://shop/red mug.jpg", "a/b:c", "#javascript:"})
        EXPECT_TRUE(is_web_address(good)) << good;
    for (const char* bad : {"javascript:alert(1)", " JavaScript:alert(1)", "java\nscript:alert(1)", "data:text/html,x",
                            "vbscript:x", "file:///etc/passwd", ":x", "\x01javascript:x", "shop.example:8080/mug"})
        EXPECT_FALSE(is_web_address(bad)) << bad;
}

}  // namespace
}  // namespace vitrina
