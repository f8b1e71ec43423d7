#include "state/item_layout.hpp"

namespace vitrina::state {

namespace {

constexpr LayoutName item_name{magic_of("VVIT"), 1, "an item's state"};

// No event is ten thousand years away; within that, hours and days can be added without overflow.
bool within_reach(std::int32_t hour) { return hour > -(1 << 27) && hour < 1 << 27; }

std::int32_t hour_of(const Rows<BucketColumns>& rows, std::size_t i) { return rows.get<&ItemBucket::hour>(i); }

bool rising(const Rows<BucketColumns>& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (!within_reach(hour_of(rows, i)) || (i > 0 && hour_of(rows, i - 1) >= hour_of(rows, i))) return false;
    return true;
}

bool whole_days(const Rows<BucketColumns>& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (hour_of(rows, i) % 24 != 0) return false;
    return true;
}

bool sound(const Rows<NeighbourColumns>& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].error > rows[i].count || (i > 0 && rows[i - 1].item >= rows[i].item)) return false;
    return true;
}

}  // namespace

Result<ItemRows> open_item(std::string_view bytes) {
    ItemRows rows;
    if (bytes.empty()) return rows;
    Reader reader(bytes, item_name);
    rows.fixed = reader.fixed<ItemFixedColumns>();
    rows.days = reader.section<BucketColumns>();
    rows.hours = reader.section<BucketColumns>();
    rows.neighbours = reader.section<NeighbourColumns>();
    if (auto whole = reader.finish(); !whole) return std::unexpected(whole.error());
    if (!within_reach(rows.fixed.newest_hour) || !rising(rows.days) || !rising(rows.hours) || !whole_days(rows.days) ||
        !sound(rows.neighbours))
        return fail(ErrorCode::corrupt_data,
                    "an item's state cannot be read: its rows are out of order; rebuild it from the log");
    return rows;
}

ItemState item_state(const ItemRows& rows) {
    return {rows.fixed, rows.days.all(), rows.hours.all(), rows.neighbours.all()};
}

namespace {

template <class Days>
std::string encoded(const ItemState& item, const Days& days) {
    Writer writer(item_name, layout_header_bytes + ItemFixedColumns::bytes(1) + BucketColumns::bytes(days.size()) +
                                 BucketColumns::bytes(item.hours.size()) +
                                 NeighbourColumns::bytes(item.neighbours.size()));
    writer.fixed<ItemFixedColumns>(item.fixed);
    writer.section<BucketColumns>(days);
    writer.section<BucketColumns>(item.hours);
    writer.section<NeighbourColumns>(item.neighbours);
    return writer.finish();
}

}  // namespace

std::string encode(const ItemState& item) { return encoded(item, item.days); }

std::string encode(const ItemState& item, const Rows<BucketColumns>& days) { return encoded(item, days); }

}  // namespace vitrina::state
