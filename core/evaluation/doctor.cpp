#include "evaluation/doctor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/keys.hpp"
#include "evaluation/doctor_state.hpp"

namespace vitrina::evaluation {
namespace {

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) { return a * 0x9e3779b97f4a7c15ull ^ (b + (a >> 29)); }

// 1970-01-01 was a Thursday; Monday is 0.
std::size_t weekday_of(std::int32_t day) { return static_cast<std::size_t>(((day + 3) % 7 + 7) % 7); }

}  // namespace

struct Doctor::Impl {
    Observed seen;

    // The entry of a key, or nothing where no more can be remembered.
    template <class Map>
    auto* remember(Map& map, std::uint64_t key) {
        const auto found = map.find(key);
        if (found != map.end()) return &found->second;
        if (map.size() >= seen.limits.remembered) {
            seen.counts.partial = true;
            return static_cast<typename Map::mapped_type*>(nullptr);
        }
        return &map[key];
    }

    // True where the key is new.
    bool first(std::unordered_set<std::uint64_t>& set, std::uint64_t key) {
        if (set.size() < seen.limits.remembered) return set.insert(key).second;
        seen.counts.partial = true;
        return !set.contains(key);
    }

    void see_time(const event::Event& event) {
        DoctorReport& counts = seen.counts;
        counts.first = counts.first == 0 ? event.time : std::min(counts.first, event.time);
        counts.last = std::max(counts.last, event.time);
        const std::int32_t day = day_of(event.time);
        if (++seen.days[day] == 1) {
            ++counts.days_with_events;
            ++seen.weekdays[weekday_of(day)];
        }
        if (event.time % day_ms == 0) ++seen.midnight;
        // Exactly at the limit: the sender's clock was ahead and the time was clamped.
        if (event.time == event.received_at + 5 * minute_ms)
            seen.clamped.add(seen.limits.examples, event.visitor_id + " at " + iso_time(event.time));
    }

    void see_visitor(const event::Event& event) {
        SeenPerson* person = remember(seen.visitors, text_hash(event.visitor_id));
        if (person == nullptr) return;
        const std::int32_t hour = hour_of(event.time);
        if (person->last == 0) person->first_day = day_of(event.time);
        person->returned = person->returned || day_of(event.time) != person->first_day;
        if (person->last - event.time > hour_ms)
            seen.backwards.add(seen.limits.examples, fmt::format("{}: {} after {}", event.visitor_id,
                                                                 iso_time(event.time), iso_time(person->last)));
        person->last = std::max(person->last, event.time);
        person->in_hour = hour == person->hour ? person->in_hour + 1 : 1;
        person->hour = hour;
        person->most_in_hour = std::max(person->most_in_hour, person->in_hour);
        if (person->most_in_hour > seen.limits.bot_events_an_hour && person->id.empty()) person->id = event.visitor_id;
    }

    void see_people(const event::Event& event) {
        if (!event.guest) see_visitor(event);
        if (!event.user_id.empty()) first(seen.users, text_hash(event.user_id));
        if (!event.user_id.empty()) ++seen.with_user;
        if (event.bot) seen.flagged_bots.add(seen.limits.examples, event.visitor_id);
    }

    void see_lines(const event::Event& event) {
        const bool money = event.kind == event::EventKind::purchase;
        for (const event::EventItem& line : event.items) {
            ++seen.lines;
            SeenItem* item = remember(seen.items, static_cast<std::uint64_t>(item_key(line.item_id)));
            if (item != nullptr) {
                ++item->lines;
                if (!item->in_catalog) item->id = line.item_id;
            }
            if (money && line.price.value_or(0) == 0)
                seen.unpriced_lines.add(seen.limits.examples, event.transaction_id + ": " + line.item_id);
            if (money && item != nullptr) see_price(event, line, *item);
        }
    }

    void see_price(const event::Event& event, const event::EventItem& line, const SeenItem& item) {
        if (line.price.value_or(0) <= 0 || item.price <= 0) return;
        const double ratio = static_cast<double>(*line.price) / static_cast<double>(item.price);
        if (ratio > seen.limits.price_ratio || ratio < 1 / seen.limits.price_ratio)
            seen.far_prices.add(seen.limits.examples,
                                fmt::format("{}: {} at {}, in the catalogue {}", event.transaction_id, line.item_id,
                                            money_text(*line.price), money_text(item.price)));
    }

    static double value_of_lines(const event::Event& event) {
        double value = 0;
        for (const event::EventItem& line : event.items) value += money_number(line.price.value_or(0)) * line.quantity;
        return value;
    }

    void see_purchase(const event::Event& event) {
        const double lines = value_of_lines(event);
        const bool priced = std::ranges::all_of(event.items, [](const auto& line) { return line.price.has_value(); });
        const double said = money_number(event.value.value_or(0)),
                     discounted = lines - money_number(event.order_discount.value_or(0));
        const double allowed = .011 + seen.limits.money_tolerance * lines;
        if (event.value && priced && std::abs(said - lines) > allowed && std::abs(said - discounted) > allowed)
            seen.value_differs.add(seen.limits.examples, fmt::format("{}: value {}, lines {:.2f}", event.transaction_id,
                                                                     money_text(*event.value), lines));
        const std::uint64_t key = text_hash(event.transaction_id);
        const bool known = seen.orders.contains(key);
        MoneyMicros* order = remember(seen.orders, key);
        if (known && event.chunk == 0)
            seen.orders_twice.add(seen.limits.examples, event.transaction_id);
        else if (event.chunk == 0)
            count_order(event);
        if (known && event.chunk == 0) return;  // sent again, maybe by somebody else: not bought again
        const auto worth = static_cast<MoneyMicros>(std::llround(lines * static_cast<double>(money_unit)));
        seen.counts.order_lines += event.items.size();
        seen.counts.revenue[event.currency] += worth;
        if (order != nullptr) *order += worth;
        see_bought(event);
    }

