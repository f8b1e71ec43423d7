#pragma once
// How far a node has read the state topics: written in the same batch as the states that it stands for.
//
//   identity line · time of writing · one line a partition: topic partition next_offset
//
// Threads: values. Errors: corrupt_data for text that is none of ours.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/time.hpp"

namespace vitrina::cluster {

struct FeedMark {
    std::string identity;  // whose topics: prefix, shop and a digest of its key
    TimeMs written = 0;
    std::map<std::pair<std::string, std::int32_t>, std::int64_t> next;  // (topic, partition) → offset to read from
    bool operator==(const FeedMark&) const = default;
};

std::string encode(const FeedMark& mark);
Result<FeedMark> decode_mark(std::string_view text);

}  // namespace vitrina::cluster
