#pragma once
// How far a node has read the state topics: written in the same batch as the states that it stands for.
//
//   identity line
//   time of writing, how many visitors, users and items have states, id of the brokers' cluster
//   a line for each partition: topic, partition, next offset, time of the record before it
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

struct FeedPlace {
    std::int64_t next = 0;  // offset to read from
    TimeMs last = 0;        // what the record before it says of its time: a topic that was made anew says another
    bool operator==(const FeedPlace&) const = default;
};

struct StateCounts {
    std::uint64_t visitors = 0, users = 0, items = 0;
    bool operator==(const StateCounts&) const = default;
};

struct FeedMark {
    std::string identity;  // whose topics: prefix, shop and a digest of its key
    TimeMs written = 0;
    StateCounts states;
    std::string brokers;  // id of their cluster; empty where it was not known
    std::map<std::pair<std::string, std::int32_t>, FeedPlace> next;  // (topic, partition) → how far it was read
    bool operator==(const FeedMark&) const = default;
};

std::string encode(const FeedMark& mark);
Result<FeedMark> decode_mark(std::string_view text);

}  // namespace vitrina::cluster
