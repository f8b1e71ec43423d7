#pragma once
// Items as bytes, alone and with when they were written: proto/item.proto.
//
// Threads: pure functions. Errors: `decode` answers corrupt_data for bytes that are no item of ours.

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "catalog/item.hpp"
#include "catalog/run.hpp"

namespace vitrina::catalog {

std::string encode(const Item& item);
Result<Item> decode(std::string_view bytes);

// A row of the catalogue of one machine. `decode` reads its item; an item alone is a row that was written nobody knows when.
std::string encode_row(const Item& item, const Written& written);
Result<Written> decode_written(std::string_view row);

}  // namespace vitrina::catalog
