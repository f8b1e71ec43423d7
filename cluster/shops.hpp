#pragma once
// The shops' secret keys: one file, the same on every machine of the cluster.
//
//   {"default": "<64 hex digits>", …}     readable by its owner alone
//
// A person's key in all states comes from his id and his shop's key, so a lost key is a lost shop: it belongs into every backup.
// Errors: not_found and io with the path; invalid_input for a file that is none, never showing a key; conflict from `keep` where the
// shop has another key already.

#include <string>

#include "base/error.hpp"
#include "base/keys.hpp"

namespace vitrina::cluster {

Result<ShopKey> read_shop_key(const std::string& file, const std::string& shop);
// True where it was made now; a shop that has a key keeps it.
Result<bool> make_shop_key(const std::string& file, const std::string& shop);
// Writes the key that a shop had before it came here.
Result<void> keep_shop_key(const std::string& file, const std::string& shop, const ShopKey& key);

}  // namespace vitrina::cluster
