#include "state/views.hpp"

#include <algorithm>
#include <tuple>

namespace vitrina::state {

namespace {

bool newer(const Acted& a, const Acted& b) {
    return std::tuple(-a.time, a.item, a.action, a.order, a.price) <
           std::tuple(-b.time, b.item, b.action, b.order, b.price);
}

bool same_moment(const Acted& a, const Acted& b) {
    return a.time == b.time && a.item == b.item && a.action == b.action && a.order == b.order;
}

// Lines of one order add up; anything else said twice is one action.
void sort_newest_first(std::vector<Acted>& actions) {
    std::sort(actions.begin(), actions.end(), newer);
    std::size_t kept = 0;
    for (const Acted& acted : actions) {
        if (kept == 0 || !same_moment(actions[kept - 1], acted))
            actions[kept++] = acted;
        else if (acted.action == Action::buy)
            actions[kept - 1].quantity += acted.quantity;
    }
    actions.resize(kept);
}

void add_purchases(const ColdRows& cold, std::vector<Acted>& actions) {
    std::size_t line = 0;
    for (std::size_t p = 0; p < cold.parts.size(); ++p) {
        const OrderPart part = cold.parts[p];
        for (const std::size_t end = line + part.lines; line < end; ++line) {
            const OrderLine row = cold.lines[line];
            if (row.returned < row.quantity)
                actions.push_back({part.time, row.item, part.transaction, row.price, row.quantity - row.returned,
                                   Action::buy, false});
        }
    }
}

Bucket bucket_of(const ItemBucket& row, std::int32_t hours) {
    return {row.hour, hours, row.views, row.carts, row.orders, row.units, row.revenue};
}

// Takes returned units off the purchases of the same order and item.
void take_off(std::vector<Acted>& actions, const UserFact& refund) {
    std::uint32_t units = refund.quantity;
    for (Acted& bought : actions) {
        if (bought.action != Action::buy || bought.order != refund.transaction || bought.item != refund.item) continue;
        const std::uint32_t taken = std::min(units, bought.quantity);
        bought.quantity -= taken;
        units -= taken;
    }
}

}  // namespace

Result<VisitorView> VisitorView::open(std::string_view hot, std::string_view cold) {
    auto hot_rows = open_hot(hot);
    if (!hot_rows) return std::unexpected(hot_rows.error());
    auto cold_rows = open_cold(cold);
    if (!cold_rows) return std::unexpected(cold_rows.error());
    VisitorView view;
    view.hot_ = *hot_rows;
    view.cold_ = *cold_rows;
    return view;
}

std::vector<Acted> VisitorView::actions() const {
    std::vector<Acted> actions;
    actions.reserve(hot_.recent.size() + cold_.lines.size() + cold_.history.size());
    for (std::size_t i = 0; i < hot_.recent.size(); ++i) {
        const RecentAction row = hot_.recent[i];
        actions.push_back({last_event() - static_cast<TimeMs>(row.age), row.item, 0, 0, 1, row.action, false});
    }
    add_purchases(cold_, actions);
    for (std::size_t i = 0; i < cold_.history.size(); ++i) {
        const PastAction row = cold_.history[i];
        actions.push_back({row.time, row.item, 0, 0, 1, row.action, false});
    }
    std::erase_if(actions, [this](const Acted& acted) { return acted.time < hot_.fixed.visible_since; });
    sort_newest_first(actions);
    for (Acted& acted : actions) acted.in_session = acted.time >= session_start();
    return actions;
}

std::vector<CartLine> VisitorView::cart() const {
    std::vector<CartLine> cart;
    for (std::size_t i = 0; i < hot_.cart.size(); ++i) {
        const HotCartLine row = hot_.cart[i];
        cart.push_back({row.item, row.quantity, last_event() - static_cast<TimeMs>(row.age)});
    }
    return cart;
}

std::vector<Searched> VisitorView::searches() const {
    std::vector<Searched> searches;
    for (std::size_t i = 0; i < hot_.searches.size(); ++i)
        searches.push_back({hot_.searches[i].term, last_event() - static_cast<TimeMs>(hot_.searches[i].age)});
    return searches;
}

PersonKey VisitorView::user() const {
    return hot_.fixed.bound != 0 ? PersonKey{hot_.fixed.user_high, hot_.fixed.user_low} : PersonKey{};
}

bool VisitorView::known() const { return hot_.fixed.rate_events != 0; }
TimeMs VisitorView::last_event() const { return hot_.fixed.last_event; }
TimeMs VisitorView::session_start() const { return hot_.fixed.session_start; }
bool VisitorView::suspect() const { return hot_.fixed.last_event < hot_.fixed.suspect_until; }
std::uint32_t VisitorView::order_count() const { return hot_.fixed.orders; }

Result<UserView> UserView::open(std::string_view bytes) {
    auto facts = open_user(bytes);
    if (!facts) return std::unexpected(facts.error());
    UserView view;
    view.facts_ = *facts;
    return view;
}

std::vector<Acted> UserView::actions() const {
    std::vector<Acted> actions;
    std::vector<UserFact> refunds;
    actions.reserve(facts_.size());
    for (std::size_t i = 0; i < facts_.size(); ++i) {
        const UserFact fact = facts_[i];
        const Action action{fact.action};
        if (action == Action::refund)
            refunds.push_back(fact);
        else if (fact.action != 0)
            actions.push_back({fact.time, fact.item, fact.transaction, fact.price, fact.quantity, action, false});
    }
    for (const UserFact& refund : refunds) take_off(actions, refund);
    std::erase_if(actions, [](const Acted& acted) { return acted.quantity == 0; });
    sort_newest_first(actions);
    return actions;
}

Result<ItemView> ItemView::open(std::string_view bytes) {
    auto rows = open_item(bytes);
    if (!rows) return std::unexpected(rows.error());
    ItemView view;
    view.rows_ = *rows;
    return view;
}

std::vector<Bucket> ItemView::buckets() const {
    std::vector<Bucket> buckets;
    buckets.reserve(rows_.days.size() + rows_.hours.size());
    for (std::size_t i = 0; i < rows_.days.size(); ++i) buckets.push_back(bucket_of(rows_.days[i], 24));
    for (std::size_t i = 0; i < rows_.hours.size(); ++i) buckets.push_back(bucket_of(rows_.hours[i], 1));
    return buckets;
}

std::vector<Neighbour> ItemView::neighbours() const {
    std::vector<Neighbour> neighbours;
    for (std::size_t i = 0; i < rows_.neighbours.size(); ++i) {
        const NeighbourCount row = rows_.neighbours[i];
        neighbours.push_back({row.item, row.count, row.error});
    }
    std::sort(neighbours.begin(), neighbours.end(), [](const Neighbour& a, const Neighbour& b) {
        return std::tuple(b.count, a.item) < std::tuple(a.count, b.item);
    });
    return neighbours;
}

std::uint64_t ItemView::neighbours_seen() const { return rows_.fixed.neighbours_seen; }

Bucket ItemView::total() const {
    const ItemFixed& fixed = rows_.fixed;
    return {0, 0, fixed.views, fixed.carts, fixed.orders, fixed.units, fixed.revenue};
}

}  // namespace vitrina::state
