#include "base/json_parse.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vitrina::json {
namespace {

TEST(JsonParse, leaves_what_a_parser_takes_as_it_is) {
    for (const char* text : {"", "{}", "[1,-2,3.5e3,0,-0]", R"({"a": "99999999999999999999\"1e999", "b": 7})",
                             "18446744073709551615", "-9223372036854775808", "[01, 1., -, 1e]"})
        EXPECT_EQ(with_readable_numbers(text), text);
}

TEST(JsonParse, writes_what_is_too_large_as_a_double) {
    EXPECT_EQ(with_readable_numbers("[99999999999999999999,1]"), "[99999999999999999999e0,1]");
    EXPECT_EQ(with_readable_numbers("-9223372036854775809"), "-9223372036854775809e0");
    EXPECT_EQ(with_readable_numbers("1e999"), "1.7976931348623157e308");
    EXPECT_EQ(with_readable_numbers("-1e999"), "-1.7976931348623157e308");
    EXPECT_EQ(with_readable_numbers("1e-999"), "0.0");
    EXPECT_EQ(with_readable_numbers(std::string(400, '9')), "1.7976931348623157e308");
}

TEST(JsonParse, writes_half_a_pair_as_no_character) {
    EXPECT_EQ(without_half_pairs(R"("\ud83d\ude00 \u00e9 \n\\ud800")"), R"("\ud83d\ude00 \u00e9 \n\\ud800")");
    EXPECT_EQ(without_half_pairs(R"("\ud800")"), R"("\u0000")");
    EXPECT_EQ(without_half_pairs(R"("a\udfff\ud800b")"), R"("a\u0000\u0000b")");
    EXPECT_EQ(without_half_pairs(R"("\ud800\ud83d\ude00")"), R"("\u0000\ud83d\ude00")");
    for (const char* text : {R"("\)", R"("\u)", R"("\ud8)", R"("\ud800)", R"("\ud800\u)"}) without_half_pairs(text);
}

TEST(JsonParse, skips_a_byte_order_mark) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    EXPECT_EQ(parse(parser, "\xef\xbb\xbf[1]", root), simdjson::SUCCESS);
    EXPECT_NE(parse(parser, "\xef\xbb\xbf", root), simdjson::SUCCESS);
    EXPECT_NE(parse(parser, R"(["\x"])", root), simdjson::SUCCESS);
}

TEST(JsonParse, reads_a_number_beyond_64_bits_and_still_refuses_what_is_no_json) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    for (const char* text : {"[99999999999999999999]", "[1e999]", "[-1e400]", "[123456789012345678901234567890]"}) {
        ASSERT_EQ(parse(parser, text, root), simdjson::SUCCESS) << text;
        EXPECT_TRUE(root.at(0).is_double()) << text;
    }
    for (const char* text : {"[01]", "[1.]", "[-]", "[1e]", "[99999999999999999999", "[99999999999999999999, 01]"})
        EXPECT_NE(parse(parser, text, root), simdjson::SUCCESS) << text;
}

}  // namespace
}  // namespace vitrina::json
