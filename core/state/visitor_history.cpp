#include <algorithm>
#include <tuple>

#include "state/visitor_folding.hpp"

namespace vitrina::state {

namespace {

bool newer(const PastAction& a, const PastAction& b) {
    return std::tuple(-a.time, a.item, a.action) < std::tuple(-b.time, b.item, b.action);
}

bool same_thing(const PastAction& a, const PastAction& b) { return a.item == b.item && a.action == b.action; }

}  // namespace

void keep_in_history(Folding& folding, std::vector<PastAction> actions) {
    if (actions.empty()) return;
    std::vector<PastAction>& history = folding.cold.history;
    folding.cold_changed = true;
    // Newest first by (item, action), so that the first of each group is the one to keep.
    history.insert(history.end(), actions.begin(), actions.end());
    std::sort(history.begin(), history.end(), [](const PastAction& a, const PastAction& b) {
        return std::tuple(a.item, a.action, -a.time) < std::tuple(b.item, b.action, -b.time);
    });
    history.erase(std::unique(history.begin(), history.end(), same_thing), history.end());
    std::sort(history.begin(), history.end(), newer);
    if (history.size() > folding.limits.long_history) history.resize(folding.limits.long_history);
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
