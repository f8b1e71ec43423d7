#include <algorithm>
#include <map>
#include <tuple>

#include "state/visitor_folding.hpp"

namespace vitrina::state {

namespace {

using event::EventItem;

// No line of an order is worth more than 10^11 units of money; sums of absurd lines wrap around as in the item step.
constexpr MoneyMicros revenue_max = 100'000'000'000 * money_unit;

MoneyMicros revenue_of(MoneyMicros price, std::int64_t units) {
    const __int128 revenue = static_cast<__int128>(price) * units;
    return static_cast<MoneyMicros>(std::clamp<__int128>(revenue, -revenue_max, revenue_max));
}

MoneyMicros added(MoneyMicros a, MoneyMicros b) {
    return static_cast<MoneyMicros>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

std::uint32_t kept(const OrderLine& line) { return line.quantity - line.returned; }

bool replaces_whole_order(const OrderPart& part, const event::Event& event) { return part.chunks != event.chunks; }

// Calls visit(part, line) for each line of an order, over all its parts.
template <class Cold, class Visit>
void visit_lines(Cold& cold, std::uint64_t transaction, const Visit& visit) {
    std::size_t line = 0;
    for (const OrderPart& part : cold.parts) {
        const std::size_t end = line + part.lines;
        if (part.transaction == transaction)
            for (std::size_t i = line; i < end; ++i) visit(part, cold.lines[i]);
        line = end;
    }
}

// Units of `item` that are kept in the order `transaction`, over all its parts.
std::uint64_t units_kept(const ColdState& cold, std::uint64_t transaction, ItemKey item) {
    std::uint64_t units = 0;
    visit_lines(cold, transaction, [&](const OrderPart&, const OrderLine& line) {
        if (line.item == item) units += kept(line);
    });
    return units;
}

// Is anything of what the line is about kept in its order?
bool holds(const ColdState& cold, const OrderPart& part, const OrderLine& line) {
    return kept(line) > 0 || units_kept(cold, part.transaction, line.item) > 0;
}

// Changes how many units of a line were returned, and posts what that does to the item where the order was counted.
void set_returned(Folding& folding, const OrderPart& part, OrderLine& line, std::uint32_t returned) {
    const bool emits = (part.flags & part_silent) == 0;
    const bool held = emits && holds(folding.cold, part, line);
    const MoneyMicros revenue = revenue_of(line.price, kept(line));
    const std::int64_t units = kept(line);
    line.returned = returned;
    folding.cold_changed = true;
    if (!emits) return;
    ItemDelta& delta = delta_of(folding, line.item, hour_of(part.time));
    delta.orders += static_cast<int>(holds(folding.cold, part, line)) - static_cast<int>(held);
    delta.units += static_cast<std::int64_t>(kept(line)) - units;
    delta.revenue = added(delta.revenue, revenue_of(line.price, kept(line)) - revenue);
}

void give_up_lines(Folding& folding, std::size_t part_index) {
    ColdState& cold = folding.cold;
    OrderPart& part = cold.parts[part_index];
    const auto begin = cold.lines.begin() + static_cast<std::ptrdiff_t>(first_lines(cold)[part_index]);
    std::vector<PastAction> bought;
    for (auto line = begin; line != begin + part.lines; ++line)
        if (kept(*line) > 0) bought.push_back({part.time, line->item, Action::buy});
    cold.lines.erase(begin, begin + part.lines);
    part.lines = 0;
    part.flags |= part_forgotten;
    keep_in_history(folding, std::move(bought));
}

void keep_within_limits(Folding& folding) {
    ColdState& cold = folding.cold;
    while (cold.parts.size() > folding.limits.orders) {
        give_up_lines(folding, 0);
        cold.parts.erase(cold.parts.begin());
    }
    for (std::size_t p = 0; p < cold.parts.size() && cold.lines.size() > folding.limits.order_lines; ++p)
        give_up_lines(folding, p);
}

using Returned = std::map<ItemKey, std::uint32_t>;  // units, by item

// Takes a part back as if it had never been sent; what had been returned of it is added to `returned`.
void withdraw(Folding& folding, std::size_t part_index, Returned& returned) {
    ColdState& cold = folding.cold;
    const OrderPart part = cold.parts[part_index];
    const std::size_t first = first_lines(cold)[part_index];
    emit_buys(folding, part, first, true);
    for (std::size_t i = first; i < first + part.lines; ++i) {
        OrderLine& line = cold.lines[i];
        if (line.returned > 0) returned[line.item] += line.returned;
        set_returned(folding, part, line, line.quantity);
    }
    const auto begin = cold.lines.begin() + static_cast<std::ptrdiff_t>(first);
    cold.lines.erase(begin, begin + part.lines);
    cold.parts.erase(cold.parts.begin() + static_cast<std::ptrdiff_t>(part_index));
}

OrderPart new_part(const Folding& folding, std::uint64_t transaction) {
    OrderPart part;
    part.transaction = transaction;
    part.event_hash = folding.event_hash;
    part.time = folding.event.time;
    part.user_high = folding.user.high;
    part.user_low = folding.user.low;
    part.lines = static_cast<std::uint16_t>(folding.event.items.size());
    part.chunk = static_cast<std::uint16_t>(folding.event.chunk);
    part.chunks = static_cast<std::uint16_t>(folding.event.chunks);
    part.flags = folding.silent ? part_silent : 0;
    return part;
}

void add_part(Folding& folding, std::uint64_t transaction) {
    ColdState& cold = folding.cold;
    const OrderPart part = new_part(folding, transaction);
    const auto older = [](const OrderPart& a, const OrderPart& b) {
        return std::tuple(a.time, a.event_hash) < std::tuple(b.time, b.event_hash);
    };
    const auto at = std::upper_bound(cold.parts.begin(), cold.parts.end(), part, older);
    const std::size_t first = first_lines(cold)[static_cast<std::size_t>(at - cold.parts.begin())];
    cold.parts.insert(at, part);
    std::vector<OrderLine> lines;
    for (const EventItem& item : folding.event.items)
        lines.push_back({item_key(item.item_id), item.price.value_or(0), item.quantity, item.quantity,
                         static_cast<std::uint16_t>(lines.size())});
    cold.lines.insert(cold.lines.begin() + static_cast<std::ptrdiff_t>(first), lines.begin(), lines.end());
    // A line begins as returned and is then kept: one way to count what an order is worth.
    std::vector<ItemKey> window = session_window(folding.hot);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        set_returned(folding, part, cold.lines[first + i], 0);
        if (!folding.silent) add_neighbours(delta_of(folding, lines[i].item, hour_of(part.time)), window);
        slide(window, lines[i].item);
    }
    emit_buys(folding, part, first, false);
    folding.cold_changed = true;
}

// What an order got back stays with it when its lines are replaced: on the new lines as far as they reach, the rest as lines
// that were bought and returned in full, for a later replacement.
void return_again(Folding& folding, std::uint64_t transaction, const Returned& returned) {
    ColdState& cold = folding.cold;
    for (const auto& [item, units] : returned) {
        std::uint32_t left = units;
        visit_lines(cold, transaction, [&](const OrderPart& part, OrderLine& line) {
            if (line.item != item) return;
            const std::uint32_t taken = std::min(left, kept(line));
            if (taken > 0) set_returned(folding, part, line, line.returned + taken);
            left -= taken;
        });
        if (left == 0) continue;
        const auto is_it = [&](const OrderPart& part) { return part.transaction == transaction; };
        const auto part = std::find_if(cold.parts.begin(), cold.parts.end(), is_it);
        const std::size_t end = first_lines(cold)[static_cast<std::size_t>(part - cold.parts.begin()) + 1];
        cold.lines.insert(cold.lines.begin() + static_cast<std::ptrdiff_t>(end), {item, 0, left, left, part->lines});
        ++part->lines;
    }
}

// Are the parts that a second purchase would replace all known well enough to take them back?
bool may_replace(const Folding& folding, std::uint64_t transaction) {
    if (!folding.event.trusted) return false;
    return std::none_of(folding.cold.parts.begin(), folding.cold.parts.end(), [&](const OrderPart& part) {
        return part.transaction == transaction && (part.flags & part_forgotten) != 0;
    });
}

bool is_affected(const OrderPart& part, const event::Event& event, std::uint64_t transaction) {
    return part.transaction == transaction && (part.chunk == event.chunk || replaces_whole_order(part, event));
}

void emit_refund(Folding& folding, const OrderPart& part, const OrderLine& line, std::uint32_t quantity) {
    const PersonKey user{part.user_high, part.user_low};
    if (!user || (part.flags & part_silent) != 0) return;
    Fact fact;
    fact.user = user;
    fact.time = folding.event.time;
    fact.event_hash = folding.event_hash;
    fact.transaction_hash = part.transaction;
    fact.item = line.item;
    fact.price = line.price;
    fact.quantity = quantity;
    fact.line = static_cast<std::uint16_t>(folding.facts.size());
    fact.action = Action::refund;
    folding.facts.push_back(fact);
}

// Returns up to `quantity` units of a line to its order; answers how many.
std::uint32_t take_back(Folding& folding, const OrderPart& part, OrderLine& line, std::uint64_t quantity) {
    const auto taken = static_cast<std::uint32_t>(std::min<std::uint64_t>(quantity, kept(line)));
    if (taken == 0) return 0;
    set_returned(folding, part, line, line.returned + taken);
    emit_refund(folding, part, line, taken);
    return taken;
}

// Answers how many units of `item` the order `transaction` did not hold any more.
std::uint64_t take_back(Folding& folding, std::uint64_t transaction, ItemKey item, std::uint64_t quantity) {
    visit_lines(folding.cold, transaction, [&](const OrderPart& part, OrderLine& line) {
        if (line.item == item) quantity -= take_back(folding, part, line, quantity);
    });
    return quantity;
}

void take_back_everything(Folding& folding, std::uint64_t transaction) {
    visit_lines(folding.cold, transaction,
                [&](const OrderPart& part, OrderLine& line) { take_back(folding, part, line, kept(line)); });
}

void refund_order(Folding& folding, std::uint64_t transaction) {
    const auto& parts = folding.cold.parts;
    const auto is_it = [&](const OrderPart& part) { return part.transaction == transaction; };
    const std::vector<EventItem>& items = folding.event.items;
    if (std::none_of(parts.begin(), parts.end(), is_it)) {
        folding.unmatched_refunds += static_cast<std::uint32_t>(std::max<std::size_t>(1, items.size()));
        return;
    }
    if (items.empty()) return take_back_everything(folding, transaction);
    for (const EventItem& item : items)
        if (take_back(folding, transaction, item_key(item.item_id), item.quantity) > 0) ++folding.unmatched_refunds;
}

// On a device of several people nobody returns what another one bought.
bool may_be_of(const OrderPart& part, PersonKey user) {
    const PersonKey buyer{part.user_high, part.user_low};
    return !buyer || !user || buyer == user;
}

void refund_latest(Folding& folding, const EventItem& item) {
    const ItemKey key = item_key(item.item_id);
    const auto& parts = folding.cold.parts;
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
        if (part->time > folding.event.time || !may_be_of(*part, folding.user) ||
            units_kept(folding.cold, part->transaction, key) < item.quantity)
            continue;
        take_back(folding, part->transaction, key, item.quantity);
        return;
    }
    ++folding.unmatched_refunds;
}

}  // namespace

