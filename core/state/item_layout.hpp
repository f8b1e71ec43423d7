#pragma once
// An item as a value: its counts in hour and day buckets, their totals, and the neighbours learned online
// (docs/state-layouts.md).
//
// Units: hours since the epoch. Lifetime: `Rows` borrow the bytes. Threads: values.
// Errors: `open_item` answers corrupt_data; empty bytes are an item nobody has touched.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "state/layout.hpp"
#include "state/records.hpp"

namespace vitrina::state {

struct ItemFixed {
    std::int64_t views = 0;  // totals over everything, evicted buckets included
    std::int64_t carts = 0;
    std::int64_t orders = 0;
    std::int64_t units = 0;
    MoneyMicros revenue = 0;
    std::uint64_t neighbours_seen = 0;  // how many neighbours were ever offered
    std::int32_t newest_hour = 0;       // says which hours are still hour buckets
};

struct ItemBucket {
    std::int64_t units = 0;
    MoneyMicros revenue = 0;
    std::int32_t hour = 0;  // the first one
    std::int32_t views = 0;
    std::int32_t carts = 0;
    std::int32_t orders = 0;
};

// The true count lies between count - error and count.
struct NeighbourCount {
    ItemKey item{};
    std::uint32_t count = 0;
    std::uint32_t error = 0;
};

struct ItemState {
    ItemFixed fixed;
    std::vector<ItemBucket> days;            // oldest first, `hour` divisible by 24
    std::vector<ItemBucket> hours;           // oldest first
    std::vector<NeighbourCount> neighbours;  // by item key
};

using ItemFixedColumns = Columns<ItemFixed, &ItemFixed::views, &ItemFixed::carts, &ItemFixed::orders, &ItemFixed::units,
                                 &ItemFixed::revenue, &ItemFixed::neighbours_seen, &ItemFixed::newest_hour>;
using BucketColumns = Columns<ItemBucket, &ItemBucket::units, &ItemBucket::revenue, &ItemBucket::hour,
                              &ItemBucket::views, &ItemBucket::carts, &ItemBucket::orders>;
using NeighbourColumns = Columns<NeighbourCount, &NeighbourCount::item, &NeighbourCount::count, &NeighbourCount::error>;

struct ItemRows {
    ItemFixed fixed;
    Rows<BucketColumns> days;
    Rows<BucketColumns> hours;
    Rows<NeighbourColumns> neighbours;
};

Result<ItemRows> open_item(std::string_view bytes);
ItemState item_state(const ItemRows& rows);
std::string encode(const ItemState& item);
// The same with the days as they lie in `days` instead of those of `item`.
std::string encode(const ItemState& item, const Rows<BucketColumns>& days);

}  // namespace vitrina::state
