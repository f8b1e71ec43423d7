#pragma once
// Which complete runs of the feed are open: nobody remembers them. The id of a run is a signed token that says when it began, so that
// every node of a cluster reads it, and it outlives a restart.
//
// Text: "i-" and 22 bytes in base64url: time in ms (6 bytes, big-endian), 6 random ones, then the signature (signed_text.hpp).
// Threads: immutable.
// Errors of `read`: not_found for what is no run of this shop, conflict for one that began too long ago, or in the future.

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/keys.hpp"
#include "base/signed_text.hpp"
#include "base/time.hpp"
#include "catalog/run.hpp"
#include "engine/configuration.hpp"

namespace vitrina::engine {

class ItemRuns {
public:
    ItemRuns(const ShopKey& shop_key, const ItemRunSettings& settings);
    catalog::Run begin(TimeMs now) const;
    Result<catalog::Run> read(std::string_view id, TimeMs now) const;

private:
    SigningKey key_;
    ItemRunSettings settings_;
};

}  // namespace vitrina::engine
