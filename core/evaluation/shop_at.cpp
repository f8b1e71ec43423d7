#include "evaluation/shop_at.hpp"

#include <utility>

namespace vitrina::evaluation {

namespace {

std::string_view bytes_of(const auto& states, const auto& key) {
    const auto found = states.find(key);
    return found == states.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace

ShopAt::ShopAt(std::span<const catalog::Item> items) {
    for (catalog::Item item : items) {
        item.availability = catalog::Availability::in_stock;
        item.hidden = false;
        item.absent = false;
        item.quantity.reset();
        item.available_from.reset();
        item.available_until.reset();
        static_cast<void>(all_.put(std::move(item)));
    }
}

Result<void> ShopAt::take(const event::Event& event) {
    for (const event::EventItem& line : event.items) know(line.item_id);
    const PersonKey visitor = hasher_(event.visitor_id);
    state::VisitorRecords& records = visitors_[visitor];
    auto step = state::visitor_step(std::move(records), event, hasher_);
    if (!step) return std::unexpected(step.error());
    records = std::move(step->state);
    fold(*step);
    if (!event.user_id.empty()) last_visitor_[hasher_(event.user_id)] = visitor;
    const bool counts = step->verdict != state::Verdict::duplicate && step->verdict != state::Verdict::unchanged;
    if (event.kind == event::EventKind::purchase && !event.provisional && counts) remember_purchase(event);
    return {};
}

void ShopAt::fold(const state::VisitorStep& step) {
    for (const state::Fact& fact : step.facts) {
        std::string& user = users_[fact.user];
        if (auto next = state::user_step(user, fact)) user = std::move(*next);
    }
    for (const state::ItemDelta& delta : step.deltas) {
        std::string& item = items_[delta.item];
        if (auto next = state::item_step(item, delta)) item = std::move(*next);
    }
}

void ShopAt::remember_purchase(const event::Event& event) {
    auto& bought = purchases_[person_of(event)];
    for (const event::EventItem& line : event.items) {
        Purchases& purchases = bought[learning_key(line.item_id)];
        purchases.orders += purchases.last == event.time ? 0 : 1;  // an item may stand in two lines of an order
        purchases.last = event.time;
    }
}

void ShopAt::know(const std::string& item_id) {
    if (known_.find(item_id)) return;
    if (const catalog::Item* item = item_named(item_id)) static_cast<void>(known_.put(*item));
}

void ShopAt::know_items_until(TimeMs now) {
    for (catalog::Slot slot = 0; slot < all_.slots(); ++slot) {
        const catalog::Item& item = all_.item(slot);
        if (item.created_at && *item.created_at <= now) know(item.item_id);
    }
}

Person ShopAt::person_of(const event::Event& event) const {
    if (!event.user_id.empty()) return {true, hasher_(event.user_id)};
    const PersonKey visitor = hasher_(event.visitor_id);
    const auto found = visitors_.find(visitor);
    if (found != visitors_.end()) {
        const auto view = state::VisitorView::open(found->second.hot, found->second.cold);
        if (view && view->user()) return {true, view->user()};
    }
    return {false, visitor};
}

bool ShopAt::knows(const Person& person) const {
    return person.user ? users_.contains(person.key) : visitors_.contains(person.key);
}

features::Profile ShopAt::profile_of(const Person& person) const {
    PersonKey visitor = person.key;
    if (person.user) {
        const auto last = last_visitor_.find(person.key);
        visitor = last == last_visitor_.end() ? PersonKey{} : last->second;
    }
    const auto records = visitors_.find(visitor);
    const auto view = records == visitors_.end() ? state::VisitorView::open({}, {})
                                                 : state::VisitorView::open(records->second.hot, records->second.cold);
    const auto user = state::UserView::open(person.user ? bytes_of(users_, person.key) : std::string_view());
    ensure(view && user, "a state that was folded here must open");
    return features::make_profile(*view, person.user ? &*user : nullptr);
}

const std::map<ItemKey, Purchases>& ShopAt::purchases_of(const Person& person) const {
    static const std::map<ItemKey, Purchases> nothing;
    const auto found = purchases_.find(person);
    return found == purchases_.end() ? nothing : found->second;
}

features::Trends ShopAt::trends(TimeMs now) const {
    const auto state_of = [&](catalog::Slot slot) {
        auto view = state::ItemView::open(bytes_of(items_, known_.key(slot)));
        ensure(view.has_value(), "a state that was folded here must open");
        return *view;
    };
    return features::make_trends(known_, state_of, now);
}

ItemKey ShopAt::learning_key(const std::string& item_id) const {
    const auto slot = all_.find(item_id);
    return slot ? all_.learning_key(*slot) : item_key(item_id);
}

const catalog::Item* ShopAt::item_named(const std::string& item_id) const {
    const auto slot = all_.find(item_id);
    return slot ? &all_.item(*slot) : nullptr;
}

}  // namespace vitrina::evaluation
