#pragma once
// Keys of topics and stores: `<shop>/` and what is left is known only to the shop.
//
//   events, late, exposures             <shop>/<visitor_id>
//   outcomes                            <shop>/ and feedback::outcome_key
//   item-changes, store catalog         <shop>/<item_id>
//   stores of visitors, users, shoppers <shop>/ and 16 bytes, the person's key big-endian
//   stores of items and their success   <shop>/ and 8 bytes, the item's key big-endian
//
// Threads: pure functions. Lifetime: `Key` borrows the bytes.
// Errors: invalid_input for a key that is none of ours.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/keys.hpp"

namespace vitrina::border {

inline constexpr std::size_t shop_name_bytes_max = 32;

struct Key {
    std::string_view shop;
    std::string_view rest;  // never empty
};

// 1 to 32 of a–z, 0–9 and "-".
bool is_shop_name(std::string_view name);

Result<Key> read_key(std::string_view key);

std::string text_key(std::string_view shop, std::string_view id);
std::string person_key(std::string_view shop, const PersonKey& person);
std::string item_key(std::string_view shop, ItemKey item);

// What stands after the shop's name.
Result<PersonKey> person_of(const Key& key);
Result<ItemKey> item_of(const Key& key);

}  // namespace vitrina::border
