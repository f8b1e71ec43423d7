#include "recommendation/shown_order.hpp"

#include <algorithm>

#include "recommendation/shown_features.hpp"

namespace vitrina::recommendation {

const ranking::Shown* shown_of(const Inquiry& inquiry) {
    const auto& all = inquiry.situation.snapshot.shown;
    const auto found = inquiry.settings.from_shown == 0 ? all.end() : all.find(inquiry.request.placement);
    if (found == all.end()) return nullptr;
    return inquiry.settings.objective == Objective::click ? found->second.clicks.get() : found->second.purchases.get();
}

namespace {

std::vector<Worth> worths_of(const ranking::Shown& shown, const candidates::RankingCandidates& candidates,
                             const Inquiry& inquiry) {
    const std::vector<float> said = shown.said(candidates);
    std::vector<Worth> worths;
    for (std::size_t r = 0; r < said.size(); ++r) worths.push_back({candidates.rows[r], said[r], 1, 1});
    std::ranges::sort(worths, {}, &Worth::number);
    if (pays(inquiry.settings.objective)) say_money(worths, inquiry);
    return worths;
}

}  // namespace

void order_by_shown(Pool& pool, const Inquiry& inquiry, const Rules& rules, candidates::Scratch& scratch) {
    const ranking::Shown* shown = shown_of(inquiry);
    if (shown == nullptr) return;
    std::vector<std::uint32_t> first;
    for (const ranking::Blended& blended : pool.blended)
        if (first.size() < inquiry.settings.from_shown) first.push_back(blended.row);
    const PlacementFeatures& placement = inquiry.situation.snapshot.features.at(inquiry.request.placement);
    pool.shown = worths_of(*shown, features_in(pool, {inquiry, rules, placement}, first, scratch), inquiry);
    std::vector<std::size_t> places;
    std::vector<ranking::Blended> order;
    for (std::size_t place = 0; place < first.size(); ++place) {
        if (find_worth(pool.shown, first[place]) == nullptr) continue;
        places.push_back(place);
        order.push_back(pool.blended[place]);
    }
    const auto value = [&](const ranking::Blended& blended) {
        const Worth* worth = find_worth(pool.shown, blended.row);
        return worth->taken * worth->money;
    };
    std::ranges::stable_sort(order, std::greater{}, value);
    for (std::size_t n = 0; n < places.size(); ++n) {
        order[n].score = pool.blended[places[n]].score;
        pool.blended[places[n]] = order[n];
    }
}

}  // namespace vitrina::recommendation
