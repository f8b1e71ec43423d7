#include <algorithm>
#include <tuple>
#include <utility>

#include "state/visitor_folding.hpp"

namespace vitrina::state {

namespace {

bool newer(const PastAction& a, const PastAction& b) {
    return std::tuple(-a.time, a.item, a.action) < std::tuple(-b.time, b.item, b.action);
}

auto thing(const PastAction& action) { return std::pair(action.item, action.action); }

bool by_thing_newest_first(const PastAction& a, const PastAction& b) {
    return std::pair(thing(a), -a.time) < std::pair(thing(b), -b.time);
}

// The newest of each thing, by thing.
void keep_newest_of_each(std::vector<PastAction>& actions) {
    std::sort(actions.begin(), actions.end(), by_thing_newest_first);
    const auto same = [](const PastAction& a, const PastAction& b) { return thing(a) == thing(b); };
    actions.erase(std::unique(actions.begin(), actions.end(), same), actions.end());
}

// Of a thing on both sides the newer stays.
void drop_older_of_both(std::vector<PastAction>& history, std::vector<PastAction>& by_thing) {
    const auto less = [](const PastAction& a, const PastAction& b) { return thing(a) < thing(b); };
    std::erase_if(history, [&](const PastAction& known) {
        const auto again = std::lower_bound(by_thing.begin(), by_thing.end(), known, less);
        if (again == by_thing.end() || thing(*again) != thing(known)) return false;
        again->time = std::max(again->time, known.time);
        return true;
    });
}

}  // namespace

// The long history is in order already: only what comes is sorted, then both are merged.
void keep_in_history(Folding& folding, std::vector<PastAction> actions) {
    if (actions.empty()) return;
    std::vector<PastAction>& history = folding.cold.history;
    folding.cold_changed = true;
    keep_newest_of_each(actions);
    drop_older_of_both(history, actions);
    std::sort(actions.begin(), actions.end(), newer);
    std::vector<PastAction> all(history.size() + actions.size());
    std::merge(history.begin(), history.end(), actions.begin(), actions.end(), all.begin(), newer);
    if (all.size() > folding.limits.long_history) all.resize(folding.limits.long_history);
    history = std::move(all);
}

void keep_recent_in_history(Folding& folding, std::size_t first) {
    HotState& hot = folding.hot;
    std::vector<PastAction> leaving;
    for (std::size_t i = first; i < hot.recent.size(); ++i)
        leaving.push_back({time_of(hot, hot.recent[i].age), hot.recent[i].item, hot.recent[i].action});
    if (first < hot.recent.size()) hot.recent.resize(first);
    keep_in_history(folding, std::move(leaving));
}

}  // namespace vitrina::state
