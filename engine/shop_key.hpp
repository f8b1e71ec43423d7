#pragma once
// The shop's own key and the format of its data folder, made at first start and never changed.
//
// Errors: io where the system gives no randomness or the disk refuses; corrupt_data for a folder of another format version.

#include "base/error.hpp"
#include "base/keys.hpp"
#include "engine/database.hpp"

namespace vitrina::engine {

inline constexpr int folder_format = 1;

Result<ShopKey> shop_key(Database& database);

}  // namespace vitrina::engine
