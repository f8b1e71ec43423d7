#include <algorithm>

#include "state/visitor_folding.hpp"

namespace vitrina::state {

namespace {

using event::EventItem;
using event::EventKind;

constexpr std::size_t window_items = 3;

// At most once a visitor, item, action and day; a day that is not the newest cannot be checked and counts nothing.
bool counts_today(Folding& folding, ItemKey item, Action action) {
    HotState& hot = folding.hot;
    const std::int32_t day = day_of(folding.event.time);
    if (day < hot.fixed.counted_day) return false;
    if (day > hot.fixed.counted_day) {
        hot.fixed.counted_day = day;
        hot.counted.clear();
    }
    if (hot.counted.size() >= folding.limits.counted_a_day) return false;
    const Counted row{static_cast<std::uint32_t>(fingerprint(item, action) >> 32)};
    const auto less = [](const Counted& a, const Counted& b) { return a.fingerprint < b.fingerprint; };
    const auto at = std::lower_bound(hot.counted.begin(), hot.counted.end(), row, less);
    if (at != hot.counted.end() && at->fingerprint == row.fingerprint) return false;
    hot.counted.insert(at, row);
    return true;
}

void add_recent(Folding& folding, ItemKey item, Action action) {
    HotState& hot = folding.hot;
    const TimeMs age = hot.fixed.last_event - folding.event.time;
    if (age > age_max) return keep_in_history(folding, {{folding.event.time, item, action}});
    if (!hot.recent.empty() && age == 0 && hot.recent.front().item == item && hot.recent.front().action == action &&
        time_of(hot, hot.recent.front().age) >= hot.fixed.session_start) {
        hot.recent.front().age = 0;  // the same once more: only its time is new
        return;
    }
    const RecentAction row{static_cast<std::uint32_t>(age), item, action};
    const auto newer = [](const RecentAction& a, const RecentAction& b) { return a.age < b.age; };
    hot.recent.insert(std::lower_bound(hot.recent.begin(), hot.recent.end(), row, newer), row);
    const std::size_t most = folding.limits.recent_actions;
    if (hot.recent.size() > most) keep_recent_in_history(folding, most - most / 2);
}

void add_fact(Folding& folding, const EventItem& line, std::size_t index, Action action) {
    if (folding.silent || !folding.user) return;
    Fact fact;
    fact.user = folding.user;
    fact.time = folding.event.time;
    fact.event_hash = folding.event_hash;
    fact.item = item_key(line.item_id);
    fact.price = line.price.value_or(0);
    fact.quantity = line.quantity;
    fact.line = static_cast<std::uint16_t>(index);
    fact.action = action;
    folding.facts.push_back(fact);
}

void count(Folding& folding, ItemKey item, Action action, const std::vector<ItemKey>& window) {
    if (folding.silent || action == Action::wish || !counts_today(folding, item, action)) return;
    ItemDelta& delta = delta_of(folding, item, hour_of(folding.event.time));
    (action == Action::view ? delta.views : delta.carts) += 1;
    add_neighbours(delta, window);
}

void act(Folding& folding, Action action) {
    std::vector<ItemKey> window = session_window(folding.hot);
    const std::vector<EventItem>& items = folding.event.items;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const ItemKey item = item_key(items[i].item_id);
        add_fact(folding, items[i], i, action);
        add_recent(folding, item, action);
        count(folding, item, action, window);
        slide(window, item);
    }
}

std::uint16_t cart_quantity(std::uint64_t quantity) {
    return static_cast<std::uint16_t>(std::min<std::uint64_t>(quantity, std::numeric_limits<std::uint16_t>::max()));
}

auto line_of(std::vector<HotCartLine>& cart, ItemKey item) {
    return std::find_if(cart.begin(), cart.end(), [item](const HotCartLine& line) { return line.item == item; });
}

void put_in_cart(Folding& folding, const EventItem& line) {
    std::vector<HotCartLine>& cart = folding.hot.cart;
    const TimeMs age = folding.hot.fixed.last_event - folding.event.time;
    if (age > age_max) return;
    const ItemKey item = item_key(line.item_id);
    std::uint64_t quantity = line.quantity;
    if (const auto at = line_of(cart, item); at != cart.end()) {
        quantity += at->quantity;
        cart.erase(at);
    }
    cart.push_back({static_cast<std::uint32_t>(age), item, cart_quantity(quantity)});
    if (cart.size() > folding.limits.cart_items) cart.erase(cart.begin());
}

void take_from_cart(Folding& folding, const EventItem& line) {
    std::vector<HotCartLine>& cart = folding.hot.cart;
    const auto at = line_of(cart, item_key(line.item_id));
    if (at == cart.end()) return;
    if (at->quantity <= line.quantity)
        cart.erase(at);
    else
        at->quantity = static_cast<std::uint16_t>(at->quantity - line.quantity);
}

// The event names the whole cart.
void set_cart(Folding& folding) {
    if (folding.event.items.empty() || folding.event.time < folding.hot.fixed.last_event) return;
    folding.hot.cart.clear();
    for (const EventItem& line : folding.event.items) put_in_cart(folding, line);
}

void search_for(Folding& folding) {
    HotState& hot = folding.hot;
    const TimeMs age = hot.fixed.last_event - folding.event.time;
    if (age > age_max || folding.event.search_term.empty()) return;
    const RecentSearch row{static_cast<std::uint32_t>(age), text_hash(folding.event.search_term)};
    const auto newer = [](const RecentSearch& a, const RecentSearch& b) { return a.age < b.age; };
    hot.searches.insert(std::lower_bound(hot.searches.begin(), hot.searches.end(), row, newer), row);
    if (hot.searches.size() > folding.limits.searches) hot.searches.resize(folding.limits.searches);
}

}  // namespace

