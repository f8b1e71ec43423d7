#pragma once
// The id of a recommendation: a signed token that says by itself what was answered, so that a click is credited though its
// exposure was lost.
//
// Text: "r-" and 32 bytes in base64url: time in ms (6 bytes), hash of placement (4), variant (2) and model version (4), sequence
// (6), all big-endian, then the first 10 bytes of HMAC-SHA256 over them.
// Threads: immutable. Errors: invalid_input for what is no token of this shop.
// Benefit: no store is asked. Drawback: placement, variant and model are hashes, to be looked up among the shop's own names.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/keys.hpp"
#include "base/signed_text.hpp"
#include "base/time.hpp"

namespace vitrina::feedback {

struct TokenContent {
    TimeMs time = 0;
    std::uint32_t placement = 0;
    std::uint16_t variant = 0;
    std::uint32_t model = 0;
    std::uint64_t sequence = 0;  // 48 bits
    bool operator==(const TokenContent&) const = default;
};

class TokenSigner {
public:
    explicit TokenSigner(const ShopKey& shop_key);
    std::string sign(const TokenContent& content) const;
    Result<TokenContent> read(std::string_view token) const;

    static std::uint32_t name_hash(std::string_view name) { return static_cast<std::uint32_t>(text_hash(name)); }

private:
    SigningKey key_{};
};

}  // namespace vitrina::feedback
