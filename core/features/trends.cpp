#include "features/trends.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace vitrina::features {

namespace {

using catalog::Slot;

struct Decayed {
    double popular = 0;
    double fast = 0;
    double slow = 0;
};

// 2^(−age / half-life) at the middle of the bucket; what lies in the future counts as now.
double weight(const state::Bucket& bucket, TimeMs now, double half_life_days) {
    const double middle = static_cast<double>(bucket.start_hour) + bucket.hours / 2.0;
    const double age_days = std::max(0.0, static_cast<double>(now) / static_cast<double>(hour_ms) - middle) / 24.0;
    return std::exp2(-age_days / half_life_days);
}

Decayed decayed(const state::ItemView& item, TimeMs now, const TrendSettings& settings) {
    Decayed sum;
    for (const state::Bucket& bucket : item.buckets()) {
        const double amount = settings.view_weight * static_cast<double>(bucket.views) +
                              settings.cart_weight * static_cast<double>(bucket.carts) +
                              settings.order_weight * static_cast<double>(bucket.orders);
        if (amount <= 0) continue;
        sum.popular += amount * weight(bucket, now, settings.popular_half_life_days);
        sum.fast += amount * weight(bucket, now, settings.fast_half_life_days);
        sum.slow += amount * weight(bucket, now, settings.slow_half_life_days);
    }
    return sum;
}

// How much faster it sells now than of late: 1 at a steady pace, because a steady pace gives decayed sums in proportion to the
// half-lives. `shrink_orders` imagined orders at a steady pace keep rare items near 1.
double trend_of(const Decayed& sum, const TrendSettings& settings) {
    const double scale = settings.slow_half_life_days / settings.fast_half_life_days;
    return (sum.fast * scale + settings.shrink_orders) / (sum.slow + settings.shrink_orders);
}

// Best first by score, ties by item key.
std::vector<Slot> ranked(const catalog::Catalog& catalog, const std::vector<float>& scores, float above) {
    std::vector<Slot> slots;
    for (Slot slot = 0; slot < scores.size(); ++slot)
        if (catalog.present(slot) && scores[slot] > above) slots.push_back(slot);
    std::sort(slots.begin(), slots.end(), [&](Slot a, Slot b) {
        return scores[a] != scores[b] ? scores[a] > scores[b] : catalog.key(a) < catalog.key(b);
    });
    return slots;
}

std::vector<Slot> newest_first(const catalog::Catalog& catalog) {
    std::vector<std::pair<TimeMs, Slot>> dated;
    for (Slot slot = 0; slot < catalog.slots(); ++slot) {
        const catalog::Item& item = catalog.item(slot);
        const auto since = item.created_at ? item.created_at : item.available_from;
        if (catalog.present(slot) && since) dated.emplace_back(*since, slot);
    }
    std::sort(dated.begin(), dated.end(), [&](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : catalog.key(a.second) < catalog.key(b.second);
    });
    std::vector<Slot> slots;
    slots.reserve(dated.size());
    for (const auto& [since, slot] : dated) slots.push_back(slot);
    return slots;
}

// A shop that brought in last year's orders has a best seller too: ages count from the newest bucket where `now` lies later.
TimeMs newest_end(const catalog::Catalog& catalog, const std::function<state::ItemView(Slot)>& item_state) {
    TimeMs newest = 0;
    for (Slot slot = 0; slot < catalog.slots(); ++slot) {
        if (!catalog.present(slot)) continue;
        const auto buckets = item_state(slot).buckets();
        if (buckets.empty()) continue;
        const std::int64_t end_hour = std::int64_t{buckets.back().start_hour} + buckets.back().hours;
        newest = std::max(newest, end_hour * hour_ms);
    }
    return newest;
}

}  // namespace

Trends make_trends(const catalog::Catalog& catalog, const std::function<state::ItemView(Slot)>& item_state, TimeMs now,
                   const TrendSettings& settings) {
    Trends trends;
    trends.popularity.assign(catalog.slots(), 0.0f);
    trends.trend.assign(catalog.slots(), 0.0f);
    const TimeMs reference = std::min(now, newest_end(catalog, item_state));
    for (Slot slot = 0; slot < catalog.slots(); ++slot) {
        if (!catalog.present(slot)) continue;
        const Decayed sum = decayed(item_state(slot), reference, settings);
        trends.popularity[slot] = static_cast<float>(sum.popular);
        trends.trend[slot] = static_cast<float>(trend_of(sum, settings));
    }
    trends.bestsellers = ranked(catalog, trends.popularity, 0.0f);
    trends.trending = ranked(catalog, trends.trend, 1.0f);
    trends.newest = newest_first(catalog);
    return trends;
}

}  // namespace vitrina::features
