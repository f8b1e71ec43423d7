#include "recommendation/pool.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace vitrina::recommendation {

namespace {

using state::Acted;
using state::Action;

// With a filter or a list of candidates most of what sources say falls away, so more is asked of them.
constexpr std::size_t restricted_factor = 5;

std::size_t model_rows(const Situation& situation) {
    return situation.snapshot.model != nullptr ? situation.snapshot.model->items() : 0;
}

std::uint32_t number_of(catalog::Slot slot, const Situation& situation) {
    return pool_number(slot, situation.catalog, situation.snapshot.model.get());
}

// The first `limit` slots of a listing; the score falls with the place, so that listings of any kind blend alike.
std::vector<Scored> listed(const std::vector<catalog::Slot>& slots, std::size_t limit, const Situation& situation) {
    std::vector<Scored> scored;
    for (const catalog::Slot slot : slots) {
        if (scored.size() == limit) break;
        if (slot >= situation.catalog.slots() || !situation.catalog.present(slot)) continue;
        scored.push_back({number_of(slot, situation), 1.0f / static_cast<float>(1 + scored.size())});
    }
    return scored;
}

// The newest items in the order of the person's taste.
std::vector<Scored> new_for_you(const Inquiry& inquiry, std::size_t limit) {
    const Snapshot& snapshot = inquiry.situation.snapshot;
    if (snapshot.cold_items == nullptr) return {};
    std::vector<std::uint32_t> numbers;
    for (const Scored& scored : listed(snapshot.trends->newest, limit, inquiry.situation))
        numbers.push_back(scored.row);
    return snapshot.cold_items->among(numbers, inquiry.query);
}

std::vector<Scored> popular(std::size_t limit, const Situation& situation) {
    const features::Trends& trends = *situation.snapshot.trends;
    std::vector<Scored> scored;
    for (const catalog::Slot slot : trends.bestsellers) {
        if (scored.size() == limit) break;
        if (slot >= situation.catalog.slots() || !situation.catalog.present(slot)) continue;
        scored.push_back({number_of(slot, situation), trends.popularity[slot]});
    }
    return scored;
}

// Distinct viewed items, the newest first.
std::vector<Scored> recently_viewed(const Inquiry& inquiry, std::size_t limit) {
    const catalog::Catalog& catalog = inquiry.situation.catalog;
    std::set<ItemKey> seen;
    std::vector<Scored> scored;
    for (const Acted& acted : inquiry.actions) {
        if (scored.size() == limit) break;
        const auto slot = catalog.find(acted.item);
        if (acted.action != Action::view || !slot || !seen.insert(catalog.learning_key(*slot)).second) continue;
        scored.push_back({number_of(*slot, inquiry.situation), 1.0f / static_cast<float>(1 + scored.size())});
    }
    return scored;
}

// Items by the number of orders that held them, older orders counting less.
std::vector<Scored> bought_before(const Inquiry& inquiry, std::size_t limit) {
    const catalog::Catalog& catalog = inquiry.situation.catalog;
    std::map<std::uint32_t, std::pair<double, std::set<std::uint64_t>>> bought;
    for (const Acted& acted : inquiry.actions) {
        const auto slot = acted.action == Action::buy ? catalog.find(acted.item) : std::nullopt;
        if (!slot) continue;
        auto& [score, orders] = bought[number_of(*slot, inquiry.situation)];
        const double age_days = static_cast<double>(inquiry.situation.now - acted.time) / static_cast<double>(day_ms);
        if (orders.insert(acted.order != 0 ? acted.order : static_cast<std::uint64_t>(acted.time)).second)
            score += std::exp2(-std::max(0.0, age_days) / bought_half_life_days);
    }
    TopK best(limit);
    for (const auto& [number, orders] : bought) best.offer({number, static_cast<float>(orders.first)});
    return best.take();
}

std::vector<Scored> untrained(std::string_view name, const Inquiry& inquiry, std::size_t limit) {
    const Situation& situation = inquiry.situation;
    if (name == "recently_viewed") return recently_viewed(inquiry, limit);
    if (name == "bought_before") return bought_before(inquiry, limit);
    if (name == "cold" && situation.snapshot.cold_items != nullptr)
        return situation.snapshot.cold_items->candidates(inquiry.query, limit);
    if (situation.snapshot.trends == nullptr) return {};
    if (name == "new_for_you") return new_for_you(inquiry, limit);
    if (name == "popular") return popular(limit, situation);
    if (name == "trending") return listed(situation.snapshot.trends->trending, limit, situation);
    if (name == "new") return listed(situation.snapshot.trends->newest, limit, situation);
    return {};
}

const candidates::Source* learned_source(std::string_view name, const Snapshot& snapshot) {
    for (const auto& source : snapshot.sources)
        if (source->name() == name) return source.get();
    return nullptr;
}

Contribution ask(const std::string& name, const Inquiry& inquiry, std::size_t limit, candidates::Scratch& scratch) {
    const Snapshot& snapshot = inquiry.situation.snapshot;
    Contribution contribution{name, nullptr, {}, weight_of(snapshot, inquiry.request.placement, name)};
    if (contribution.weight <= 0) return contribution;
    const std::string_view canonical = canonical_source(name);
    const bool counted_live = canonical == "popular" && snapshot.trends != nullptr;
    if (!counted_live) contribution.learned = learned_source(canonical, snapshot);
    contribution.candidates = contribution.learned != nullptr
                                  ? contribution.learned->candidates(inquiry.query, limit, scratch)
                                  : untrained(canonical, inquiry, limit);
    return contribution;
}

}  // namespace

Pool gather(const Inquiry& inquiry, candidates::Scratch& scratch, const TimeIsUp& time_is_up) {
    const bool restricted =
        inquiry.request.filter || !inquiry.request.candidates.empty() || !inquiry.request.category.empty();
    const std::size_t limit = inquiry.settings.candidates * (restricted ? restricted_factor : 1);
    Pool pool;
    for (const std::string& name : inquiry.settings.sources) {
        if (time_is_up()) {
            pool.late = true;
            break;
        }
        pool.contributions.push_back(ask(name, inquiry, limit, scratch));
    }
    std::vector<ranking::Weighted> weighted;
    for (const Contribution& contribution : pool.contributions) {
        weighted.push_back({contribution.candidates, contribution.weight});
        if (!contribution.candidates.empty()) pool.weights += contribution.weight;
    }
    pool.blended = ranking::blend(weighted);
    return pool;
}

ItemKey candidate_key(std::uint32_t number, const Situation& situation) {
    const std::size_t rows = model_rows(situation);
    if (number >= rows) return situation.catalog.learning_key(static_cast<catalog::Slot>(number - rows));
    const ItemKey key = situation.snapshot.model->item_keys()[number];
    // An item that joined a group after training is known to the model by its own key.
    return situation.catalog.slots_of(key).empty() ? learning_key_of(key, situation.catalog) : key;
}

}  // namespace vitrina::recommendation
