#include "base/signed_text.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/error.hpp"

namespace vitrina {

namespace {

constexpr std::size_t signature_bytes = 10;
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

using Digest = SigningKey;

Digest hmac(const void* key, std::size_t key_bytes, std::string_view text) {
    Digest digest{};
    unsigned int size = 0;
    const auto* made = HMAC(EVP_sha256(), key, static_cast<int>(key_bytes),
                            reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
    ensure(made != nullptr && size == digest.size(), "HMAC-SHA256 cannot be computed");
    return digest;
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

void append_number(std::string& out, std::uint64_t number, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        out.push_back(static_cast<char>((number >> shift) & 0xff));
}

std::uint64_t take_number(std::string_view& bytes, std::size_t count) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < count; ++i) number = number << 8 | static_cast<unsigned char>(bytes[i]);
    bytes.remove_prefix(count);
    return number;
}

SigningKey signing_key(const ShopKey& shop_key, std::string_view purpose) {
    return hmac(shop_key.data(), shop_key.size(), purpose);
}

std::string signed_text(const SigningKey& key, std::string bytes) {
    const Digest signature = hmac(key.data(), key.size(), bytes);
    bytes.append(reinterpret_cast<const char*>(signature.data()), signature_bytes);
    return to_base64url(bytes);
}

std::optional<std::string> read_signed(const SigningKey& key, std::string_view text) {
    auto bytes = from_base64url(text);
    if (!bytes || bytes->size() < signature_bytes) return std::nullopt;
    const std::string signature = bytes->substr(bytes->size() - signature_bytes);
    bytes->resize(bytes->size() - signature_bytes);
    const Digest ours = hmac(key.data(), key.size(), *bytes);
    if (CRYPTO_memcmp(ours.data(), signature.data(), signature_bytes) != 0) return std::nullopt;
    return bytes;
}

}  // namespace vitrina
