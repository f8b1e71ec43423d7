#include "feedback/recommendation_token.hpp"

#include <fmt/core.h>

#include "base/signed_text.hpp"

namespace vitrina::feedback {

namespace {

constexpr std::size_t content_bytes = 22;
constexpr std::string_view prefix = "r-";

}  // namespace

TokenSigner::TokenSigner(const ShopKey& shop_key) : key_(signing_key(shop_key, "recommendation id")) {}

std::string TokenSigner::sign(const TokenContent& content) const {
    std::string bytes;
    append_number(bytes, static_cast<std::uint64_t>(content.time), 6);
    append_number(bytes, content.placement, 4);
    append_number(bytes, content.variant, 2);
    append_number(bytes, content.model, 4);
    append_number(bytes, content.sequence, 6);
    return std::string(prefix) + signed_text(key_, std::move(bytes));
}

Result<TokenContent> TokenSigner::read(std::string_view token) const {
    const Error refused{ErrorCode::invalid_input, fmt::format("\"{}\" is no recommendation id of this shop", token)};
    if (!token.starts_with(prefix)) return std::unexpected(refused);
    const auto bytes = read_signed(key_, token.substr(prefix.size()));
    if (!bytes || bytes->size() != content_bytes) return std::unexpected(refused);
    std::string_view rest = *bytes;
    TokenContent content;
    content.time = static_cast<TimeMs>(take_number(rest, 6));
    content.placement = static_cast<std::uint32_t>(take_number(rest, 4));
    content.variant = static_cast<std::uint16_t>(take_number(rest, 2));
    content.model = static_cast<std::uint32_t>(take_number(rest, 4));
    content.sequence = take_number(rest, 6);
    return content;
}

}  // namespace vitrina::feedback
