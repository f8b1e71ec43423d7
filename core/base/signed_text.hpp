#pragma once
// Bytes that say by themselves that this shop wrote them: base64url of the bytes and of the first 10 bytes of HMAC-SHA256 over them.
//
// Threads: pure functions. Not an error: text of somebody else; it reads as nothing.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/keys.hpp"

namespace vitrina {

using SigningKey = std::array<unsigned char, 32>;

// What is signed for one purpose is worth nothing for another.
SigningKey signing_key(const ShopKey& shop_key, std::string_view purpose);

std::string signed_text(const SigningKey& key, std::string bytes);
std::optional<std::string> read_signed(const SigningKey& key, std::string_view text);

// Big-endian numbers. Precondition of `take_number`: so many bytes are there.
void append_number(std::string& out, std::uint64_t number, int bytes);
std::uint64_t take_number(std::string_view& bytes, std::size_t count);

}  // namespace vitrina
