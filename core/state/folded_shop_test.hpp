#pragma once
// For tests: a shop whose three folds are kept in maps, and short ways to say what happens in it.
//
// `at(minutes)` is a time after noon of a fixed day. Every event gets an id of its own unless told otherwise.
// Threads: belongs to one test.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "state/folds.hpp"
#include "state/views.hpp"

namespace vitrina::state {

inline constexpr TimeMs noon = 20'454 * day_ms + 12 * hour_ms;
inline TimeMs at(std::int64_t minutes) { return noon + minutes * minute_ms; }

inline event::EventItem line(const std::string& item, std::uint32_t quantity = 1, MoneyMicros price = 2 * money_unit) {
    event::EventItem line;
    line.item_id = item;
    line.quantity = quantity;
    line.price = price;
    return line;
}

inline event::Event happening(event::EventKind kind, TimeMs time, const std::string& visitor,
                              std::vector<event::EventItem> items = {}) {
    static int number = 0;
    event::Event event;
    event.kind = kind;
    event.event_id = "e" + std::to_string(++number);
    event.time = event.received_at = time;
    event.visitor_id = visitor;
    event.items = std::move(items);
    return event;
}

inline event::Event view(TimeMs time, const std::string& visitor, const std::string& item) {
    return happening(event::EventKind::view_item, time, visitor, {line(item)});
}

inline event::Event purchase(TimeMs time, const std::string& visitor, const std::string& order,
                             std::vector<event::EventItem> items) {
    event::Event event = happening(event::EventKind::purchase, time, visitor, std::move(items));
    event.transaction_id = order;
    return event;
}

inline event::Event refund(TimeMs time, const std::string& visitor, const std::string& order,
                           std::vector<event::EventItem> items) {
    event::Event event = happening(event::EventKind::refund, time, visitor, std::move(items));
    event.transaction_id = order;
    return event;
}

inline event::Event login(TimeMs time, const std::string& visitor, const std::string& user) {
    event::Event event = happening(event::EventKind::login, time, visitor);
    event.user_id = user;
    return event;
}

inline event::Event logout(TimeMs time, const std::string& visitor) {
    return happening(event::EventKind::logout, time, visitor);
}

class FoldedShop {
public:
    FoldLimits limits;

    VisitorStep take(const event::Event& event) {
        auto step = visitor_step(visitors_[event.visitor_id], event, hasher_, limits);
        EXPECT_TRUE(step) << step.error().message;
        visitors_[event.visitor_id] = step->state;
        for (const Fact& fact : step->facts) {
            std::string& user = users_[fact.user];
            user = user_step(user, fact, limits).value();
        }
        for (const ItemDelta& delta : step->deltas) {
            std::string& item = items_[delta.item];
            item = item_step(item, delta, limits).value();
        }
        return *step;
    }

    const VisitorRecords& records(const std::string& visitor) { return visitors_[visitor]; }
    VisitorView visitor(const std::string& id) {
        return VisitorView::open(visitors_[id].hot, visitors_[id].cold).value();
    }
    UserView user(const std::string& id) { return UserView::open(users_[hasher_(id)]).value(); }
    ItemView item(const std::string& id) { return ItemView::open(items_[item_key(id)]).value(); }
    PersonKey key(const std::string& person) const { return hasher_(person); }
    const std::map<PersonKey, std::string>& users() const { return users_; }
    const std::map<ItemKey, std::string>& items() const { return items_; }
    const PersonHasher& hasher() const { return hasher_; }

private:
    PersonHasher hasher_{ShopKey{}};
    std::map<std::string, VisitorRecords> visitors_;
    std::map<PersonKey, std::string> users_;
    std::map<ItemKey, std::string> items_;
};

}  // namespace vitrina::state
