#pragma once
// How long a cluster was silent after a fault: the longest wait of any client, partition or node for its next sign of life.
//
// Threads: pure functions. Units: milliseconds, times of one clock.

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace vitrina::tests {

struct Silence {
    TimeMs longest = 0;
    std::string stream;
    bool operator==(const Silence&) const = default;
};

// Stream → its signs of life, ascending. Waits are counted as far as they lie in [from, to), so that what a later fault does is not
// told of an earlier one; what nothing ended lasts up to `to`.
inline Silence longest_silence(const std::map<std::string, std::vector<TimeMs>>& pulses, TimeMs from, TimeMs to) {
    Silence found;
    for (const auto& [stream, times] : pulses) {
        TimeMs last = from;
        const auto wait_until = [&](TimeMs time) {
            if (time - last > found.longest) found = {time - last, stream};
            last = time;
        };
        for (auto next = std::ranges::upper_bound(times, from); next != times.end() && *next < to; ++next)
            wait_until(*next);
        wait_until(to);
    }
    return found;
}

}  // namespace vitrina::tests
