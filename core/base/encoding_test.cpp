#include "base/encoding.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

namespace vitrina {
namespace {

std::string utf8(std::string_view bytes, Encoding encoding) {
    std::string text;
    append_utf8(text, bytes, encoding);
    return text;
}

TEST(EncodingOfFiles, turns_old_bytes_into_utf8) {
    EXPECT_EQ(utf8("\xa3 10 caf\xe9", Encoding::latin1), "£ 10 café");
    EXPECT_EQ(utf8("\x80 5 \x93x\x94", Encoding::windows1252), "€ 5 “x”");
    EXPECT_EQ(utf8("caf\xc3\xa9", Encoding::utf8), "café");
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    for (const Encoding encoding : {Encoding::latin1, Encoding::windows1252}) {
        const std::string text = utf8(all, encoding);
        EXPECT_TRUE(simdjson::validate_utf8(text.data(), text.size()));
    }
}

TEST(EncodingOfFiles, is_known_by_its_usual_names) {
    EXPECT_EQ(encoding_named("UTF-8"), Encoding::utf8);
    EXPECT_EQ(encoding_named("Latin-1"), Encoding::latin1);
    EXPECT_EQ(encoding_named("ISO_8859-1"), Encoding::latin1);
    EXPECT_EQ(encoding_named("cp1252"), Encoding::windows1252);
    EXPECT_FALSE(encoding_named("koi8-r"));
}

}  // namespace
}  // namespace vitrina
