#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/random.hpp"
#include "state/visitor_folding.hpp"

namespace vitrina::state {

namespace {

// Everything into a map, newest first out of it, cut after each time.
class NaiveHistory {
public:
    void keep(const std::vector<PastAction>& actions, std::size_t most) {
        for (const PastAction& action : actions) {
            TimeMs& newest = things_.try_emplace({action.item, action.action}, action.time).first->second;
            newest = std::max(newest, action.time);
        }
        const auto all = newest_first();
        for (std::size_t i = most; i < all.size(); ++i) things_.erase({std::get<1>(all[i]), std::get<2>(all[i])});
    }
    std::vector<std::tuple<TimeMs, ItemKey, Action>> newest_first() const {
        std::vector<std::tuple<TimeMs, ItemKey, Action>> all;
        for (const auto& [thing, time] : things_) all.emplace_back(-time, thing.first, thing.second);
        std::sort(all.begin(), all.end());
        return all;
    }

private:
    std::map<std::pair<ItemKey, Action>, TimeMs> things_;
};

TEST(VisitorHistory, keeps_the_newest_of_each_thing_as_a_map_does) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        FoldLimits limits;
        limits.long_history = 1 + random.below(20);
        const event::Event event;
        const PersonHasher hasher{ShopKey{}};
        Folding folding{event, limits, hasher};
        NaiveHistory naive;
        for (int round = 0; round < 20; ++round) {
            std::vector<PastAction> actions;
            for (std::uint64_t i = 0, n = random.below(8); i < n; ++i)
                actions.push_back({static_cast<TimeMs>(random.below(50)), ItemKey{random.below(12)},
                                   random.below(2) == 0 ? Action::view : Action::cart});
            keep_in_history(folding, actions);
            naive.keep(actions, limits.long_history);
            std::vector<std::tuple<TimeMs, ItemKey, Action>> kept;
            for (const PastAction& action : folding.cold.history)
                kept.emplace_back(-action.time, action.item, action.action);
            ASSERT_EQ(kept, naive.newest_first());
        }
    }
}

}  // namespace

}  // namespace vitrina::state
