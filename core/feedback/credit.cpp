#include "feedback/credit.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

namespace vitrina::feedback {
namespace {

using Lines = std::vector<const OrderLine*>;

// A sender who is trusted goes first, his last word before the ones before it; of the others the first word counts.
auto precedence(const OrderLine& line) {
    return std::tuple(line.trusted, line.trusted ? line.time : -line.time, std::string_view(line.event_id));
}

std::uint32_t chunk_of(const OrderLine& line) { return line.line / lines_a_chunk; }

void keep_best(const OrderLine*& kept, const OrderLine& line) {
    if (kept == nullptr || precedence(*kept) < precedence(line)) kept = &line;
}

bool same_event(const OrderLine& a, const OrderLine& b) {
    return a.event_id == b.event_id && a.time == b.time && a.trusted == b.trusted;
}

// An order as it finally stands: of each chunk what the best event said. One that cut it into other chunks goes as a whole.
Lines standing(const Lines& said) {
    const OrderLine* best = nullptr;
    for (const OrderLine* line : said) keep_best(best, *line);
    std::map<std::uint32_t, const OrderLine*> chunks;
    for (const OrderLine* line : said)
        if (line->chunks == best->chunks) keep_best(chunks[chunk_of(*line)], *line);
    std::map<std::uint32_t, const OrderLine*> lines;
    for (const OrderLine* line : said) {
        if (line->chunks != best->chunks || !same_event(*line, *chunks[chunk_of(*line)])) continue;
        const OrderLine*& kept = lines[line->line];
        if (kept == nullptr || *kept < *line) kept = line;
    }
    Lines all;
    for (const auto& [number, line] : lines) all.push_back(line);
    return all;
}

struct Returned {
    bool everything = false;
    std::map<std::string_view, std::int64_t> units;  // by item
};

// A repeated refund, by its event and line, counts once: the larger of the two, were they to differ.
std::map<std::string_view, Returned> returned(const std::vector<Refund>& refunds) {
    std::map<std::tuple<std::string_view, std::string_view, std::uint32_t>, const Refund*> once;
    for (const Refund& refund : refunds) {
        const Refund*& kept = once[{refund.transaction_id, refund.event_id, refund.number}];
        if (kept == nullptr || *kept < refund) kept = &refund;
    }
    std::map<std::string_view, Returned> orders;
    for (const auto& [key, refund] : once) {
        Returned& order = orders[refund->transaction_id];
        order.everything = order.everything || refund->item_id.empty();
        order.units[refund->item_id] += std::max<std::int64_t>(0, refund->quantity);
    }
    return orders;
}

bool same_thing(const Touch& touch, const OrderLine& line) {
    return touch.item_id == line.item_id || (!line.group_id.empty() && touch.group_id == line.group_id);
}

Credit may_credit(const Rules& rules, const Touch& touch, const OrderLine& line, TimeMs ordered) {
    if (touch.time > ordered) return Credit::none;
    const TimeMs age = ordered - touch.time;
    const bool same = same_thing(touch, line);
    if (touch.stage >= Stage::clicked && same && age <= rules.click_horizon) return Credit::click;
    if (touch.stage >= Stage::clicked && !same && age <= rules.halo_horizon) return Credit::halo;
    const bool viewed = rules.view_through && touch.stage == Stage::viewed && age <= rules.view_horizon;
    return viewed && same ? Credit::view : Credit::none;
}

// Any click goes before any view, and that before the halo; then the last; then the item itself before its variant.
auto strength(Credit credit, const Touch& touch, const OrderLine& line) {
    return std::tuple(-static_cast<int>(credit), touch.time, touch.item_id == line.item_id,
                      std::string_view(touch.recommendation_id));
}

void give_credit(const Rules& rules, const std::vector<Touch>& touches, const OrderLine& line, Outcome& outcome) {
    const Touch* best = nullptr;
    for (const Touch& touch : touches) {
        const Credit credit = may_credit(rules, touch, line, outcome.time);
        if (credit == Credit::none) continue;
        if (best != nullptr && strength(outcome.credit, *best, line) >= strength(credit, touch, line)) continue;
        best = &touch;
        outcome.credit = credit;
    }
    if (best == nullptr) return;
    outcome.recommendation_id = best->recommendation_id;
    outcome.touched = best->time;
    outcome.placement = best->placement;
    outcome.variant = best->variant;
    outcome.position = best->position;
    outcome.answered = best->answered;
}

// What was given back is taken from the lines of its item in their order, its money by the share of their units.
void value(const OrderLine& line, Returned* back, Outcome& outcome) {
    const std::int64_t bought = std::max<std::int64_t>(0, line.quantity);
    std::int64_t gone = 0;
    if (back != nullptr && back->everything) {
        gone = bought;
    } else if (back != nullptr) {
        std::int64_t& units = back->units[line.item_id];
        gone = std::min(bought, units);
        units -= gone;
    }
    outcome.quantity = bought - gone;
    const __int128 kept = static_cast<__int128>(line.money) * outcome.quantity;
    outcome.money = bought == 0 ? 0 : static_cast<MoneyMicros>(kept / bought);
}

Outcome outcome_of(const OrderLine& line, TimeMs ordered, std::uint32_t rules) {
    Outcome outcome;
    outcome.transaction_id = line.transaction_id;
    outcome.line = line.line;
    outcome.item_id = line.item_id;
    outcome.currency = line.currency;
    outcome.time = ordered;
    outcome.visitor_id = line.visitor_id;
    outcome.user_id = line.user_id;
    outcome.rules = rules;
    return outcome;
}

}  // namespace

std::string_view name_of(Credit credit) {
    constexpr std::string_view names[] = {"none", "click", "view", "halo"};
    const auto number = static_cast<std::size_t>(credit);
    return number < std::size(names) ? names[number] : "unknown";
}

std::vector<Outcome> outcomes(const Rules& rules, const Records& records) {
    std::map<std::string_view, Lines> orders;
    for (const OrderLine& line : records.lines) orders[line.transaction_id].push_back(&line);
    auto back = returned(records.refunds);
    std::vector<Outcome> all;
    for (const auto& [transaction, said] : orders) {
        const auto found = back.find(transaction);
        // A correction is not bought again.
        const auto first = std::ranges::min_element(said, {}, [](const OrderLine* line) { return line->time; });
        const TimeMs ordered = (*first)->time;
        for (const OrderLine* line : standing(said)) {
            Outcome outcome = outcome_of(*line, ordered, rules.version);
            give_credit(rules, records.touches, *line, outcome);
            value(*line, found == back.end() ? nullptr : &found->second, outcome);
            all.push_back(std::move(outcome));
        }
    }
    return all;
}

}  // namespace vitrina::feedback
