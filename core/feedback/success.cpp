#include "feedback/success.hpp"

#include <algorithm>
#include <map>

#include "proto/feedback.pb.h"

namespace vitrina::feedback {
namespace {

using Rows = std::map<SuccessPlace, SuccessCounts>;

// Nobody clicks so often; sums of as many such counts as a record holds cannot overflow.
bool is_possible(std::int64_t count) { return count > -(1LL << 40) && count < 1LL << 40; }

// An id's time has 48 bits.
bool is_possible_day(std::int32_t day) { return day >= 0 && day < 1 << 22; }

template <class Wire>
Result<Wire> opened(std::string_view bytes) {
    Wire wire;
    if (!wire.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
        return fail(ErrorCode::corrupt_data, "an item's counts of success cannot be read");
    for (const auto& row : wire.rows())
        if (!is_possible(row.clicks()) || !is_possible(row.carts()) || !is_possible(row.purchases()) ||
            !is_possible_day(row.day()) || row.bucket() >= position_buckets)
            return fail(ErrorCode::corrupt_data, "an item's counts of success cannot be");
    return wire;
}

SuccessRow read(const proto::SuccessRow& wire) {
    return {{wire.day(), wire.placement_hash(), static_cast<std::uint8_t>(wire.bucket())},
            {wire.clicks(), wire.carts(), wire.purchases()}};
}

void write(const SuccessPlace& place, const SuccessCounts& counts, proto::SuccessRow& row) {
    row.set_day(place.day);
    row.set_placement_hash(place.placement);
    row.set_bucket(place.bucket);
    row.set_clicks(counts.clicks);
    row.set_carts(counts.carts);
    row.set_purchases(counts.purchases);
}

std::string encoded(const Rows& rows, std::int32_t newest) {
    proto::ItemSuccess wire;
    wire.set_newest_day(newest);
    for (const auto& [place, counts] : rows) {
        if (counts != SuccessCounts{}) write(place, counts, *wire.add_rows());
    }
    return wire.SerializeAsString();
}

}  // namespace

std::uint8_t bucket_of(std::int32_t position) {
    if (position < 0) return position_unknown;
    if (position <= 2) return static_cast<std::uint8_t>(position);
    return position <= 4 ? 3 : position <= 9 ? 4 : 5;
}

SuccessCounts& SuccessCounts::operator+=(const SuccessCounts& more) {
    clicks += more.clicks;
    carts += more.carts;
    purchases += more.purchases;
    return *this;
}

Result<std::string> success_step(std::string_view state, std::span<const SuccessDelta> deltas, std::int32_t days) {
    const auto wire = opened<proto::ItemSuccess>(state);
    if (!wire) return std::unexpected(wire.error());
    std::int32_t newest = wire->newest_day();
    if (!is_possible_day(newest)) return fail(ErrorCode::corrupt_data, "an item's newest day of success cannot be");
    for (const SuccessDelta& delta : deltas) newest = std::max(newest, delta.place.day);
    Rows rows;
    const auto add = [&](SuccessPlace place, const SuccessCounts& counts) {
        if (place.day <= newest - days) place.day = 0;
        rows[place] += counts;
    };
    for (const auto& row : wire->rows()) add(read(row).place, read(row).counts);
    for (const SuccessDelta& delta : deltas) add(delta.place, delta.counts);
    return encoded(rows, newest);
}

std::string encode(std::span<const SuccessDelta> deltas) {
    proto::SuccessDeltas wire;
    for (const SuccessDelta& delta : deltas) write(delta.place, delta.counts, *wire.add_rows());
    return wire.SerializeAsString();
}

Result<std::vector<SuccessDelta>> decode_success_deltas(std::string_view bytes, ItemKey item) {
    const auto wire = opened<proto::SuccessDeltas>(bytes);
    if (!wire) return std::unexpected(wire.error());
    std::vector<SuccessDelta> deltas;
    for (const auto& row : wire->rows()) deltas.push_back({item, read(row).place, read(row).counts});
    return deltas;
}

Result<std::vector<SuccessRow>> success_rows(std::string_view state) {
    const auto wire = opened<proto::ItemSuccess>(state);
    if (!wire) return std::unexpected(wire.error());
    std::vector<SuccessRow> rows;
    for (const auto& row : wire->rows()) rows.push_back(read(row));
    return rows;
}

}  // namespace vitrina::feedback
