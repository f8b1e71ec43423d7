#include "feedback/placed_lifts.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vitrina::feedback {
namespace {

using Attention = std::array<double, position_buckets>;

constexpr int rounds = 10;
constexpr double clicks_believed = 10;  // so many say as much as the assumption that all are alike

std::int64_t sum(const ByBucket& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::int64_t{0},
                           [](std::int64_t all, std::int64_t one) { return all + std::max<std::int64_t>(0, one); });
}

double at_attention(const ByBucket& shown, const Attention& attention) {
    double all = 0;
    for (std::size_t b = 0; b < position_buckets; ++b)
        all += static_cast<double>(std::max<std::int64_t>(0, shown[b])) * attention[b];
    return all;
}

// Clicks an exposure, over all items, and of them the share whose place is known.
struct Overall {
    double shown = 0, clicks = 0, placed = 0;
    ByBucket clicks_at{};
};

Overall overall(const std::vector<PlacedCounts>& items) {
    Overall all;
    for (const PlacedCounts& item : items) {
        all.shown += static_cast<double>(sum(item.shown));
        all.clicks += static_cast<double>(sum(item.clicks));
        for (std::size_t b = 0; b < position_buckets; ++b)
            all.clicks_at[b] += std::max<std::int64_t>(0, item.clicks[b]);
    }
    all.placed = all.clicks - static_cast<double>(all.clicks_at[position_unknown]);
    return all;
}

// The mean exposure has attention 1.
void normalise(Attention& attention, const std::vector<PlacedCounts>& items, double shown) {
    double all = 0;
    for (const PlacedCounts& item : items) all += at_attention(item.shown, attention);
    for (double& one : attention) one *= shown / all;
}

Attention attention_of(const std::vector<PlacedCounts>& items) {
    Attention attention;
    attention.fill(1);
    const Overall all = overall(items);
    if (all.shown <= 0 || all.placed <= 0) return attention;
    const double rate = all.clicks / all.shown, placed_rate = all.placed / all.shown;
    for (int round = 0; round < rounds; ++round) {
        std::array<double, position_buckets> expected{};
        for (const PlacedCounts& item : items) {
            const double own = rate * at_attention(item.shown, attention);
            const double worth = (static_cast<double>(sum(item.clicks)) + clicks_believed) / (own + clicks_believed);
            for (std::size_t b = 0; b < position_buckets; ++b)
                expected[b] += placed_rate * worth * static_cast<double>(std::max<std::int64_t>(0, item.shown[b]));
        }
        for (std::size_t b = 0; b < position_unknown; ++b)
            attention[b] = (static_cast<double>(all.clicks_at[b]) + clicks_believed) / (expected[b] + clicks_believed);
        normalise(attention, items, all.shown);
    }
    return attention;
}

// Of exposures worth one in the mean place.
std::vector<ItemTrials> clicks_of(const std::vector<PlacedCounts>& items, const Attention& attention) {
    std::vector<ItemTrials> trials;
    for (const PlacedCounts& item : items)
        trials.push_back(
            {item.item,
             item.category,
             {static_cast<std::int64_t>(std::ceil(at_attention(item.shown, attention))), sum(item.clicks)}});
    return trials;
}

std::vector<ItemTrials> orders_of(const std::vector<PlacedCounts>& items) {
    std::vector<ItemTrials> trials;
    for (const PlacedCounts& item : items)
        trials.push_back({item.item, item.category, {sum(item.clicks), item.purchases}});
    return trials;
}

double over(double rate, double mean) { return mean > 0 ? rate / mean : 1; }

}  // namespace

PlacedLifts::PlacedLifts(const std::vector<PlacedCounts>& items)
    : attention_(attention_of(items)), clicks_(clicks_of(items, attention_)), orders_(orders_of(items)) {}

double PlacedLifts::lift(ItemKey item, std::uint64_t category) const {
    return over(clicks_.item(item, category), clicks_.shop()) * over(orders_.item(item, category), orders_.shop());
}

Known PlacedLifts::known(ItemKey item, std::uint64_t category, double prior_most) const {
    return {clicks_.posterior(item, category, prior_most), orders_.posterior(item, category, prior_most)};
}

}  // namespace vitrina::feedback
