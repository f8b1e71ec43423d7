#pragma once
// The shop's own key and the format of its data folder, made at first start and never changed.
//
// Errors: io where the system gives no randomness or the disk refuses; corrupt_data for a folder of another format version; conflict
// where the folder is to have a key and has another one.

#include <optional>

#include "base/error.hpp"
#include "base/keys.hpp"
#include "engine/database.hpp"

namespace vitrina::engine {

inline constexpr int folder_format = 1;

// `wanted`: the key of a shop whose folder this is a second one of; nothing: a new folder gets a key of its own.
Result<ShopKey> shop_key(Database& database, const std::optional<ShopKey>& wanted = std::nullopt);

}  // namespace vitrina::engine
