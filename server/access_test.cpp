#include "server/access.hpp"

#include <gtest/gtest.h>

#include "server/asking.hpp"

namespace vitrina::server {
namespace {

TEST(Access, knows_keys_and_nothing_like_them) {
    const Keys keys = shop_keys();
    EXPECT_EQ(admit(keys, secret_key).access, Access::secret);
    EXPECT_EQ(admit(keys, public_key).access, Access::publicly);
    EXPECT_NE(admit(keys, secret_key).key, admit(keys, public_key).key);
    for (const std::string& key :
         {std::string(), secret_key + "x", secret_key.substr(1), std::string("vs_0123456789abcdef0124")})
        EXPECT_EQ(admit(keys, key).access, Access::none) << key;
    EXPECT_EQ(admit({}, "").access, Access::none);
}

TEST(Access, reads_bearer_headers_only) {
    EXPECT_EQ(bearer_token("Bearer abc"), "abc");
    EXPECT_EQ(bearer_token("bEARER abc"), "abc");
    for (const char* const header :
         {"", "Bearer", "Bearer ", "Basic abc", "Bearer a b", "Bearer a\tb", "Bearer  abc", "abc", "Bearer ä"})
        EXPECT_FALSE(bearer_token(header)) << header;
    EXPECT_TRUE(bearer_token("Bearer " + std::string(256, 'a')));
    EXPECT_FALSE(bearer_token("Bearer " + std::string(257, 'a')));
}

TEST(Access, a_user_token_holds_for_its_user_until_it_expires) {
    const TimeMs now = 1'767'607'200'000;
    const std::string token = user_token(token_key, "u7", now + hour_ms);
    EXPECT_TRUE(user_token_holds(token_key, token, "u7", now));
    EXPECT_FALSE(user_token_holds(token_key, token, "u8", now));
    EXPECT_FALSE(user_token_holds("another key", token, "u7", now));
    EXPECT_FALSE(user_token_holds("", user_token("", "u7", now + hour_ms), "u7", now));
    EXPECT_FALSE(user_token_holds(token_key, token, "u7", now + hour_ms));
    EXPECT_FALSE(user_token_holds(token_key, "9" + token, "u7", now)) << "a later expiry is not what was signed";
    for (const std::string& forged :
         {std::string(), std::string("."), std::string("1767610800"), token + "0", token.substr(0, token.size() - 1)})
        EXPECT_FALSE(user_token_holds(token_key, forged, "u7", now)) << forged;
}

// The figures of docs/http.md, computed with: printf 'u7\n1767610800' | openssl dgst -sha256 -hmac vt_0123456789abcdef0123
TEST(Access, signs_as_the_documentation_says) {
    EXPECT_EQ(user_token(token_key, "u7", 1'767'610'800'000),
              "1767610800.8f46012fa31ef79484cce18acaa1cbac5de102ffd26c7c447489dbc0ce5fd0f1");
}

}  // namespace
}  // namespace vitrina::server
