#include "feedback/recommendation_token.hpp"

#include <gtest/gtest.h>

namespace vitrina::feedback {
namespace {

ShopKey key_of(unsigned char fill) {
    ShopKey key{};
    key.fill(std::byte{fill});
    return key;
}

constexpr TokenContent content{
    .time = 1'770'000'000'123, .placement = 0xfedcba98, .variant = 7, .model = 42, .sequence = 0xffff'1234'5678};

TEST(RecommendationToken, says_what_was_signed) {
    const TokenSigner signer(key_of(1));
    const auto read = signer.read(signer.sign(content));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, content);
}

TEST(RecommendationToken, is_short_and_fit_for_an_address) {
    const std::string token = TokenSigner(key_of(1)).sign(content);
    EXPECT_EQ(token.size(), 45u);
    EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
              std::string::npos);
}

TEST(RecommendationToken, of_another_shop_is_refused) {
    EXPECT_FALSE(TokenSigner(key_of(2)).read(TokenSigner(key_of(1)).sign(content)));
}

TEST(RecommendationToken, is_refused_when_any_letter_changes) {
    const TokenSigner signer(key_of(1));
    const std::string token = signer.sign(content);
    // The last letter holds two bits that carry nothing.
    for (std::size_t i = 0; i + 1 < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(signer.read(changed)) << i;
    }
}

TEST(RecommendationToken, that_is_none_is_refused) {
    const TokenSigner signer(key_of(1));
    for (const char* text : {"", "r-", "r-%%%", "x", "r-AAAA"})
        EXPECT_EQ(signer.read(text).error().code, ErrorCode::invalid_input) << text;
}

}  // namespace
}  // namespace vitrina::feedback
