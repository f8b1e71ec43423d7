#include "recommendation/selection.hpp"

#include <algorithm>
#include <string>

namespace vitrina::recommendation {

namespace {

constexpr std::size_t trace_max = 500;

// The rule that gives way last names what was held back.
std::string_view name_of(std::uint8_t broken) {
    if ((broken & own_past) != 0) return "not_of_own_past";
    if ((broken & category) != 0) return "other_category";
    return (broken & recently_bought) != 0 ? "recently_bought" : "diversity";
}

}  // namespace

void Selection::offer(Pick pick) {
    if (full() || !offered_.insert(pick.key).second) return;
    std::string_view why;
    const auto slot = rules_.variant(pick.key, why);
    if (!slot) {
        const auto& slots = inquiry_.situation.catalog.slots_of(pick.key);
        trace(slots.empty() ? catalog::none : slots.front(), why);
        return;
    }
    pick.slot = *slot;
    const std::uint8_t rules = broken(pick);
    if (rules == 0) return take(pick);
    held_.push_back({pick, rules});
    trace(pick.slot, name_of(rules));
}

void Selection::relax(std::uint8_t relaxed, std::string_view rule) {
    bool used = false;
    std::vector<Held> still;
    for (const Held& held : held_) {
        if (full() || (held.broken & ~relaxed) != 0) {
            still.push_back(held);
            continue;
        }
        take(held.pick);
        used = true;
    }
    held_ = std::move(still);
    if (used && inquiry_.request.explain) trace_.push_back({"", "relaxed:" + std::string(rule)});
}

void Selection::leave_own_past() {
    binding_ &= static_cast<std::uint8_t>(~own_past);
    for (Held& held : held_) held.broken &= binding_;
}

std::optional<Pick> Selection::instead(std::size_t place, Pick pick) const {
    if (std::ranges::find(picks_, pick.key, &Pick::key) != picks_.end()) return std::nullopt;
    std::string_view why;
    const auto slot = rules_.variant(pick.key, why);
    if (!slot) return std::nullopt;
    pick.slot = *slot;
    return broken(pick, &picks_[place]) == 0 ? std::optional(pick) : std::nullopt;
}

void Selection::replace(std::size_t place, const Pick& pick) {
    if (const auto left = taken_of_class_.find(diversity_class(picks_[place].slot)); left != taken_of_class_.end())
        --left->second;
    if (const std::uint32_t of_class = diversity_class(pick.slot); of_class != catalog::none)
        ++taken_of_class_[of_class];
    picks_[place] = pick;
}

std::uint8_t Selection::broken(const Pick& pick, const Pick* leaving) const {
    std::uint8_t rules = 0;
    if (rules_.outside_of_own_past(pick.key)) rules |= own_past;
    if (rules_.outside_of_category(pick.slot)) rules |= category;
    if (rules_.recently_bought(pick.key)) rules |= recently_bought;
    const std::size_t most = inquiry_.settings.diversity.most;
    const std::uint32_t of_class = diversity_class(pick.slot);
    if (most > 0 && !inquiry_.request.listing && of_class != catalog::none) {
        const auto taken = taken_of_class_.find(of_class);
        const std::size_t leaves = leaving != nullptr && diversity_class(leaving->slot) == of_class ? 1 : 0;
        if (taken != taken_of_class_.end() && taken->second >= most + leaves) rules |= diversity;
    }
    return rules & binding_;
}

std::uint32_t Selection::diversity_class(catalog::Slot slot) const {
    const catalog::Catalog& catalog = inquiry_.situation.catalog;
    if (inquiry_.settings.diversity.by == "category") return catalog.leaf_category(slot);
    if (inquiry_.settings.diversity.by == "brand") return catalog.brand(slot);
    return catalog::none;
}

void Selection::take(const Pick& pick) {
    picks_.push_back(pick);
    if (const std::uint32_t of_class = diversity_class(pick.slot); of_class != catalog::none)
        ++taken_of_class_[of_class];
}

void Selection::trace(catalog::Slot slot, std::string_view rule) {
    if (!inquiry_.request.explain || slot == catalog::none || trace_.size() >= trace_max) return;
    trace_.push_back({inquiry_.situation.catalog.item(slot).item_id, std::string(rule)});
}

}  // namespace vitrina::recommendation
