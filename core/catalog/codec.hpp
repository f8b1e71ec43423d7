#pragma once
// Items as bytes: proto/item.proto.
//
// Threads: pure functions. Errors: `decode` answers corrupt_data for bytes that are no item of ours.

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "catalog/item.hpp"

namespace vitrina::catalog {

std::string encode(const Item& item);
Result<Item> decode(std::string_view bytes);

}  // namespace vitrina::catalog
