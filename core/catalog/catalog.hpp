#pragma once
// The catalogue in memory: items by slot. A slot is given at first sight and never reused while the process lives; a removed
// item keeps its slot and is not sellable. Answers read columns (group, leaf category, brand, sellable) by slot, not texts.
//
// Threads: many readers or one writer; the host holds the lock.
// Lifetime: references from `item` are valid until that slot is put or removed.
// Errors: `put` refuses with conflict an id whose key belongs to another id, with invalid_input an empty id or a bad field,
// with exhausted when `Limits::items` is reached.
// Surprising cost: `put` copies the texts; interned ids of categories, brands and groups live as long as the catalogue.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "base/keys.hpp"
#include "catalog/item.hpp"

namespace vitrina::catalog {

using Slot = std::uint32_t;
inline constexpr std::uint32_t none = 0xffffffff;

struct Limits {
    std::size_t items = 10'000'000;
    std::size_t id_bytes = 256;
    std::size_t text_bytes = 16 * 1024;  // title, description, url
    std::size_t categories = 20;
    std::size_t attributes = 100;
};

// Refuses an item with a bad field, naming it. Not an error: an item with nothing but its id.
Result<Item> validated(Item item, const Limits& limits = {});

class Catalog {
public:
    explicit Catalog(const Limits& limits = {}) : limits_(limits) {}

    // Gives the item its slot or replaces what stands there.
    Result<Slot> put(Item item);
    // False where it was not there. The slot and its key stay; `item` then holds the id alone.
    bool remove(std::string_view item_id);

    std::size_t slots() const { return items_.size(); }
    // Items that were put and not removed.
    std::size_t size() const { return present_; }

    // Nothing where the item was never put or was removed.
    std::optional<Slot> find(ItemKey key) const;
    std::optional<Slot> find(std::string_view item_id) const;

    bool present(Slot slot) const { return present_flags_[slot] != 0; }
    const Item& item(Slot slot) const { return items_[slot]; }
    ItemKey key(Slot slot) const { return keys_[slot]; }
    // Interned numbers, `none` where the item has none. Learning is by group where one exists.
    std::uint32_t group(Slot slot) const { return groups_[slot]; }
    std::uint32_t leaf_category(Slot slot) const { return leaf_categories_[slot]; }
    std::uint32_t brand(Slot slot) const { return brands_[slot]; }
    // Slots of one group, in slot order.
    const std::vector<Slot>& group_slots(std::uint32_t group) const { return group_slots_[group]; }
    // What learning calls this item: the key of "group:" + group_id where there is one, else of the item itself.
    ItemKey learning_key(Slot slot) const { return learning_keys_[slot]; }
    // Slots that stand behind a learning key (one item, or the variants of a group), in slot order.
    const std::vector<Slot>& slots_of(ItemKey learning_key) const;

private:
    std::uint32_t intern(std::unordered_map<std::string, std::uint32_t>& table, std::string_view text);
    Result<Slot> slot_for(const Item& item);
    void index(Slot slot);
    void unindex(Slot slot);

    Limits limits_;
    std::deque<Item> items_;
    std::vector<ItemKey> keys_;
    std::vector<ItemKey> learning_keys_;
    std::vector<std::uint32_t> groups_, leaf_categories_, brands_;
    std::vector<std::uint8_t> present_flags_;
    std::size_t present_ = 0;
    std::vector<std::vector<Slot>> group_slots_;
    std::unordered_map<ItemKey, Slot> by_key_;
    std::unordered_map<ItemKey, std::vector<Slot>> by_learning_key_;
    std::unordered_map<std::string, std::uint32_t> group_names_, category_names_, brand_names_;
};

}  // namespace vitrina::catalog
