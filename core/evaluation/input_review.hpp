#pragma once
// Whether what a training is given looks like what the shop sent before: one part of the release gate (evaluation/release.hpp).
//
// The newest `period_ms` of the history, to its last entry, are held against the period of the same length before:
//   events            as many entries: at least `volume_share` of the earlier period's
//   kinds of events   views, wishes, additions to carts, purchases: none that came before has been missing for `quiet_ms` while
//                     others came, where `least_expected` would have been due. Refunds come as they please and are not watched
//   known items       entries about items that the catalogue does not have: not above `unknown_share`, unless that is no news
// Threads: pure. Cost: three passes over the entries.
// Not an error: a history that is too short or too thin to compare; the check passes and says so.

#include <cstdint>
#include <functional>
#include <vector>

#include "base/time.hpp"
#include "model/store.hpp"
#include "training/history.hpp"

namespace vitrina::evaluation {

struct InputLimits {
    TimeMs period_ms = 28 * day_ms;
    TimeMs quiet_ms = 2 * day_ms;
    std::uint64_t least_events = 200;   // in the earlier period; fewer tell nothing
    std::uint64_t least_expected = 30;  // of a kind within `quiet_ms`
    double volume_share = 0.5;
    double unknown_share = 0.3;
};

// Whether the catalogue has the item of a row of the history.
using KnownItem = std::function<bool(std::uint32_t row)>;

std::vector<model::ReleaseCheck> review_input(const training::History& history, const KnownItem& known,
                                              const InputLimits& limits);

}  // namespace vitrina::evaluation
