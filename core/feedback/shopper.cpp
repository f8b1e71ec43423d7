#include "feedback/shopper.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/signed_text.hpp"
#include "feedback/shopper_layout.hpp"

namespace vitrina::feedback {
namespace {

// Of each kind of record: what it is known by, its time first. Of two with one key the larger stays.
auto key_of(const Touch& touch) {
    return std::tuple(touch.time, std::string_view(touch.recommendation_id), std::string_view(touch.item_id),
                      touch.stage);
}
auto key_of(const OrderLine& line) {
    return std::tuple(line.time, std::string_view(line.transaction_id), line.line, std::string_view(line.event_id));
}
auto key_of(const Refund& refund) {
    return std::tuple(refund.time, std::string_view(refund.transaction_id), std::string_view(refund.event_id),
                      refund.number);
}

// The union; answers those that were not there before.
template <class Record>
std::vector<Record> unite(std::vector<Record>& known, std::vector<Record>&& more) {
    std::vector<Record> added;
    for (Record& record : more) {
        const auto before = [](const Record& a, const Record& b) { return key_of(a) < key_of(b); };
        const auto at = std::lower_bound(known.begin(), known.end(), record, before);
        if (at == known.end() || key_of(record) < key_of(*at)) {
            added.push_back(record);
            known.insert(at, std::move(record));
        } else if (*at < record) {
            added.push_back(record);
            *at = std::move(record);
        }
    }
    return added;
}

template <class Record>
TimeMs newest(const std::vector<Record>& records) {
    return records.empty() ? 0 : records.back().time;
}

template <class Record>
std::size_t forget(std::vector<Record>& records, std::size_t most, TimeMs floor) {
    const auto young =
        std::partition_point(records.begin(), records.end(), [&](const Record& record) { return record.time < floor; });
    const auto first = records.size() > most ? records.end() - static_cast<std::ptrdiff_t>(most) : records.begin();
    const auto kept = std::max(young, first);
    const auto gone = static_cast<std::size_t>(kept - records.begin());
    records.erase(records.begin(), kept);
    return gone;
}

std::size_t forget(Records& records, const ShopperLimits& limits) {
    const TimeMs last = std::max({newest(records.touches), newest(records.lines), newest(records.refunds)});
    const TimeMs floor = last - limits.keep;
    return forget(records.touches, limits.touches, floor) + forget(records.lines, limits.lines, floor) +
           forget(records.refunds, limits.refunds, floor);
}

using Transactions = std::set<std::string_view>;

// The orders whose outcomes may be others with what was added.
Transactions concerned(const Records& all, const Records& added) {
    Transactions transactions;
    for (const OrderLine& line : added.lines) transactions.insert(line.transaction_id);
    for (const Refund& refund : added.refunds) transactions.insert(refund.transaction_id);
    if (added.touches.empty()) return transactions;
    const auto first = std::ranges::min_element(added.touches, {}, &Touch::time);
    for (const OrderLine& line : all.lines)
        if (line.time >= first->time) transactions.insert(line.transaction_id);
    return transactions;
}

using Credited = std::map<std::pair<std::string, std::uint32_t>, Outcome>;

Credited credited(const Records& records, const Transactions& transactions, const Rules& rules) {
    Records some{.touches = records.touches, .lines = {}, .refunds = {}};
    if (some.touches.empty()) return {};
    for (const OrderLine& line : records.lines)
        if (transactions.contains(line.transaction_id)) some.lines.push_back(line);
    for (const Refund& refund : records.refunds)
        if (transactions.contains(refund.transaction_id)) some.refunds.push_back(refund);
    Credited found;
    for (Outcome& outcome : outcomes(rules, some))
        if (outcome.credit != Credit::none) {
            const std::pair key(outcome.transaction_id, outcome.line);
            found.emplace(key, std::move(outcome));
        }
    return found;
}

std::vector<Change> difference(const Claimant& claimant, const Credited& before, Credited&& after) {
    std::vector<Change> changes;
    for (const auto& [key, outcome] : before)
        if (!after.contains(key)) changes.push_back({claimant, key.first, key.second, std::nullopt, outcome});
    for (auto& [key, outcome] : after) {
        const auto known = before.find(key);
        if (known == before.end() || known->second != outcome)
            changes.push_back({claimant, key.first, key.second, std::move(outcome),
                               known == before.end() ? std::nullopt : std::optional(known->second)});
    }
    std::ranges::sort(changes, {}, [](const Change& change) { return std::tie(change.transaction_id, change.line); });
    return changes;
}

// Of what was added, what no limit took at once: it may have been counted and decided when there was still room for it.
template <class Record>
void drop_forgotten(std::vector<Record>& added, const std::vector<Record>& kept) {
    std::erase_if(added, [&](const Record& record) { return kept.empty() || key_of(record) < key_of(kept.front()); });
}

std::vector<Change> changes_by(const Claimant& claimant, const Records& before, const Records& added,
                               const Rules& rules) {
    if (before.touches.empty() && added.touches.empty()) return {};
    Records after = before;
    unite(after.touches, std::vector(added.touches));
    unite(after.lines, std::vector(added.lines));
    unite(after.refunds, std::vector(added.refunds));
    const Transactions transactions = concerned(after, added);
    if (transactions.empty()) return {};
    return difference(claimant, credited(before, transactions, rules), credited(after, transactions, rules));
}

SuccessDelta delta_of(const Touch& touch, std::int32_t position, SuccessCounts counts) {
    const auto day = static_cast<std::int32_t>(touch.answered / day_ms);
    return {item_key(touch.item_id), {day, touch.placement, bucket_of(position)}, counts};
}

// A click counts once an item of an answer, however often it is told; so does a cart. Its position is the largest that was told.
std::int32_t position_among(const std::vector<Touch>& touches, const Touch& like, bool& there) {
    std::int32_t position = -1;
    for (const Touch& touch : touches) {
        if (touch.stage != like.stage || touch.item_id != like.item_id ||
            touch.recommendation_id != like.recommendation_id)
            continue;
        there = true;
        position = std::max(position, touch.position);
    }
    return position;
}

void count_touches(const std::vector<Touch>& before, const std::vector<Touch>& added,
                   std::vector<SuccessDelta>& deltas) {
    std::vector<Touch> seen = before;
    for (const Touch& touch : added) {
        const bool click = touch.stage == Stage::clicked, cart = touch.stage == Stage::carted;
        if (click || cart) {
            bool there = false;
            const std::int32_t position = position_among(seen, touch, there);
            const SuccessCounts one{click, cart, 0}, none{-one.clicks, -one.carts, 0};
            if (!there || touch.position > position) {
                if (there) deltas.push_back(delta_of(touch, position, none));
                deltas.push_back(delta_of(touch, touch.position, one));
            }
        }
        seen.push_back(touch);
    }
}

// What was counted with touches that leave is taken back.
void discount_touches(const std::vector<Touch>& staying, const std::vector<Touch>& leaving,
                      std::vector<SuccessDelta>& deltas) {
    std::vector<SuccessDelta> counted;
    count_touches(staying, leaving, counted);
    for (SuccessDelta& delta : counted) {
        delta.counts = {-delta.counts.clicks, -delta.counts.carts, -delta.counts.purchases};
        deltas.push_back(delta);
    }
}

void count_purchase(const std::optional<Outcome>& outcome, std::int64_t by, std::vector<SuccessDelta>& deltas) {
    if (!outcome || outcome->credit != Credit::click || outcome->quantity == 0) return;
    const auto day = static_cast<std::int32_t>(outcome->answered / day_ms);
    deltas.push_back({item_key(outcome->item_id), {day, outcome->placement, bucket_of(outcome->position)}, {0, 0, by}});
}

void count_purchases(const std::vector<Change>& changes, std::vector<SuccessDelta>& deltas) {
    for (const Change& change : changes) {
        count_purchase(change.before, -1, deltas);
        count_purchase(change.outcome, 1, deltas);
    }
}

// Where records come from: an event, or a visitor who had counted them.
enum class Origin { event, visitor };

struct Adding {
    const Settings& settings;
    Claimant claimant;
    Origin origin = Origin::event;
};

// Into what is open with him, whoever he is; the step's state is left to whoever encodes it.
void add(Shopper& shopper, Records&& records, const Adding& adding, ShopperStep& step) {
    Records& all = shopper.records;
    Records before;  // without touches nothing was credited
    if (!all.touches.empty() || !records.touches.empty()) before = all;
    Records added;
    added.touches = unite(all.touches, std::move(records.touches));
    added.lines = unite(all.lines, std::move(records.lines));
    added.refunds = unite(all.refunds, std::move(records.refunds));
    if (added.empty()) return;
    step.forgotten += forget(all, adding.settings.limits);
    std::vector<Touch> new_touches;  // what travelled was counted when there was room for it
    if (adding.origin == Origin::visitor) new_touches = added.touches;
    drop_forgotten(added.touches, all.touches);
    if (adding.origin == Origin::event) new_touches = added.touches;
    drop_forgotten(added.lines, all.lines);
    drop_forgotten(added.refunds, all.refunds);
    step.changed = step.changed || !added.empty();
    auto changes = changes_by(adding.claimant, before, added, adding.settings.rules);
    count_touches(before.touches, new_touches, step.deltas);
    count_purchases(changes, step.deltas);
    std::ranges::move(changes, std::back_inserter(step.changes));
}

// The records from `since` on leave.
template <class Record>
std::vector<Record> taken(std::vector<Record>& records, TimeMs since) {
    const auto first =
        std::partition_point(records.begin(), records.end(), [&](const Record& record) { return record.time < since; });
    std::vector<Record> gone(std::make_move_iterator(first), std::make_move_iterator(records.end()));
    records.erase(first, records.end());
    return gone;
}

Records taken(Records& records, TimeMs since) {
    return {taken(records.touches, since), taken(records.lines, since), taken(records.refunds, since)};
}

// What was said of lines that leave is left to the user to say.
std::vector<Change> withdrawn(const Claimant& claimant, const Records& records, TimeMs since, const Rules& rules) {
    Transactions leaving;
    for (const OrderLine& line : records.lines)
        if (line.time >= since) leaving.insert(line.transaction_id);
    return leaving.empty() ? std::vector<Change>{} : difference(claimant, credited(records, leaving, rules), {});
}

// Answers since when the visitor's records are now the user's too; nothing where that is as before.
std::optional<TimeMs> log_in(Binding& binding, PersonKey user, TimeMs time) {
    if (!binding.user) {
        binding = {user, 0, 0};
        return 0;
    }
    if (time < std::max(binding.since, binding.until)) return std::nullopt;
    if (binding.user != user) {
        binding = {user, time, 0};
        return std::nullopt;
    }
    if (binding.until == 0) return std::nullopt;
    return std::exchange(binding.until, 0);
}

void log_out(Binding& binding, TimeMs time) {
    if (binding.user && binding.until == 0 && time >= binding.since) binding.until = time;
}

bool belongs(const Binding& binding, TimeMs time) {
    return binding.user && time >= binding.since && (binding.until == 0 || time < binding.until);
}

}  // namespace

Result<VisitorStep> visitor_step(std::string_view state, const event::Event& event, Records records,
                                 const PersonHasher& hasher, const Settings& settings) {
    auto shopper = decode_shopper(state);
    if (!shopper) return std::unexpected(shopper.error());
    Binding& binding = shopper->binding;
    const Binding before = binding;
    const Claimant claimant{true, hasher(event.visitor_id)};
    VisitorStep done;
    ShopperStep& step = done.step;
    UserRecords& leaving = done.for_user;
    if (event.kind == event::EventKind::logout && !event.guest) log_out(binding, event.time);
    const bool names_user = !event.user_id.empty() && !event.guest && event.kind != event::EventKind::logout;
    if (names_user) {
        leaving.user = hasher(event.user_id);
        if (const auto since = log_in(binding, leaving.user, event.time)) {
            step.changes = withdrawn(claimant, shopper->records, *since, settings.rules);
            count_purchases(step.changes, step.deltas);
            leaving.travelled = taken(shopper->records, *since);
            discount_touches(shopper->records.touches, leaving.travelled.touches, step.deltas);
        }
    } else if (belongs(binding, event.time)) {
        leaving.user = binding.user;
    }
    if (leaving.user)
        leaving.records = std::move(records);
    else
        add(*shopper, std::move(records), {settings, claimant}, step);
    step.changed = step.changed || !(binding == before) || !leaving.travelled.empty();
    step.state = step.changed ? encode(*shopper) : std::string(state);
    return done;
}

Result<ShopperStep> user_step(std::string_view state, UserRecords records, const Settings& settings) {
    auto shopper = decode_shopper(state);
    if (!shopper) return std::unexpected(shopper.error());
    const Claimant claimant{false, records.user};
    ShopperStep step;
    add(*shopper, std::move(records.travelled), {settings, claimant, Origin::visitor}, step);
    add(*shopper, std::move(records.records), {settings, claimant}, step);
    step.state = step.changed ? encode(*shopper) : std::string(state);
    return step;
}

std::string outcome_key(const Change& change) {
    std::string key(change.transaction_id);
    key.push_back('\0');  // no id holds one
    append_number(key, change.line, 4);
    key.push_back(change.claimant.visitor ? 'v' : 'u');
    append_number(key, change.claimant.person.high, 8);
    append_number(key, change.claimant.person.low, 8);
    return key;
}

std::string_view line_of(std::string_view key) {
    constexpr std::size_t claimant_bytes = 17;
    return key.substr(0, key.size() - std::min(claimant_bytes, key.size()));
}

}  // namespace vitrina::feedback
