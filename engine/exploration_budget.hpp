#pragma once
// How many answers may explore: a share of a placement's answers, and of these at most so many a day, of the shop and of a visitor.
//
// Days are those of the answers' clock, in UTC. Counts are in memory: a restart begins the day anew, and every node of a cluster counts for itself.
// Threads: any. Surprising cost: some 40 bytes for every visitor for whom the day has explored, so at most for `answers_a_day` of them.

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "base/keys.hpp"
#include "base/time.hpp"
#include "engine/configuration.hpp"

namespace vitrina::engine {

// Whether an answer is of the share that explores: by its id alone, so that every replay says the same.
bool explores(std::string_view recommendation_id, double share);

class ExplorationBudget {
public:
    explicit ExplorationBudget(const ExplorationSettings& settings) : settings_(settings) {}

    // One answer more; false where the day of the shop or of the visitor has no more. Somebody without an id has none.
    bool take(const PersonKey& visitor, TimeMs now);
    // An answer that was taken found nothing to explore.
    void give_back(const PersonKey& visitor);

private:
    const ExplorationSettings settings_;
    std::mutex mutex_;
    std::int64_t day_ = 0;  // the latest seen
    std::size_t taken_ = 0;
    std::unordered_map<PersonKey, std::size_t> by_visitor_;
};

}  // namespace vitrina::engine
