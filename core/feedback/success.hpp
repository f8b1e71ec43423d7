#pragma once
// What became of an item where it was recommended: clicks, carts and purchases by placement, position and day of the answer.
//
// The day is that of the answer and not of the click, so that what became of a day's exposures stands beside them.
// A state is integer counts that add up: deltas in any order give the same bytes. Days further back than `days` behind the newest
// go into one row without a day. Threads: pure functions. Errors: corrupt_data for bytes that are not ours.
// Not an error: counts that are taken back again; rows of nothing are left out.

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/keys.hpp"
#include "base/time.hpp"

namespace vitrina::feedback {

// Positions are counted in buckets: 0, 1, 2, 3–4, 5–9, 10 and more, and unknown.
inline constexpr std::uint8_t position_buckets = 7;
inline constexpr std::uint8_t position_unknown = 6;
std::uint8_t bucket_of(std::int32_t position);

struct SuccessPlace {
    std::int32_t day = 0;         // since 1970; 0: older than the days that are kept apart
    std::uint32_t placement = 0;  // hash of its name
    std::uint8_t bucket = position_unknown;
    auto operator<=>(const SuccessPlace&) const = default;
};

struct SuccessCounts {
    std::int64_t clicks = 0, carts = 0, purchases = 0;
    bool operator==(const SuccessCounts&) const = default;
    SuccessCounts& operator+=(const SuccessCounts& more);
};

struct SuccessDelta {
    ItemKey item{};
    SuccessPlace place;
    SuccessCounts counts;
};

struct SuccessRow {
    SuccessPlace place;
    SuccessCounts counts;
    bool operator==(const SuccessRow&) const = default;
};

inline constexpr std::int32_t success_days = 28;

// Commutative. `days` is how many days are kept apart.
Result<std::string> success_step(std::string_view state, std::span<const SuccessDelta> deltas,
                                 std::int32_t days = success_days);

// Of one item, which stands in the record's key.
std::string encode(std::span<const SuccessDelta> deltas);
Result<std::vector<SuccessDelta>> decode_success_deltas(std::string_view bytes, ItemKey item);

// By place, ascending.
Result<std::vector<SuccessRow>> success_rows(std::string_view state);

}  // namespace vitrina::feedback
