#include <algorithm>
#include <limits>

#include "state/folds.hpp"
#include "state/item_layout.hpp"

namespace vitrina::state {

namespace {

// Sums wrap around instead of stopping at a largest number, so that their order can never matter.
template <class Integer>
void add_to(Integer& sum, Integer amount) {
    using Unsigned = std::make_unsigned_t<Integer>;
    sum = static_cast<Integer>(static_cast<Unsigned>(sum) + static_cast<Unsigned>(amount));
}

std::int32_t day_start(std::int32_t hour) { return (hour >= 0 ? hour : hour - 23) / 24 * 24; }

bool is_empty(const ItemBucket& bucket) {
    return bucket.views == 0 && bucket.carts == 0 && bucket.orders == 0 && bucket.units == 0 && bucket.revenue == 0;
}

// A bucket that has come to nothing is left out: whether it ever was there must not show.
void add_to_bucket(std::vector<ItemBucket>& buckets, const ItemBucket& amount) {
    const auto earlier = [](const ItemBucket& a, const ItemBucket& b) { return a.hour < b.hour; };
    const auto at = std::lower_bound(buckets.begin(), buckets.end(), amount, earlier);
    if (at == buckets.end() || at->hour != amount.hour) {
        if (!is_empty(amount)) buckets.insert(at, amount);
        return;
    }
    add_to(at->views, amount.views);
    add_to(at->carts, amount.carts);
    add_to(at->orders, amount.orders);
    add_to(at->units, amount.units);
    add_to(at->revenue, amount.revenue);
    if (is_empty(*at)) buckets.erase(at);
}

// Which hours have an hour bucket and which days a day bucket depends on the newest hour alone.
std::int32_t first_hour(const ItemFixed& fixed, const FoldLimits& limits) {
    return day_start(fixed.newest_hour) - 24 * (static_cast<std::int32_t>(limits.hour_days) - 1);
}
std::int32_t first_day(const ItemFixed& fixed, const FoldLimits& limits) {
    return first_hour(fixed, limits) - 24 * static_cast<std::int32_t>(limits.day_buckets);
}

void place(ItemState& item, ItemBucket amount, const FoldLimits& limits) {
    if (amount.hour >= first_hour(item.fixed, limits)) return add_to_bucket(item.hours, amount);
    amount.hour = day_start(amount.hour);
    if (amount.hour >= first_day(item.fixed, limits)) add_to_bucket(item.days, amount);
}

void advance(ItemState& item, std::int32_t hour, const FoldLimits& limits) {
    item.fixed.newest_hour = hour;
    const std::int32_t hours_from = first_hour(item.fixed, limits), days_from = first_day(item.fixed, limits);
    const auto aged =
        std::partition_point(item.hours.begin(), item.hours.end(), [=](const auto& b) { return b.hour < hours_from; });
    const std::vector<ItemBucket> leaving(item.hours.begin(), aged);
    item.hours.erase(item.hours.begin(), aged);
    for (const ItemBucket& bucket : leaving) place(item, bucket, limits);
    std::erase_if(item.days, [=](const ItemBucket& bucket) { return bucket.hour < days_from; });
}

// Space-Saving (Metwally, Agrawal and El Abbadi 2005): a newcomer takes the place of the smallest count and inherits it as error.
void add_neighbour(ItemState& state, ItemKey item, std::size_t most) {
    std::vector<NeighbourCount>& all = state.neighbours;
    ++state.fixed.neighbours_seen;
    const auto by_item = [](const NeighbourCount& a, ItemKey b) { return a.item < b; };
    const auto at = std::lower_bound(all.begin(), all.end(), item, by_item);
    if (at != all.end() && at->item == item) {
        if (at->count < std::numeric_limits<std::uint32_t>::max()) ++at->count;
        return;
    }
    if (most == 0) return;
    NeighbourCount newcomer{item, 1, 0};
    if (all.size() >= most) {
        const auto less = [](const NeighbourCount& a, const NeighbourCount& b) { return a.count < b.count; };
        const auto smallest = std::min_element(all.begin(), all.end(), less);
        newcomer.error = smallest->count;
        newcomer.count =
            smallest->count == std::numeric_limits<std::uint32_t>::max() ? smallest->count : smallest->count + 1;
        all.erase(smallest);
    }
    all.insert(std::lower_bound(all.begin(), all.end(), item, by_item), newcomer);
}

void add_totals(ItemFixed& fixed, const ItemDelta& delta) {
    add_to<std::int64_t>(fixed.views, delta.views);
    add_to<std::int64_t>(fixed.carts, delta.carts);
    add_to<std::int64_t>(fixed.orders, delta.orders);
    add_to(fixed.units, delta.units);
    add_to(fixed.revenue, delta.revenue);
}

// An item being changed. Day buckets are many and change seldom: only then are they read.
class Editing {
public:
    Editing(const ItemRows& rows, const FoldLimits& limits)
        : rows_(rows), limits_(limits), item_{rows.fixed, {}, rows.hours.all(), rows.neighbours.all()} {}

    void begin_at(std::int32_t hour) { item_.fixed.newest_hour = hour; }
    void add(const ItemDelta& delta) {
        if (!with_days_ && days_change(delta)) {
            item_.days = rows_.days.all();
            with_days_ = true;
        }
        if (delta.hour > item_.fixed.newest_hour) advance(item_, delta.hour, limits_);
        place(item_, {delta.units, delta.revenue, delta.hour, delta.views, delta.carts, delta.orders}, limits_);
        add_totals(item_.fixed, delta);
        for (ItemKey neighbour : delta.neighbours) add_neighbour(item_, neighbour, limits_.neighbours);
    }
    std::string encoded() const { return with_days_ ? encode(item_) : encode(item_, rows_.days); }

private:
    bool days_change(const ItemDelta& delta) const {
        ItemFixed after = item_.fixed;
        after.newest_hour = std::max(after.newest_hour, delta.hour);
        const std::int32_t hours_from = first_hour(after, limits_);
        return delta.hour < hours_from || (!item_.hours.empty() && item_.hours.front().hour < hours_from) ||
               (rows_.days.size() > 0 && rows_.days.get<&ItemBucket::hour>(0) < first_day(after, limits_));
    }

    const ItemRows& rows_;
    const FoldLimits& limits_;
    ItemState item_;
    bool with_days_ = false;
};

}  // namespace

Result<std::string> item_step(std::string_view state, std::span<const ItemDelta> deltas, const FoldLimits& limits) {
    const auto rows = open_item(state);
    if (!rows) return std::unexpected(rows.error());
    Editing item(*rows, limits);
    if (state.empty() && !deltas.empty()) item.begin_at(deltas.front().hour);
    for (const ItemDelta& delta : deltas) item.add(delta);
    return item.encoded();
}

Result<std::string> item_step(std::string_view state, const ItemDelta& delta, const FoldLimits& limits) {
    return item_step(state, std::span(&delta, 1), limits);
}

}  // namespace vitrina::state