    void count_order(const event::Event& event) {
        ++seen.counts.orders;
        if (event.guest) ++seen.counts.guest_orders;
    }

    static std::uint64_t person_of(const event::Event& event) {
        return text_hash(event.user_id.empty() ? event.visitor_id : event.user_id);
    }

    void see_bought(const event::Event& event) {
        const std::uint64_t person = person_of(event);
        for (const event::EventItem& line : event.items)
            if (auto* units =
                    remember(seen.unreturned, mixed(person, static_cast<std::uint64_t>(item_key(line.item_id)))))
                *units += line.quantity;
    }

    void see_refund(const event::Event& event) {
        if (event.chunk == 0) ++seen.counts.refunds;
        if (!event.transaction_id.empty()) {
            if (!seen.orders.contains(text_hash(event.transaction_id)))
                seen.unmatched_refunds.add(seen.limits.examples, "order " + event.transaction_id + " is not known");
            return;
        }
        const std::uint64_t person = person_of(event);
        for (const event::EventItem& line : event.items) {
            const auto bought = seen.unreturned.find(mixed(person, static_cast<std::uint64_t>(item_key(line.item_id))));
            if (bought != seen.unreturned.end() && bought->second >= line.quantity)
                bought->second -= line.quantity;
            else
                seen.unmatched_refunds.add(seen.limits.examples, fmt::format("{} gave back {} × {}", event.visitor_id,
                                                                             line.quantity, line.item_id));
        }
    }
};

Doctor::Doctor(TimeMs now, const DoctorLimits& limits) : impl_(std::make_unique<Impl>()) {
    impl_->seen.now = now;
    impl_->seen.limits = limits;
}
Doctor::~Doctor() = default;
Doctor::Doctor(Doctor&&) noexcept = default;

void Doctor::add(const event::Event& event) {
    Observed& seen = impl_->seen;
    if (!impl_->first(seen.event_ids, mixed(text_hash(event.visitor_id), text_hash(event.event_id)))) {
        seen.duplicates.add(seen.limits.examples, event.event_id);
        return;
    }
    ++seen.counts.events;
    ++seen.counts.kinds[std::string(event::name_of(event.kind))];
    impl_->see_time(event);
    impl_->see_people(event);
    if (event.provisional) {
        if (event.kind == event::EventKind::purchase) impl_->first(seen.provisional, text_hash(event.transaction_id));
        return;
    }
    impl_->see_lines(event);
    if (event.kind == event::EventKind::purchase) impl_->see_purchase(event);
    if (event.kind == event::EventKind::refund) impl_->see_refund(event);
}

void Doctor::add(const catalog::Item& item) {
    Observed& seen = impl_->seen;
    ++seen.counts.catalog_items;
    if (item.title.empty()) seen.untitled.add(seen.limits.examples, item.item_id);
    if (item.categories.empty()) seen.uncategorised.add(seen.limits.examples, item.item_id);
    const bool priced = item.price.value_or(0) > 0;
    if (!priced) seen.unpriced_items.add(seen.limits.examples, item.item_id);
    SeenItem* known = impl_->remember(seen.items, static_cast<std::uint64_t>(item_key(item.item_id)));
    if (known == nullptr) return;
    known->in_catalog = true;
    known->priced = priced;
    known->price = item.price.value_or(0);
}

DoctorReport Doctor::report() const {
    const Observed& seen = impl_->seen;
    DoctorReport report = seen.counts;
    report.visitors = seen.visitors.size();
    report.users = seen.users.size();
    report.items_seen = static_cast<std::uint64_t>(
        std::ranges::count_if(seen.items, [](const auto& item) { return item.second.lines > 0; }));
    report.returners = static_cast<std::uint64_t>(
        std::ranges::count_if(seen.visitors, [](const auto& person) { return person.second.returned; }));
    judge_amount(seen, report.findings);
    judge_time(seen, report.findings);
    judge_people(seen, report.findings);
    judge_items(seen, report.findings);
    judge_money(seen, report.findings);
    std::ranges::stable_sort(report.findings, [](const Finding& a, const Finding& b) {
        return a.severity != b.severity ? a.severity > b.severity : a.code < b.code;
    });
    return report;
}

bool DoctorReport::fit() const {
    return std::ranges::none_of(findings, [](const Finding& finding) { return finding.severity == Severity::serious; });
}

std::string_view name_of(Severity severity) {
    switch (severity) {
        case Severity::note: return "note";
        case Severity::warning: return "warning";
        case Severity::serious: return "serious";
    }
    return "";
}

}  // namespace vitrina::evaluation
