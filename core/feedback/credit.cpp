#include "feedback/credit.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

namespace vitrina::feedback {
namespace {

using LineKey = std::pair<std::string, std::uint32_t>;

struct Returned {
    std::int64_t quantity = 0;
    MoneyMicros money = 0;
};

auto order_of_refund(const Refund& r) { return std::tie(r.transaction_id, r.line, r.event_id, r.quantity, r.money); }

// Which of two versions of a line stays.
auto order_of_version(const OrderLine& l) {
    return std::tie(l.trusted, l.time, l.event_id, l.item_id, l.group_id, l.session, l.quantity, l.money, l.cost);
}

// A repeated refund, by its event and line, counts once: the larger of the two, were they to differ.
std::map<LineKey, Returned> returned(const std::vector<Refund>& refunds) {
    std::map<std::tuple<std::string, std::uint32_t, std::string>, const Refund*> once;
    for (const Refund& refund : refunds) {
        if (refund.provisional) continue;
        const Refund*& kept = once[{refund.transaction_id, refund.line, refund.event_id}];
        if (kept == nullptr || order_of_refund(*kept) < order_of_refund(refund)) kept = &refund;
    }
    std::map<LineKey, Returned> sums;
    for (const auto& [key, refund] : once) {
        Returned& sum = sums[{refund->transaction_id, refund->line}];
        sum.quantity += std::max<std::int64_t>(0, refund->quantity);
        sum.money += std::max<MoneyMicros>(0, refund->money);
    }
    return sums;
}

std::map<LineKey, const OrderLine*> latest(const std::vector<OrderLine>& lines) {
    std::map<LineKey, const OrderLine*> kept;
    for (const OrderLine& line : lines) {
        if (line.provisional) continue;
        const OrderLine*& place = kept[{line.transaction_id, line.line}];
        if (place == nullptr || order_of_version(*place) < order_of_version(line)) place = &line;
    }
    return kept;
}

bool same_thing(const Touch& touch, const OrderLine& line) {
    return touch.item_id == line.item_id || (!line.group_id.empty() && touch.group_id == line.group_id);
}

Credit may_credit(const Rules& rules, const Touch& touch, const OrderLine& line) {
    if (touch.time > line.time) return Credit::none;
    const TimeMs age = line.time - touch.time;
    if (touch.stage == Stage::clicked && age <= rules.click_horizon)
        return same_thing(touch, line)                               ? Credit::click
               : touch.session != 0 && touch.session == line.session ? Credit::halo
                                                                     : Credit::none;
    const bool viewed = rules.view_through && touch.stage == Stage::viewed && age <= rules.view_horizon;
    return viewed && same_thing(touch, line) ? Credit::view : Credit::none;
}

// Any click goes before any view, and that before the halo; then the last; then the item itself before its variant.
auto strength(Credit credit, const Touch& touch, const OrderLine& line) {
    return std::tuple(-static_cast<int>(credit), touch.time, touch.item_id == line.item_id,
                      std::string_view(touch.recommendation_id));
}

void give_credit(const Rules& rules, const std::vector<Touch>& touches, const OrderLine& line, Outcome& outcome) {
    const Touch* best = nullptr;
    for (const Touch& touch : touches) {
        const Credit credit = may_credit(rules, touch, line);
        if (credit == Credit::none) continue;
        if (best != nullptr && strength(outcome.credit, *best, line) >= strength(credit, touch, line)) continue;
        best = &touch;
        outcome.credit = credit;
    }
    if (best != nullptr) outcome.recommendation_id = best->recommendation_id;
}

// The cost of what was given back goes with it, by quantity.
void value(const OrderLine& line, const Returned& back, Outcome& outcome) {
    const std::int64_t bought = std::max<std::int64_t>(0, line.quantity);
    outcome.quantity = bought - std::min(bought, back.quantity);
    outcome.money = line.money - std::min(std::max<MoneyMicros>(0, line.money), back.money);
    if (!line.cost || bought == 0) return;
    const MoneyMicros each = *line.cost / bought;
    const MoneyMicros rest = *line.cost % bought;
    outcome.margin = outcome.money - (each * outcome.quantity + (outcome.quantity == bought ? rest : 0));
}

}  // namespace

std::vector<Outcome> outcomes(const Rules& rules, const std::vector<Touch>& touches,
                              const std::vector<OrderLine>& lines, const std::vector<Refund>& refunds) {
    const auto back = returned(refunds);
    std::vector<Outcome> all;
    for (const auto& [key, line] : latest(lines)) {
        Outcome outcome;
        std::tie(outcome.transaction_id, outcome.line) = key;
        outcome.item_id = line->item_id;
        outcome.rules = rules.version;
        give_credit(rules, touches, *line, outcome);
        const auto found = back.find(key);
        value(*line, found == back.end() ? Returned{} : found->second, outcome);
        all.push_back(std::move(outcome));
    }
    return all;
}

}  // namespace vitrina::feedback
