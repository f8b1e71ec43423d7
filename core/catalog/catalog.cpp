#include "catalog/catalog.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace vitrina::catalog {

namespace {

void insert_sorted(std::vector<Slot>& slots, Slot slot) {
    const auto place = std::lower_bound(slots.begin(), slots.end(), slot);
    if (place == slots.end() || *place != slot) slots.insert(place, slot);
}

void erase_sorted(std::vector<Slot>& slots, Slot slot) {
    const auto place = std::lower_bound(slots.begin(), slots.end(), slot);
    if (place != slots.end() && *place == slot) slots.erase(place);
}

// A group and an item of the same name are two things, so a group's key is made from a text that says which it is.
ItemKey key_of_group(const std::string& group_id) { return item_key("group:" + group_id); }

}  // namespace

Result<Slot> Catalog::put(Item item) {
    auto good = validated(std::move(item), limits_);
    if (!good) return std::unexpected(good.error());
    const auto slot = slot_for(*good);
    if (!slot) return slot;
    if (present_flags_[*slot] != 0) unindex(*slot);
    items_[*slot] = std::move(*good);
    index(*slot);
    return slot;
}

Result<Slot> Catalog::slot_for(const Item& item) {
    const ItemKey key = item_key(item.item_id);
    if (const auto known = by_key_.find(key); known != by_key_.end()) {
        const std::string& owner = items_[known->second].item_id;
        if (owner == item.item_id) return known->second;
        return fail(ErrorCode::conflict,
                    fmt::format("item_id \"{}\" has the same key as \"{}\"; give it another id", item.item_id, owner));
    }
    if (items_.size() >= limits_.items)
        return fail(ErrorCode::exhausted,
                    fmt::format("the catalogue holds {} items, its limit; raise the limit", items_.size()));
    const auto slot = static_cast<Slot>(items_.size());
    items_.emplace_back();
    keys_.push_back(key);
    learning_keys_.push_back(key);
    groups_.push_back(none);
    leaf_categories_.push_back(none);
    brands_.push_back(none);
    present_flags_.push_back(0);
    by_key_.emplace(key, slot);
    return slot;
}

bool Catalog::remove(std::string_view item_id) {
    const auto slot = find(item_id);
    if (!slot) return false;
    unindex(*slot);
    Item bare;
    bare.item_id = std::move(items_[*slot].item_id);
    bare.hidden = true;
    items_[*slot] = std::move(bare);
    return true;
}

std::optional<Slot> Catalog::find(ItemKey key) const {
    const auto known = by_key_.find(key);
    if (known == by_key_.end() || !present(known->second)) return std::nullopt;
    return known->second;
}

std::optional<Slot> Catalog::find(std::string_view item_id) const {
    const auto slot = find(item_key(item_id));
    if (!slot || items_[*slot].item_id != item_id) return std::nullopt;
    return slot;
}

const std::vector<Slot>& Catalog::slots_of(ItemKey learning_key) const {
    static const std::vector<Slot> nothing;
    const auto known = by_learning_key_.find(learning_key);
    return known == by_learning_key_.end() ? nothing : known->second;
}

std::uint32_t Catalog::intern(std::unordered_map<std::string, std::uint32_t>& table, std::string_view text) {
    if (text.empty()) return none;
    return table.try_emplace(std::string(text), static_cast<std::uint32_t>(table.size())).first->second;
}

void Catalog::index(Slot slot) {
    const Item& item = items_[slot];
    groups_[slot] = intern(group_names_, item.group_id);
    leaf_categories_[slot] = item.categories.empty() ? none : intern(category_names_, item.categories.front());
    brands_[slot] = intern(brand_names_, item.brand);
    learning_keys_[slot] = item.group_id.empty() ? keys_[slot] : key_of_group(item.group_id);
    if (group_slots_.size() < group_names_.size()) group_slots_.resize(group_names_.size());
    if (groups_[slot] != none) insert_sorted(group_slots_[groups_[slot]], slot);
    insert_sorted(by_learning_key_[learning_keys_[slot]], slot);
    present_flags_[slot] = 1;
    ++present_;
}

void Catalog::unindex(Slot slot) {
    if (groups_[slot] != none) erase_sorted(group_slots_[groups_[slot]], slot);
    const auto learned = by_learning_key_.find(learning_keys_[slot]);
    erase_sorted(learned->second, slot);
    if (learned->second.empty()) by_learning_key_.erase(learned);
    present_flags_[slot] = 0;
    --present_;
}

}  // namespace vitrina::catalog