std::vector<std::size_t> first_lines(const ColdState& cold) {
    std::vector<std::size_t> first{0};
    for (const OrderPart& part : cold.parts) first.push_back(first.back() + part.lines);
    return first;
}

void emit_buys(Folding& folding, const OrderPart& part, std::size_t first_line, bool withdrawn) {
    const PersonKey user{part.user_high, part.user_low};
    if (!user || (part.flags & part_silent) != 0) return;
    for (std::size_t i = first_line; i < first_line + part.lines; ++i) {
        const OrderLine& line = folding.cold.lines[i];
        Fact fact;
        fact.user = user;
        fact.time = part.time;
        fact.event_hash = part.event_hash;
        fact.transaction_hash = part.transaction;
        fact.item = line.item;
        fact.price = line.price;
        fact.quantity = line.quantity;
        fact.line = line.line;
        fact.action = Action::buy;
        fact.withdrawn = withdrawn;
        folding.facts.push_back(fact);
    }
}

void fold_purchase(Folding& folding) {
    const event::Event& event = folding.event;
    ensure(event.items.size() <= layout_rows_max && event.chunk < event.chunks && event.chunks <= layout_rows_max,
           "an order has more lines or chunks than validation lets through");
    const std::uint64_t transaction =
        event.transaction_id.empty() ? folding.event_hash : text_hash(event.transaction_id);
    std::vector<OrderPart>& parts = folding.cold.parts;
    const auto affected = [&](const OrderPart& part) { return is_affected(part, event, transaction); };
    Returned returned;
    const bool known =
        std::any_of(parts.begin(), parts.end(), [&](const auto& part) { return part.transaction == transaction; });
    if (std::any_of(parts.begin(), parts.end(), affected)) {
        if (!may_replace(folding, transaction)) {
            folding.verdict = Verdict::unchanged;
            return;
        }
        for (std::size_t p = parts.size(); p-- > 0;)
            if (affected(parts[p])) {
                if (!folding.user && !event.guest) folding.user = {parts[p].user_high, parts[p].user_low};
                withdraw(folding, p, returned);
            }
    }
    if (!known) ++folding.hot.fixed.orders;
    add_part(folding, transaction);
    return_again(folding, transaction, returned);
    keep_within_limits(folding);
}

void fold_refund(Folding& folding) {
    if (!folding.event.transaction_id.empty()) return refund_order(folding, text_hash(folding.event.transaction_id));
    for (const EventItem& item : folding.event.items) refund_latest(folding, item);
}

}  // namespace vitrina::state
