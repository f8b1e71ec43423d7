#include "engine/success_lifts.hpp"

#include <algorithm>
#include <array>
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

// However alike the shop's items seem, what others did says no more of an item than so many exposures, or clicks, of its own would:
// doubt about it is what exploring lives on. And no rate is believed to be 0 or 1: half a success and failure (Jeffreys' prior).
constexpr double prior_most = 100, least_count = 0.5;

using Counts = std::map<ItemKey, feedback::PlacedCounts>;  // by learning key, of one placement

struct Asking {
    std::string placement;
    bool explores = false;
};

std::map<std::uint32_t, Asking> placements_asking(const recommendation::Snapshot& snapshot) {
    std::map<std::uint32_t, Asking> asking;
    const auto add = [&](const auto& placements) {
        for (const auto& [name, settings] : placements) {
            if (settings.success <= 0 && !settings.explore.on()) continue;
            Asking& of_it = asking[feedback::TokenSigner::name_hash(name)];
            of_it = {name, of_it.explores || settings.explore.on()};
        }
    };
    add(snapshot.placements);
    for (const auto& [variant, arrangement] : snapshot.variants) add(arrangement.placements);
    return asking;
}

class Counting {
public:
    Counting(const catalog::Catalog& catalog, const SuccessReading& reading,
             const std::map<std::uint32_t, Asking>& placements)
        : catalog_(catalog), reading_(reading) {
        for (const auto& [hash, asking] : placements) counts_[hash];
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

std::vector<feedback::PlacedCounts> listed(const Counts& counts) {
    std::vector<feedback::PlacedCounts> items;
    for (const auto& [key, of_item] : counts) items.push_back(of_item);
    return items;
}

std::vector<float> by_slot(const feedback::PlacedLifts& lifts, const catalog::Catalog& catalog) {
    std::vector<float> slots(catalog.slots(), 1.0f);
    for (catalog::Slot slot = 0; slot < catalog.slots(); ++slot) {
        if (!catalog.present(slot)) continue;
        const ItemKey key = catalog.learning_key(slot);
        const std::uint64_t category = category_of(catalog, catalog.slots_of(key).front());
        slots[slot] = static_cast<float>(std::clamp(lifts.lift(key, category), least, most));
    }
    return slots;
}

ranking::Belief belief_of(const feedback::Beta& known) {
    return {static_cast<float>(std::max(least_count, known.mean * known.strength)),
            static_cast<float>(std::max(least_count, (1 - known.mean) * known.strength))};
}

ranking::Worth worth_of(const feedback::Known& known) { return {belief_of(known.clicks), belief_of(known.orders)}; }

std::uint64_t version_of(const std::vector<feedback::PlacedCounts>& items) {
    std::uint64_t version = 0;
    const auto add = [&version](const auto& numbers) {
        version = text_hash({reinterpret_cast<const char*>(numbers.data()), sizeof numbers}, version);
    };
    for (const feedback::PlacedCounts& item : items) {
        add(item.shown);
        add(item.clicks);
        add(std::array{static_cast<std::int64_t>(item.item), static_cast<std::int64_t>(item.category), item.purchases});
    }
    return version;
}

ranking::Worths worths_of(const feedback::PlacedLifts& lifts, const std::vector<feedback::PlacedCounts>& items,
                          const catalog::Catalog& catalog) {
    ranking::Worths worths;
    worths.unknown = worth_of(lifts.known({}, 0, prior_most));
    worths.version = version_of(items);
    worths.by_slot.assign(catalog.slots(), worths.unknown);
    for (catalog::Slot slot = 0; slot < catalog.slots(); ++slot) {
        if (!catalog.present(slot)) continue;
        const ItemKey key = catalog.learning_key(slot);
        const std::uint64_t category = category_of(catalog, catalog.slots_of(key).front());
        worths.by_slot[slot] = worth_of(lifts.known(key, category, prior_most));
    }
    return worths;
}

}  // namespace

std::uint64_t category_of(const catalog::Catalog& catalog, catalog::Slot slot) {
    const auto& categories = catalog.item(slot).categories;
    return categories.empty() ? 0 : text_hash(categories.front());
}

std::shared_ptr<const ranking::SuccessLifts> success_lifts(const catalog::Catalog& catalog,
                                                           const recommendation::Snapshot& snapshot,
                                                           const SuccessReading& reading) {
    const auto placements = placements_asking(snapshot);
    if (placements.empty()) return nullptr;
    auto lifts = std::make_shared<ranking::SuccessLifts>();
    const auto counted = Counting(catalog, reading, placements).take();
    for (const auto& [hash, counts] : counted) {
        if (counts.empty()) continue;
        const auto& [placement, explores] = placements.at(hash);
        const auto items = listed(counts);
        const feedback::PlacedLifts of_items(items);
        lifts->by_placement[placement] = by_slot(of_items, catalog);
        if (explores) lifts->worths[placement] = worths_of(of_items, items, catalog);
    }
    if (lifts->by_placement.empty()) return nullptr;
    return lifts;
}

}  // namespace vitrina::engine
