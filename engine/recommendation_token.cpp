#include "engine/recommendation_token.hpp"

#include <fmt/core.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <optional>

namespace vitrina::engine {

namespace {

constexpr std::size_t content_bytes = 22, signature_bytes = 10;
constexpr std::string_view prefix = "r-";
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

using Digest = std::array<unsigned char, 32>;

Digest hmac(const void* key, std::size_t key_bytes, std::string_view text) {
    Digest digest{};
    unsigned int size = 0;
    const auto* made = HMAC(EVP_sha256(), key, static_cast<int>(key_bytes),
                            reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
    ensure(made != nullptr && size == digest.size(), "HMAC-SHA256 cannot be computed");
    return digest;
}

void append(std::string& out, std::uint64_t number, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        out.push_back(static_cast<char>((number >> shift) & 0xff));
}

std::uint64_t take(std::string_view& bytes, std::size_t count) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < count; ++i) number = number << 8 | static_cast<unsigned char>(bytes[i]);
    bytes.remove_prefix(count);
    return number;
}

std::string to_base64url(std::string_view bytes) {
    std::string text;
    std::uint32_t held = 0;
    int bits = 0;
    for (const char byte : bytes) {
        held = held << 8 | static_cast<unsigned char>(byte);
        for (bits += 8; bits >= 6; bits -= 6) text.push_back(alphabet[(held >> (bits - 6)) & 63]);
    }
    if (bits > 0) text.push_back(alphabet[(held << (6 - bits)) & 63]);
    return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
    std::string bytes;
    std::uint32_t held = 0;
    int bits = 0;
    for (const char letter : text) {
        const auto value = alphabet.find(letter);
        if (value == std::string_view::npos) return std::nullopt;
        held = held << 6 | static_cast<std::uint32_t>(value);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes.push_back(static_cast<char>((held >> bits) & 0xff));
    }
    return bytes;
}

}  // namespace

TokenSigner::TokenSigner(const ShopKey& shop_key) : key_(hmac(shop_key.data(), shop_key.size(), "recommendation id")) {}

std::string TokenSigner::sign(const TokenContent& content) const {
    std::string bytes;
    append(bytes, static_cast<std::uint64_t>(content.time), 6);
    append(bytes, content.placement, 4);
    append(bytes, content.variant, 2);
    append(bytes, content.model, 4);
    append(bytes, content.sequence, 6);
    const Digest signature = hmac(key_.data(), key_.size(), bytes);
    bytes.append(reinterpret_cast<const char*>(signature.data()), signature_bytes);
    return std::string(prefix) + to_base64url(bytes);
}

Result<TokenContent> TokenSigner::read(std::string_view token) const {
    const Error refused{ErrorCode::invalid_input, fmt::format("\"{}\" is no recommendation id of this shop", token)};
    if (!token.starts_with(prefix)) return std::unexpected(refused);
    const auto bytes = from_base64url(token.substr(prefix.size()));
    if (!bytes || bytes->size() != content_bytes + signature_bytes) return std::unexpected(refused);
    std::string_view rest = std::string_view(*bytes).substr(0, content_bytes);
    const Digest signature = hmac(key_.data(), key_.size(), rest);
    if (CRYPTO_memcmp(signature.data(), bytes->data() + content_bytes, signature_bytes) != 0)
        return std::unexpected(refused);
    TokenContent content;
    content.time = static_cast<TimeMs>(take(rest, 6));
    content.placement = static_cast<std::uint32_t>(take(rest, 4));
    content.variant = static_cast<std::uint16_t>(take(rest, 2));
    content.model = static_cast<std::uint32_t>(take(rest, 4));
    content.sequence = take(rest, 6);
    return content;
}

}  // namespace vitrina::engine
