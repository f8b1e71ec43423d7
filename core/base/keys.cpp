#include "base/keys.hpp"

#define XXH_STATIC_LINKING_ONLY
#include <xxhash.h>

namespace vitrina {

ItemKey item_key(std::string_view item_id) { return ItemKey{XXH3_64bits(item_id.data(), item_id.size())}; }

PersonHasher::PersonHasher(const ShopKey& shop_key) {
    auto secret = std::make_shared<std::array<std::byte, 192>>();
    XXH3_generateSecret(secret->data(), secret->size(), shop_key.data(), shop_key.size());
    secret_ = std::move(secret);
}

PersonKey PersonHasher::operator()(std::string_view id) const {
    const XXH128_hash_t hash = XXH3_128bits_withSecret(id.data(), id.size(), secret_->data(), secret_->size());
    return {hash.high64, hash.low64};
}

std::uint64_t text_hash(std::string_view text, std::uint64_t seed) {
    return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

double text_unit(std::string_view text, std::uint64_t seed) {
    return static_cast<double>(text_hash(text, seed) >> 11) * 0x1.0p-53;
}

}  // namespace vitrina
