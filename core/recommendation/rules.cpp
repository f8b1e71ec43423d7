#include "recommendation/rules.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "catalog/item.hpp"

namespace vitrina::recommendation {

namespace {

using catalog::Slot;
using state::Acted;
using state::Action;

// From this share of its buyers on who bought it again, an item is something that one buys again.
constexpr float replenishable_rate = 0.1f;

std::vector<ItemKey> sorted(std::vector<ItemKey> keys) {
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
}

std::vector<ItemKey> keys_of(const std::vector<std::string>& item_ids) {
    std::vector<ItemKey> keys;
    for (const std::string& item_id : item_ids) keys.push_back(item_key(item_id));
    return sorted(std::move(keys));
}

float repeat_rate(ItemKey key, const Snapshot& snapshot) {
    if (snapshot.model == nullptr) return 0;
    const auto rates = snapshot.model->section<float>("repeat.rate");
    const std::uint32_t row = snapshot.model->row(key);
    return row < rates.size() ? rates[row] : 0.0f;
}

std::vector<ItemKey> recently_bought(const Inquiry& inquiry) {
    const TimeMs window = inquiry.settings.exclude_purchased_ms;
    if (inquiry.settings.repeats_allowed || window == 0 || inquiry.request.listing) return {};
    const Situation& situation = inquiry.situation;
    std::map<ItemKey, std::set<std::pair<std::uint64_t, TimeMs>>> orders;
    std::set<ItemKey> recent;
    for (const Acted& acted : inquiry.actions) {
        if (acted.action != Action::buy) continue;
        const ItemKey key = learning_key_of(acted.item, situation.catalog);
        orders[key].insert({acted.order, acted.order == 0 ? acted.time : 0});
        if (situation.now - acted.time <= window) recent.insert(key);
    }
    std::vector<ItemKey> keys;
    for (const ItemKey key : recent)
        if (!replenishable(repeat_rate(key, situation.snapshot), orders[key].size())) keys.push_back(key);
    return keys;
}

std::vector<ItemKey> known(const Inquiry& inquiry) {
    std::vector<ItemKey> keys;
    if (!inquiry.settings.only_known) return keys;
    for (const Acted& acted : inquiry.actions)
        if (acted.action == *inquiry.settings.only_known)
            keys.push_back(learning_key_of(acted.item, inquiry.situation.catalog));
    return sorted(std::move(keys));
}

}  // namespace

bool replenishable(float repeat_rate, std::size_t own_orders) {
    return own_orders >= 2 || repeat_rate >= replenishable_rate;
}

Rules::Rules(const Inquiry& inquiry)
    : inquiry_(inquiry),
      excluded_(keys_of(inquiry.request.exclude)),
      candidates_(keys_of(inquiry.request.candidates)),
      recently_bought_(vitrina::recommendation::recently_bought(inquiry)),
      known_(known(inquiry)) {
    const catalog::Catalog& catalog = inquiry.situation.catalog;
    for (const Anchor& anchor : inquiry.page) page_.push_back(learning_key_of(anchor.item, catalog));
    page_ = sorted(std::move(page_));
    for (const Acted& acted : inquiry.actions) {
        const auto slot = catalog.find(acted.item);
        if (slot && catalog.group(*slot) != catalog::none) had_before_.try_emplace(catalog.learning_key(*slot), *slot);
    }
}

std::string_view Rules::forbidden(Slot slot) const {
    const Situation& situation = inquiry_.situation;
    const catalog::Catalog& catalog = situation.catalog;
    if (!catalog.present(slot)) return "not_in_catalog";
    const catalog::Item& item = catalog.item(slot);
    if (item.hidden) return "hidden";
    if (item.absent) return "absent";
    if (!catalog::sellable_at(item, situation.now)) return "not_sellable";
    const ItemKey key = catalog.learning_key(slot);
    const bool chosen = !inquiry_.request.listing;  // the shop shows its listing whole
    if (chosen && inquiry_.settings.exclude_cart && contains(inquiry_.cart, key)) return "in_cart";
    if (chosen && same_as_page(key)) return "same_item";
    if (contains(excluded_, catalog.key(slot))) return "excluded";
    if (!candidates_.empty() && !contains(candidates_, catalog.key(slot))) return "not_a_candidate";
    if (situation.already_shown != nullptr && situation.already_shown->contains(catalog.key(slot)))
        return "already_shown";
    if (inquiry_.request.filter && !ranking::matches(*inquiry_.request.filter, item, situation.now)) return "filter";
    return {};
}

std::optional<Slot> Rules::variant(ItemKey learning_key, std::string_view& why) const {
    const catalog::Catalog& catalog = inquiry_.situation.catalog;
    const auto& slots = catalog.slots_of(learning_key);
    why = "not_in_catalog";
    if (const auto had = had_before_.find(learning_key); had != had_before_.end()) {
        why = forbidden(had->second);
        if (why.empty()) return had->second;
    }
    const features::Trends* trends = inquiry_.situation.snapshot.trends.get();
    const auto popularity = [&](Slot slot) {
        return trends != nullptr && slot < trends->popularity.size() ? trends->popularity[slot] : 0.0f;
    };
    std::optional<Slot> best;
    for (const Slot slot : slots) {
        const std::string_view rule = forbidden(slot);
        if (!rule.empty())
            why = rule;
        else if (!best || popularity(slot) > popularity(*best))
            best = slot;
    }
    return best;
}

bool Rules::outside_of_own_past(ItemKey learning_key) const {
    return inquiry_.settings.only_known && !inquiry_.request.listing && !contains(known_, learning_key);
}

bool Rules::outside_of_category(Slot slot) const {
    const std::string& category = inquiry_.request.category;
    return !category.empty() && !ranking::in_category(inquiry_.situation.catalog.item(slot), category);
}

}  // namespace vitrina::recommendation
