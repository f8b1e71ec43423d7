#pragma once
// A complete run of the feed: the shop sends its whole catalogue, and what it did not send is absent from then on, until it is sent
// again.
//
// A run is its id and when it began; nothing else is kept of it. Every item knows when it was last written whole and which run
// mentioned it last, so that the end of a run is a question about the items. Of those that are not absent already,
//
//   seen        the run mentioned them last
//   vanishing   the run did not mention them, and nobody has written them whole since it began
//
// A patch (a stock that changes) does not keep an item: what the feed has dropped may be patched for a long time.
// Ending a run twice, or after a newer one, takes nothing more away than it should.
// Threads: values and pure functions.
// Not an error: an item that was written at a time that is still to come, by a clock that was wrong; it counts as old.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "catalog/change.hpp"
#include "catalog/item.hpp"

namespace vitrina::catalog {

struct Run {
    std::string id;
    TimeMs begun_at = 0;
    bool operator==(const Run&) const = default;
};

// What an item remembers of the run that mentioned it; never 0.
std::uint64_t mark_of(const std::string& run_id);

// Of one item.
struct Written {
    TimeMs at = 0;          // the last put
    TimeMs first = 0;       // the first one; 0: before anybody asked
    std::uint64_t run = 0;  // the mark of the last run that mentioned it; 0: none did
    bool operator==(const Written&) const = default;
};
Written written_of(const Entry& entry);

// Does the run, ended at `now`, make this item absent?
bool vanishes(const Item& item, const Written& written, const Run& run, TimeMs now);

// The change that says so. Whatever was put since the run began is newer, in whatever order the two arrive.
ItemChange absence(const std::string& item_id, const Run& run);

struct Census {
    std::size_t seen = 0;
    std::size_t before = 0;  // on sale when the run began and now, or vanishing
    std::vector<std::string> vanishing;

    void count(const Item& item, const Written& written, const Run& run, TimeMs now);
};

// What the shop says when it ends a run.
struct RunClaim {
    std::size_t items = 0;  // different ones
    bool force = false;     // however many vanish
};

struct RunOutcome {
    enum class Kind { ended, counts_differ, too_many };
    Kind kind = Kind::ended;
    std::size_t expected = 0, seen = 0, before = 0;
    std::size_t vanished = 0;  // where it ended; else those that would
    std::string message;       // what to do where it did not end; then nothing changed
};

// `share_max` of what was there before may vanish without force.
RunOutcome judged(const Census& census, const RunClaim& claim, double share_max);

}  // namespace vitrina::catalog
