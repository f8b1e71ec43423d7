#include "engine/success_lifts.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "feedback/placed_lifts.hpp"
#include "feedback/recommendation_token.hpp"
#include "feedback/success.hpp"

namespace vitrina::engine {

namespace {

// However well or badly an item did: it is one of several reasons to show it.
constexpr double least = 0.25, most = 4;

using Counts = std::map<ItemKey, feedback::PlacedCounts>;  // by learning key, of one placement

std::map<std::uint32_t, std::string> placements_asking(const recommendation::Snapshot& snapshot) {
    std::map<std::uint32_t, std::string> names;
    const auto add = [&](const auto& placements) {
        for (const auto& [name, settings] : placements)
            if (settings.success > 0) names[feedback::TokenSigner::name_hash(name)] = name;
    };
    add(snapshot.placements);
    for (const auto& [variant, arrangement] : snapshot.variants) add(arrangement.placements);
    return names;
}

std::uint64_t category_of(const catalog::Catalog& catalog, catalog::Slot slot) {
    const auto& categories = catalog.item(slot).categories;
    return categories.empty() ? 0 : text_hash(categories.front());
}

class Counting {
public:
    Counting(const catalog::Catalog& catalog, const SuccessReading& reading,
             const std::map<std::uint32_t, std::string>& placements)
        : catalog_(catalog), reading_(reading) {
        for (const auto& [hash, name] : placements) counts_[hash];
    }

    std::map<std::uint32_t, Counts> take() {
        std::set<ItemKey> items;
        reading_.shown([&](const ShownRow& row) {
            first_day_ = std::min(first_day_, row.place.day);
            if (feedback::PlacedCounts* counts = counts_of(row.item, row.place.placement)) {
                counts->shown[row.place.bucket % feedback::position_buckets] += row.count;
                items.insert(row.item);
            }
        });
        for (const ItemKey item : items) add_success(item);
        return std::move(counts_);
    }

private:
    feedback::PlacedCounts* counts_of(ItemKey item, std::uint32_t placement) {
        const auto found = counts_.find(placement);
        const auto slot = found == counts_.end() ? std::nullopt : catalog_.find(item);
        if (!slot) return nullptr;
        const ItemKey key = catalog_.learning_key(*slot);
        feedback::PlacedCounts& counts = found->second[key];
        counts.item = key;
        counts.category = category_of(catalog_, catalog_.slots_of(key).front());
        return &counts;
    }

    void add_success(ItemKey item) {
        const auto state = reading_.success({0, static_cast<std::uint64_t>(item)});
        if (!state || *state == nullptr) return;
        const auto rows = feedback::success_rows((*state)->hot);
        if (!rows) return;
        for (const feedback::SuccessRow& row : *rows) {
            if (row.place.day < first_day_) continue;
            feedback::PlacedCounts* counts = counts_of(item, row.place.placement);
            if (counts == nullptr) continue;
            counts->clicks[row.place.bucket % feedback::position_buckets] += row.counts.clicks;
            counts->purchases += row.counts.purchases;
        }
    }

    const catalog::Catalog& catalog_;
    const SuccessReading& reading_;
    std::map<std::uint32_t, Counts> counts_;
    std::int32_t first_day_ = INT32_MAX;
};

std::vector<float> by_slot(const Counts& counts, const catalog::Catalog& catalog) {
    std::vector<feedback::PlacedCounts> items;
    for (const auto& [key, of_item] : counts) items.push_back(of_item);
    const feedback::PlacedLifts lifts(items);
    std::vector<float> slots(catalog.slots(), 1.0f);
    for (catalog::Slot slot = 0; slot < catalog.slots(); ++slot) {
        if (!catalog.present(slot)) continue;
        const ItemKey key = catalog.learning_key(slot);
        const std::uint64_t category = category_of(catalog, catalog.slots_of(key).front());
        slots[slot] = static_cast<float>(std::clamp(lifts.lift(key, category), least, most));
    }
    return slots;
}

}  // namespace

std::shared_ptr<const ranking::SuccessLifts> success_lifts(const catalog::Catalog& catalog,
                                                           const recommendation::Snapshot& snapshot,
                                                           const SuccessReading& reading) {
    const auto placements = placements_asking(snapshot);
    if (placements.empty()) return nullptr;
    auto lifts = std::make_shared<ranking::SuccessLifts>();
    const auto counted = Counting(catalog, reading, placements).take();
    for (const auto& [hash, counts] : counted)
        if (!counts.empty()) lifts->by_placement[placements.at(hash)] = by_slot(counts, catalog);
    if (lifts->by_placement.empty()) return nullptr;
    return lifts;
}

}  // namespace vitrina::engine
