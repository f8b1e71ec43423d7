#include "border/keys.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vitrina::border {
namespace {

void append_big_endian(std::string& out, std::uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>((number >> shift) & 0xff));
}

std::uint64_t big_endian_at(std::string_view bytes, std::size_t at) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 8; ++i) number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
    return number;
}

std::unexpected<Error> wrong_length(const Key& key, std::size_t wanted) {
    return fail(ErrorCode::invalid_input,
                fmt::format("a key holds {} bytes after its shop's name instead of {}", key.rest.size(), wanted));
}

}  // namespace

bool is_shop_name(std::string_view name) {
    const auto is_good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    return !name.empty() && name.size() <= shop_name_bytes_max && std::ranges::all_of(name, is_good);
}

Result<Key> read_key(std::string_view key) {
    const std::size_t slash = key.substr(0, shop_name_bytes_max + 1).find('/');
    if (slash == std::string_view::npos || !is_shop_name(key.substr(0, slash)))
        return fail(ErrorCode::invalid_input,
                    fmt::format("a key of {} bytes does not begin with a shop's name and \"/\"", key.size()));
    if (slash + 1 == key.size()) return fail(ErrorCode::invalid_input, "a key ends after its shop's name");
    return Key{key.substr(0, slash), key.substr(slash + 1)};
}

std::string text_key(std::string_view shop, std::string_view id) { return fmt::format("{}/{}", shop, id); }

std::string person_key(std::string_view shop, const PersonKey& person) {
    std::string key = text_key(shop, {});
    append_big_endian(key, person.high);
    append_big_endian(key, person.low);
    return key;
}

std::string item_key(std::string_view shop, ItemKey item) {
    std::string key = text_key(shop, {});
    append_big_endian(key, static_cast<std::uint64_t>(item));
    return key;
}

Result<PersonKey> person_of(const Key& key) {
    if (key.rest.size() != 16) return wrong_length(key, 16);
    return PersonKey{big_endian_at(key.rest, 0), big_endian_at(key.rest, 8)};
}

Result<ItemKey> item_of(const Key& key) {
    if (key.rest.size() != 8) return wrong_length(key, 8);
    return ItemKey{big_endian_at(key.rest, 0)};
}

}  // namespace vitrina::border