std::uint64_t fingerprint(ItemKey item, Action action) {
    const std::uint64_t words[2] = {static_cast<std::uint64_t>(item), static_cast<std::uint64_t>(action)};
    return text_hash({reinterpret_cast<const char*>(words), sizeof words});
}

ItemDelta& delta_of(Folding& folding, ItemKey item, std::int32_t hour) {
    const auto is_it = [&](const ItemDelta& delta) { return delta.item == item && delta.hour == hour; };
    const auto at = std::find_if(folding.deltas.begin(), folding.deltas.end(), is_it);
    if (at != folding.deltas.end()) return *at;
    ItemDelta delta;
    delta.item = item;
    delta.hour = hour;
    return folding.deltas.emplace_back(std::move(delta));
}

void add_neighbours(ItemDelta& delta, const std::vector<ItemKey>& window) {
    if (!delta.neighbours.empty()) return;
    for (ItemKey item : window)
        if (item != delta.item) delta.neighbours.push_back(item);
}

std::vector<ItemKey> session_window(const HotState& hot) {
    std::vector<ItemKey> window;
    for (const RecentAction& action : hot.recent) {
        if (window.size() == window_items || time_of(hot, action.age) < hot.fixed.session_start) break;
        if (std::find(window.begin(), window.end(), action.item) == window.end()) window.push_back(action.item);
    }
    return window;
}

void slide(std::vector<ItemKey>& window, ItemKey item) {
    std::erase(window, item);
    window.insert(window.begin(), item);
    if (window.size() > window_items) window.resize(window_items);
}

void fold_actions(Folding& folding) {
    if (folding.event.provisional) return;  // a sign of life, no more
    switch (folding.event.kind) {
        case EventKind::view_item: return act(folding, Action::view);
        case EventKind::add_to_wishlist: return act(folding, Action::wish);
        case EventKind::add_to_cart:
            act(folding, Action::cart);
            for (const EventItem& line : folding.event.items) put_in_cart(folding, line);
            return;
        case EventKind::remove_from_cart:
            for (const EventItem& line : folding.event.items) take_from_cart(folding, line);
            return;
        case EventKind::view_cart:
        case EventKind::begin_checkout: return set_cart(folding);
        case EventKind::search: return search_for(folding);
        case EventKind::purchase:
            fold_purchase(folding);
            for (const EventItem& line : folding.event.items)
                std::erase_if(folding.hot.cart,
                              [&](const HotCartLine& in) { return in.item == item_key(line.item_id); });
            return;
        case EventKind::refund: return fold_refund(folding);
        case EventKind::view_item_list:
        case EventKind::select_item:
        case EventKind::login:
        case EventKind::logout: return;
    }
}

}  // namespace vitrina::state
