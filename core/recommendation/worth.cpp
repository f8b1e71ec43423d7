#include "recommendation/worth.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "base/money.hpp"
#include "recommendation/pool.hpp"

namespace vitrina::recommendation {

namespace {

// However little or much an item is worth: it is one of several reasons to show it.
constexpr float least = 0.05f, most = 20;

float middle_of(std::vector<float> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

// The first variant in the catalogue; nothing for what the catalogue no longer knows.
std::optional<catalog::Slot> slot_of(std::uint32_t number, const Situation& situation) {
    const auto& slots = situation.catalog.slots_of(candidate_key(number, situation));
    return slots.empty() ? std::nullopt : std::optional(slots.front());
}

std::uint32_t kind_of(std::uint32_t number, const Situation& situation) {
    const auto slot = slot_of(number, situation);
    return slot ? situation.catalog.leaf_category(*slot) : catalog::none;
}

std::optional<float> money_of(std::uint32_t number, const Inquiry& inquiry) {
    const Situation& situation = inquiry.situation;
    const auto slot = slot_of(number, situation);
    if (!slot) return std::nullopt;
    const catalog::Item& item = situation.catalog.item(*slot);
    const auto price = catalog::price_at(item, situation.now);
    const bool margin = inquiry.settings.objective == Objective::margin;
    if (!price || (margin && !item.cost)) return std::nullopt;
    return static_cast<float>(money_number(margin ? *price - *item.cost : *price));
}

void say_factors(std::vector<Worth>& worths, const Situation& situation) {
    std::map<std::uint32_t, std::vector<Worth*>> kinds;
    for (Worth& worth : worths) kinds[kind_of(worth.number, situation)].push_back(&worth);
    for (auto& [kind, of_kind] : kinds) {
        std::vector<float> values;
        for (const Worth* worth : of_kind) values.push_back(worth->taken * worth->money);
        const float middle = middle_of(values);
        for (std::size_t w = 0; w < of_kind.size(); ++w)
            of_kind[w]->factor = middle > 0 ? std::clamp(values[w] / middle, least, most) : 1;
    }
}

}  // namespace

bool pays(Objective objective) { return objective == Objective::revenue || objective == Objective::margin; }

void say_money(std::vector<Worth>& worths, const Inquiry& inquiry) {
    std::vector<float> known;
    std::vector<std::size_t> unknown;
    for (std::size_t w = 0; w < worths.size(); ++w) {
        const auto money = money_of(worths[w].number, inquiry);
        if (money)
            known.push_back(worths[w].money = *money);
        else
            unknown.push_back(w);
    }
    const float middle = known.empty() ? 1 : middle_of(std::move(known));
    for (const std::size_t w : unknown) worths[w].money = middle;
}

std::vector<Worth> worth_of(std::span<const std::uint32_t> numbers, const Inquiry& inquiry) {
    const Snapshot& snapshot = inquiry.situation.snapshot;
    if (inquiry.settings.objective == Objective::click || snapshot.taking == nullptr) return {};
    std::vector<std::uint32_t> rows;
    for (const std::uint32_t number : numbers)
        if (number < snapshot.model->items()) rows.push_back(number);
    if (rows.empty()) return {};
    std::ranges::sort(rows);
    const std::vector<float> taken = snapshot.taking->said(inquiry.person, rows);
    std::vector<Worth> worths;
    for (std::size_t r = 0; r < rows.size(); ++r) worths.push_back({rows[r], taken[r], 1, 1});
    if (pays(inquiry.settings.objective)) say_money(worths, inquiry);
    say_factors(worths, inquiry.situation);
    return worths;
}

const Worth* find_worth(const std::vector<Worth>& worths, std::uint32_t number) {
    const auto found = std::ranges::lower_bound(worths, number, {}, &Worth::number);
    return found != worths.end() && found->number == number ? &*found : nullptr;
}

}  // namespace vitrina::recommendation
