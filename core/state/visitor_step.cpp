#include <algorithm>

#include "state/folds.hpp"
#include "state/visitor_folding.hpp"

namespace vitrina::state {

namespace {

using event::EventKind;

bool changes_user(const HotFixed& fixed, const event::Event& event, const PersonHasher& hasher) {
    if (event.user_id.empty()) return false;
    return fixed.bound == 0 || hasher(event.user_id) != PersonKey{fixed.user_high, fixed.user_low};
}

bool is_action(EventKind kind) {
    return kind == EventKind::view_item || kind == EventKind::add_to_wishlist || kind == EventKind::add_to_cart;
}

// Cold is only read where this event can change it.
bool needs_cold(const Folding& folding) {
    const event::Event& event = folding.event;
    const HotState& hot = folding.hot;
    const TimeMs passed = event.time - hot.fixed.last_event;
    return event.kind == EventKind::purchase || event.kind == EventKind::refund ||
           passed > std::min(folding.limits.session_idle_ms, age_max) || -passed > age_max ||
           (is_action(event.kind) && hot.recent.size() + event.items.size() > folding.limits.recent_actions) ||
           changes_user(hot.fixed, event, folding.hasher);
}

VisitorStep untouched(VisitorRecords state, Verdict verdict) {
    VisitorStep step;
    step.state = std::move(state);
    step.verdict = verdict;
    return step;
}

void fold(Folding& folding) {
    pass_time(folding);
    count_rate(folding);
    remember(folding);
    folding.silent = folding.event.bot || folding.event.time < folding.hot.fixed.suspect_until;
    bind_user(folding);
    fold_actions(folding);
    if (folding.silent && folding.verdict == Verdict::folded) folding.verdict = Verdict::silent;
}

void drop_empty(std::vector<ItemDelta>& deltas) {
    std::erase_if(deltas, [](const ItemDelta& delta) {
        return delta.views == 0 && delta.carts == 0 && delta.orders == 0 && delta.units == 0 && delta.revenue == 0;
    });
}

}  // namespace

Result<VisitorStep> visitor_step(VisitorRecords state, const event::Event& event, const PersonHasher& hasher,
                                 const FoldLimits& limits) {
    const auto hot = open_hot(state.hot);
    if (!hot) return std::unexpected(hot.error());
    Folding folding{event, limits, hasher, text_hash(event.event_id), hot_state(*hot)};
    if (is_duplicate(folding.hot, folding.event_hash)) return untouched(std::move(state), Verdict::duplicate);
    if (is_late(folding.hot, event.time, folding.event_hash)) return untouched(std::move(state), Verdict::late);
    const bool with_cold = needs_cold(folding);
    if (with_cold) {
        const auto cold = open_cold(state.cold);
        if (!cold) return std::unexpected(cold.error());
        folding.cold = cold_state(*cold);
    }
    fold(folding);
    ensure(with_cold || !folding.cold_changed, "the cold record was changed without having been read");
    VisitorStep step;
    step.state.hot = encode(folding.hot);
    step.state.cold = folding.cold_changed ? encode(folding.cold) : std::move(state.cold);
    step.verdict = folding.verdict;
    step.cold_changed = folding.cold_changed;
    step.facts = std::move(folding.facts);
    step.deltas = std::move(folding.deltas);
    drop_empty(step.deltas);
    step.unmatched_refunds = folding.unmatched_refunds;
    return step;
}

}  // namespace vitrina::state
