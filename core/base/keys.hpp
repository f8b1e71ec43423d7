#pragma once
// Names become numbers: the keys under which state, deltas and models know items and people (DESIGN.md, "Names to numbers").
//
// An item is the 64-bit XXH3 of its id. A person (visitor or user) is a 128-bit XXH3 keyed with the shop's own random key, so
// that state tells nothing about a person to whoever does not hold that key. A collision of items is refused by the catalogue.
// Threads: values; `PersonHasher` is immutable after construction. Byte order of keys never depends on the machine.

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace vitrina {

enum class ItemKey : std::uint64_t {};

ItemKey item_key(std::string_view item_id);

struct PersonKey {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    auto operator<=>(const PersonKey&) const = default;
    // The zero key stands for "nobody" (a guest, an anonymous request); no id hashes to it in practice.
    explicit operator bool() const { return (high | low) != 0; }
};

using ShopKey = std::array<std::byte, 32>;

class PersonHasher {
public:
    explicit PersonHasher(const ShopKey& shop_key);
    // Precondition: `id` is not empty. Visitors and users live in different stores, so the same text may name one of each.
    PersonKey operator()(std::string_view id) const;

private:
    std::shared_ptr<const std::array<std::byte, 192>> secret_;
};

// Plain 64-bit XXH3, for ids of events and transactions and for deterministic sampling.
std::uint64_t text_hash(std::string_view text, std::uint64_t seed = 0);
// The same as a number in [0, 1), 53 bits: below a share for that share of texts.
double text_unit(std::string_view text, std::uint64_t seed);

}  // namespace vitrina

template <>
struct std::hash<vitrina::ItemKey> {
    std::size_t operator()(vitrina::ItemKey key) const noexcept { return static_cast<std::size_t>(key); }
};
template <>
struct std::hash<vitrina::PersonKey> {
    std::size_t operator()(const vitrina::PersonKey& key) const noexcept { return static_cast<std::size_t>(key.low); }
};
