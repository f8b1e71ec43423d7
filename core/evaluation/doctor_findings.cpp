#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "evaluation/doctor_state.hpp"

namespace vitrina::evaluation {
namespace {

constexpr std::array<std::string_view, 7> weekday_names = {"Mondays", "Tuesdays",  "Wednesdays", "Thursdays",
                                                           "Fridays", "Saturdays", "Sundays"};

double share(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// By how much of the whole it is: under `warning` a note, under `serious` a warning.
Severity by_share(double part, double warning, double serious) {
    return part >= serious ? Severity::serious : part >= warning ? Severity::warning : Severity::note;
}

std::string day_text(std::int32_t day) { return iso_time(day * day_ms).substr(0, 10); }

bool ever(const Observed& observed, event::EventKind kind) {
    return observed.counts.kinds.contains(std::string(event::name_of(kind)));
}

struct Missing {
    event::EventKind kind;
    const char* code;
    Severity severity;
    const char* costs;
    const char* remedy;
};

constexpr std::array<Missing, 4> missing_kinds = {{
    {event::EventKind::view_item, "no_views", Severity::warning,
     "product pages learn from orders only; interest that ends without an order is invisible; substitutes cannot be "
     "told from complements",
     "send view_item for each product page"},
    {event::EventKind::add_to_cart, "no_carts", Severity::warning,
     "cart placements learn from orders only; abandoned carts are invisible", "send add_to_cart and remove_from_cart"},
    {event::EventKind::purchase, "no_purchases", Severity::serious,
     "nothing says what sells: no buy_again, no add-ons, no revenue, no measurement of success",
     "send purchase from the server, or import past orders"},
    {event::EventKind::search, "no_searches", Severity::note, "what people look for in words is unknown",
     "send search with search_term"},
}};

}  // namespace

void judge_amount(const Observed& observed, std::vector<Finding>& findings) {
    const DoctorReport& counts = observed.counts;
    if (counts.events < observed.limits.few_events)
        findings.push_back({"few_events",
                            Severity::serious,
                            counts.events,
                            fmt::format("there are only {} events", counts.events),
                            "models learn noise; answers fall back to the catalogue and to bestsellers",
                            "import past orders (vitrina import), or wait",
                            {}});
    for (const Missing& missing : missing_kinds)
        if (counts.events > 0 && !ever(observed, missing.kind))
            findings.push_back({missing.code,
                                missing.severity,
                                0,
                                fmt::format("{} never comes", event::name_of(missing.kind)),
                                missing.costs,
                                missing.remedy,
                                {}});
    if (observed.duplicates.count > 0)
        findings.push_back(
            {"duplicate_events", by_share(share(observed.duplicates.count, counts.events), .2, 2),
             observed.duplicates.count, fmt::format("{} events came more than once", observed.duplicates.count),
             "nothing: they are counted once", "nothing, unless it is most of them: then look at the sender's retries",
             observed.duplicates.examples});
}

// Long because each finding brings its texts.
void judge_time(const Observed& observed, std::vector<Finding>& findings) {
    const DoctorReport& counts = observed.counts;
    if (counts.events == 0) return;
    std::vector<std::string_view> closed;
    for (std::size_t day = 0; day < 7; ++day)
        if (observed.weekdays[day] == 0 && observed.days.rbegin()->first - observed.days.begin()->first >= 28)
            closed.push_back(weekday_names[day]);
    if (!closed.empty())
        findings.push_back({"closed_days",
                            Severity::note,
                            closed.size(),
                            fmt::format("no event ever comes on {}", fmt::join(closed, ", ")),
                            "nothing, if the shop is closed then",
                            "if it is not: find out what is not sent on those days",
                            {}});
    Tally gaps;
    std::int32_t before = observed.days.begin()->first;
    for (const auto& [day, events] : observed.days) {
        if (day - before - 1 >= observed.limits.gap_days)
            gaps.add(observed.limits.examples,
                     fmt::format("{} … {} ({} days)", day_text(before + 1), day_text(day - 1), day - before - 1));
        before = day;
    }
    if (gaps.count > 0)
        findings.push_back(
            {"gap", Severity::warning, gaps.count,
             fmt::format("on {} occasions there is no event for {} days or more", gaps.count, observed.limits.gap_days),
             "trends and buy-again times are distorted around them",
             "import what is missing, or know that the shop was closed", gaps.examples});
    if (observed.now - counts.last > observed.limits.stale_after_ms)
        findings.push_back({"stale",
                            Severity::warning,
                            static_cast<std::uint64_t>((observed.now - counts.last) / day_ms),
                            fmt::format("the newest event is of {}, {} days ago", day_text(day_of(counts.last)),
                                        (observed.now - counts.last) / day_ms),
                            "trending and new show what was, recent popularity is none",
                            "import newer data, or connect the shop",
                            {}});
    const double midnight = share(observed.midnight, counts.events);
    if (midnight > .5)
        findings.push_back({"no_time_of_day",
                            Severity::warning,
                            observed.midnight,
                            fmt::format("{:.0f} % of the events happen at midnight to the millisecond", 100 * midnight),
                            "the order within a day is unknown; what follows what is learned from days only",
                            "send times, not dates",
                            {}});
    if (observed.clamped.count > 0)
        findings.push_back({"clock_ahead", by_share(share(observed.clamped.count, counts.events), .01, .5),
                            observed.clamped.count,
                            fmt::format("{} events came from a clock that runs ahead", observed.clamped.count),
                            "they count as of their arrival; their order within a session is lost",
                            "send the server's time, or UTC", observed.clamped.examples});
    if (observed.backwards.count > 0)
        findings.push_back(
            {"clock_jumps", by_share(share(observed.backwards.count, counts.events), .02, .5), observed.backwards.count,
             fmt::format("{} events are more than an hour older than one that the visitor sent before",
                         observed.backwards.count),
             "very late ones reach models only, not the running session",
             "send events as they happen; import old files before new ones", observed.backwards.examples});
}

void judge_people(const Observed& observed, std::vector<Finding>& findings) {
    const DoctorReport& counts = observed.counts;
    if (counts.events == 0) return;
    Tally bots;
    std::uint64_t returners = 0;
    for (const auto& [key, person] : observed.visitors) {
        if (person.returned) ++returners;
        if (!person.id.empty())
            bots.add(SIZE_MAX, fmt::format("{} ({} events in an hour)", person.id, person.most_in_hour));
    }
    // The order of a hash table must not show.
    std::ranges::sort(bots.examples);
    bots.examples.resize(std::min(bots.examples.size(), observed.limits.examples));
    if (bots.count > 0)
        findings.push_back({"bots", Severity::warning, bots.count,
                            fmt::format("{} visitors send more than {} events in an hour", bots.count,
                                        observed.limits.bot_events_an_hour),
                            "they would teach what no person does; they are answered and left out of learning",
                            "filter them before sending, or mark them", bots.examples});
    if (observed.flagged_bots.count > 0)
        findings.push_back({"known_bots", Severity::note, observed.flagged_bots.count,
                            fmt::format("{} events are of known crawlers", observed.flagged_bots.count),
                            "nothing: they are left out of learning", "nothing", observed.flagged_bots.examples});
    if (returners < observed.limits.few_returners)
        findings.push_back({"few_returners",
                            Severity::warning,
                            returners,
                            fmt::format("only {} people came on two days", returners),
                            "long-term taste and buy_again cannot be learned; sessions and bestsellers still can",
                            "send a visitor_id that lives longer than a session, and user_id at log-in",
                            {}});
    const double guests = share(counts.guest_orders, counts.orders);
    if (guests > .05)
        findings.push_back({"guests",
                            by_share(guests, .5, 2),
                            counts.guest_orders,
                            fmt::format("{:.0f} % of the orders have no customer", 100 * guests),
                            "their baskets teach what goes together; nobody's taste is learned from them",
                            "send the visitor's cookie or the account with orders",
                            {}});
    if (counts.orders > 0 && observed.with_user == 0)
        findings.push_back({"no_users",
                            Severity::warning,
                            0,
                            "no event has a user_id",
                            "a person on two devices is two persons",
                            "send user_id from log-in on",
                            {}});
}

// Long because each finding brings its texts.
void judge_items(const Observed& observed, std::vector<Finding>& findings) {
    const DoctorReport& counts = observed.counts;
    Tally unknown;
    std::uint64_t unknown_lines = 0, rare = 0, seen = 0, idle = 0;
    for (const auto& [key, item] : observed.items) {
        if (item.lines > 0 && !item.in_catalog) {
            unknown.add(SIZE_MAX, item.id);
            unknown_lines += item.lines;
        }
        if (item.lines > 0) ++seen;
        if (item.lines > 0 && item.lines < 5) ++rare;
        if (item.lines == 0 && item.in_catalog) ++idle;
    }
    std::ranges::sort(unknown.examples);
    unknown.examples.resize(std::min(unknown.examples.size(), observed.limits.examples));
    if (counts.events > 0 && counts.catalog_items == 0)
        findings.push_back({"no_catalog",
                            Severity::serious,
                            0,
                            "the catalogue is empty",
                            "nothing can be shown: no title, price or stock is known",
                            "import items (vitrina import --as items)",
                            {}});
    else if (unknown.count > 0)
        findings.push_back({"unknown_items", by_share(share(unknown_lines, observed.lines), .01, .3), unknown.count,
                            fmt::format("{} items of events are not in the catalogue ({:.1f} % of the lines)",
                                        unknown.count, 100 * share(unknown_lines, observed.lines)),
                            "they are learned from and never shown",
                            "import them, or check that events and catalogue use the same ids", unknown.examples});
    if (observed.unpriced_items.count > 0)
        findings.push_back({"unpriced_items",
                            by_share(share(observed.unpriced_items.count, counts.catalog_items), .05, 2),
                            observed.unpriced_items.count,
                            fmt::format("{} items of the catalogue have no price", observed.unpriced_items.count),
                            "filters by price leave them out; expected revenue cannot be ranked by",
                            "send price and currency with the items", observed.unpriced_items.examples});
    if (observed.untitled.count > 0)
        findings.push_back({"untitled_items", by_share(share(observed.untitled.count, counts.catalog_items), .05, 2),
                            observed.untitled.count,
                            fmt::format("{} items of the catalogue have no title", observed.untitled.count),
                            "nothing is known of them before somebody buys them; reasons cannot name them",
                            "send title with the items", observed.untitled.examples});
    if (counts.catalog_items > 0 && observed.uncategorised.count * 2 > counts.catalog_items)
        findings.push_back({"uncategorised_items",
                            Severity::note,
                            observed.uncategorised.count,
                            fmt::format("{} items of the catalogue have no category", observed.uncategorised.count),
                            "diversity by category, substitutes and new items lean on titles alone",
                            "send categories with the items",
                            {}});
    if (seen > 0 && share(rare, seen) > .5)
        findings.push_back(
            {"rare_items",
             Severity::note,
             rare,
             fmt::format("{:.0f} % of the items were seen fewer than five times", 100 * share(rare, seen)),
             "they are recommended by what they are, not by what people do",
             "more events; variants of one product under one group_id",
             {}});
    if (idle > 0)
        findings.push_back({"idle_items",
                            Severity::note,
                            idle,
                            fmt::format("{} items of the catalogue were in no event", idle),
                            "they are shown as new or by similarity only",
                            "nothing",
                            {}});
}

// Long because each finding brings its texts.
void judge_money(const Observed& observed, std::vector<Finding>& findings) {
    const DoctorReport& counts = observed.counts;
    if (observed.unpriced_lines.count > 0)
        findings.push_back({"unpriced_lines",
                            by_share(share(observed.unpriced_lines.count, counts.order_lines), .05, .8),
                            observed.unpriced_lines.count,
                            fmt::format("{} lines of orders have no price", observed.unpriced_lines.count),
                            "their revenue counts as nothing in every report", "send price per unit with each line",
                            observed.unpriced_lines.examples});
    if (observed.value_differs.count > 0)
        findings.push_back(
            {"value_differs", by_share(share(observed.value_differs.count, counts.orders), .02, 2),
             observed.value_differs.count,
             fmt::format("in {} orders the value is not the sum of the lines", observed.value_differs.count),
             "reports use the lines; they will differ from the shop's own figures",
             "value is Σ price · quantity without tax and shipping; price is per unit",
             observed.value_differs.examples});
    if (observed.far_prices.count > 0)
        findings.push_back(
            {"far_prices", by_share(share(observed.far_prices.count, counts.order_lines), .02, .5),
             observed.far_prices.count,
             fmt::format("{} lines cost more than {} times the catalogue's price, or less than a part of it",
                         observed.far_prices.count, observed.limits.price_ratio),
             "average order value and price filters mislead",
             "check that both are per unit and in the same currency and unit (not cents)",
             observed.far_prices.examples});
    if (counts.revenue.size() > 1)
        findings.push_back({"currencies",
                            Severity::warning,
                            counts.revenue.size(),
                            "orders come in several currencies, or some without one",
                            "sums over all orders mean nothing; they are given by currency",
                            "send one currency, or one shop a currency",
                            {}});
    if (observed.orders_twice.count > 0)
        findings.push_back({"orders_twice", by_share(share(observed.orders_twice.count, counts.orders), .05, 2),
                            observed.orders_twice.count,
                            fmt::format("{} purchases name an order that came before", observed.orders_twice.count),
                            "nothing: an order counts once, a trusted sender replaces its lines",
                            "send a purchase once, under one transaction_id", observed.orders_twice.examples});
    const auto confirmed = [&](std::uint64_t order) { return observed.orders.contains(order); };
    const auto missing = static_cast<std::uint64_t>(
        observed.provisional.size() - static_cast<std::size_t>(std::ranges::count_if(observed.provisional, confirmed)));
    if (missing > 0)
        findings.push_back(
            {"orders_unconfirmed",
             by_share(share(missing, observed.provisional.size()), .05, .5),
             missing,
             fmt::format("{} of {} provisional orders were never confirmed", missing, observed.provisional.size()),
             "they count for nothing: not as bought, not as revenue",
             "send every paid order with a secret key, under the transaction_id that the browser sends",
             {}});
    if (observed.unmatched_refunds.count > 0)
        findings.push_back(
            {"unmatched_refunds", by_share(share(observed.unmatched_refunds.count, counts.order_lines), .05, 2),
             observed.unmatched_refunds.count,
             fmt::format("{} returned lines match no earlier order of that customer", observed.unmatched_refunds.count),
             "they take nothing back: what was returned still counts as bought",
             "name the order (transaction_id) in refunds; import orders that are older than the data",
             observed.unmatched_refunds.examples});
    std::vector<MoneyMicros> values;
    for (const auto& [order, value] : observed.orders) values.push_back(value);
    std::ranges::sort(values, std::greater<>());
    double all = 0, top = 0;
    const std::size_t hundredth = values.size() / 100;
    for (std::size_t i = 0; i < values.size(); ++i) {
        all += money_number(values[i]);
        if (i < hundredth) top += money_number(values[i]);
    }
    if (hundredth > 0 && top > .1 * all)
        findings.push_back({"heavy_orders",
                            Severity::note,
                            hundredth,
                            fmt::format("1 % of the orders are {:.0f} % of the revenue", 100 * top / all),
                            "averages swing with them; revenue figures need wide intervals",
                            "nothing; medians and intervals say more than means",
                            {}});
}

}  // namespace vitrina::evaluation
