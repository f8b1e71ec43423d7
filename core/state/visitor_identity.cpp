#include <algorithm>

#include "state/visitor_folding.hpp"

namespace vitrina::state {

namespace {

PersonKey last_user(const HotFixed& fixed) { return {fixed.user_high, fixed.user_low}; }

// The same for every log-in of this user on this device, so that a run-up sent again is the same set of facts.
std::uint64_t run_up_hash(PersonKey visitor, PersonKey user) {
    const std::uint64_t words[4] = {visitor.high, visitor.low, user.high, user.low};
    return text_hash({reinterpret_cast<const char*>(words), sizeof words});
}

void emit_anonymous_orders(Folding& folding, PersonKey user, TimeMs since) {
    const std::vector<std::size_t> first = first_lines(folding.cold);
    for (std::size_t p = 0; p < folding.cold.parts.size(); ++p) {
        OrderPart& part = folding.cold.parts[p];
        if (part.time < since || part.user_high != 0 || part.user_low != 0 || (part.flags & part_silent) != 0) continue;
        part.user_high = user.high;
        part.user_low = user.low;
        folding.cold_changed = true;
        emit_buys(folding, part, first[p], false);
    }
}

Fact run_up_fact(PersonKey user, std::uint64_t hash, const PastAction& action) {
    Fact fact;
    fact.user = user;
    fact.time = action.time;
    fact.event_hash = hash;
    fact.item = action.item;
    fact.line = static_cast<std::uint16_t>(fingerprint(action.item, action.action));
    fact.action = action.action;
    return fact;
}

void emit_run_up(Folding& folding, PersonKey user, TimeMs since) {
    const HotState& hot = folding.hot;
    const std::uint64_t hash = run_up_hash(folding.hasher(folding.event.visitor_id), user);
    std::vector<PastAction> actions;
    for (const RecentAction& action : hot.recent)
        actions.push_back({time_of(hot, action.age), action.item, action.action});
    for (const PastAction& action : folding.cold.history)  // what a long session moved there
        if (action.action != Action::buy) actions.push_back(action);
    for (const PastAction& action : actions)
        if (action.time >= since) folding.facts.push_back(run_up_fact(user, hash, action));
    emit_anonymous_orders(folding, user, since);
}

// What was on the device belongs to somebody else: out of sight for the one who comes now.
void hand_over_device(Folding& folding) {
    keep_recent_in_history(folding, 0);
    folding.hot.cart.clear();
    folding.hot.searches.clear();
    folding.hot.fixed.session_start = folding.hot.fixed.visible_since = folding.event.time;
}

void log_out(Folding& folding) {
    HotFixed& fixed = folding.hot.fixed;
    if (fixed.bound == 0 || folding.event.time < fixed.bound_since) return;
    fixed.bound = 0;
    fixed.bound_since = folding.event.time;
}

void log_in(Folding& folding, PersonKey user) {
    HotFixed& fixed = folding.hot.fixed;
    const PersonKey before = last_user(fixed);
    if ((fixed.bound != 0 && before == user) || folding.event.time < fixed.bound_since) return;
    const TimeMs anonymous_since = std::max(fixed.session_start, fixed.bound_since);
    fixed.bound = 1;
    fixed.bound_since = folding.event.time;
    fixed.user_high = user.high;
    fixed.user_low = user.low;
    if (before && before != user)
        hand_over_device(folding);
    else if (!folding.silent)
        emit_run_up(folding, user, anonymous_since);
}

}  // namespace

void bind_user(Folding& folding) {
    const event::Event& event = folding.event;
    if (event.guest) return;
    if (event.kind == event::EventKind::logout) return log_out(folding);
    if (!event.user_id.empty()) {
        folding.user = folding.hasher(event.user_id);
        log_in(folding, folding.user);
    } else if (folding.hot.fixed.bound != 0 && event.time >= folding.hot.fixed.bound_since) {
        folding.user = last_user(folding.hot.fixed);
    }
}

}  // namespace vitrina::state
