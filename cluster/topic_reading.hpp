#pragma once
// A topic read on from where it was left to where it ended when asked, some records at a time: for commands, not for services.
//
// Committed records only. Threads: one. Lifetime: a reading has a client of its own.
// Errors: unavailable where the brokers are away or silent for a minute; not_found for a topic that is not there; conflict where the
// topic is not the one that was read before (made anew, or of other partitions).
// Not an error: records that were deleted before they were read; they are counted as lost.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "cluster/kafka.hpp"

namespace vitrina::cluster {

// The next record of each partition; empty: nothing was read yet.
using Offsets = std::vector<std::int64_t>;
std::string to_text(const Offsets& offsets);  // "12 0 7"
Result<Offsets> offsets_from(std::string_view text);

struct ReadRecord {
    std::string_view key;
    std::optional<std::string_view> value;  // nothing: what the key says is no more
    TimeMs time = 0;
};

struct ReadTopic {
    std::string name;  // full
    Offsets next;
    std::size_t together = 5000;  // records between two calls of `done_with`
};

struct ReadOutside {
    std::function<Result<void>(const ReadRecord& record)> visit;
    // Everything before these offsets was visited; also once at the end.
    std::function<Result<void>(const Offsets& next)> done_with;
};

struct ReadCounts {
    std::uint64_t records = 0, lost = 0;
};

Result<ReadCounts> read_on(const Properties& connection, const ReadTopic& topic, const ReadOutside& outside);

}  // namespace vitrina::cluster
