#pragma once
// Who asks: the keys of a shop, the key of a request, and the proof that a browser speaks for a user.
//
// A *secret* key may do all. A *public* key is for browsers: it may post events and ask for recommendations, from allowed
// origins. The *token key* signs `user_token`s: the shop makes one on its own server for whoever is logged in.
//   user_token = "<expiry>.<signature>"; signature = hex of HMAC-SHA256(token key, "<user id>\n<expiry>"), expiry in epoch s
// Threads: values and pure functions.
// Not an error: no key at all (`Access::none`), a wrong one (the same), an expired or forged token (false).
// Cost: every key is compared with every known one in constant time, by SHA-256 digest.

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace vitrina::server {

using KeyDigest = std::array<unsigned char, 32>;  // SHA-256

KeyDigest digest_of(std::string_view key);

struct Keys {
    std::vector<KeyDigest> secret;
    std::vector<KeyDigest> publicly;  // for browsers
    std::string token;                // empty: no user token holds
};

enum class Access { none, publicly, secret };

struct Admission {
    Access access = Access::none;
    std::size_t key = 0;  // the number of the key, secret ones first: who is limited
};

Admission admit(const Keys& keys, std::string_view key);

// The token of "Bearer TOKEN"; nothing where the header is something else, holds odd characters or is longer than 256 bytes.
std::optional<std::string_view> bearer_token(std::string_view authorization);

std::string user_token(std::string_view token_key, std::string_view user_id, TimeMs expires_at);
bool user_token_holds(std::string_view token_key, std::string_view token, std::string_view user_id, TimeMs now);

}  // namespace vitrina::server
