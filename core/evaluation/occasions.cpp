#include "evaluation/occasions.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/random.hpp"

namespace vitrina::evaluation {

namespace {

using state::Action;

constexpr std::string_view names[] = {"home",      "product",   "product_addons", "cart",
                                      "buy_again", "new_items", "new_visitors"};
constexpr TimeMs session_idle_ms = 30 * minute_ms;
constexpr TimeMs new_for_ms = 7 * day_ms;

// Distinct items in the order in which they came.
struct Basket {
    std::vector<const LaterAct*> lines;
    void add(const LaterAct& act) {
        const auto same = [&](const LaterAct* line) { return line->item == act.item; };
        if (std::ranges::none_of(lines, same)) lines.push_back(&act);
    }
};

std::vector<Basket> orders_of(const LaterPerson& person) {
    std::map<std::pair<TimeMs, std::uint64_t>, Basket> orders;
    for (const LaterAct& act : person.acts)
        if (act.action == Action::buy) orders[{act.order != 0 ? 0 : act.time, act.order}].add(act);
    std::vector<Basket> baskets;
    for (auto& [key, basket] : orders) baskets.push_back(std::move(basket));
    return baskets;
}

std::vector<Basket> sessions_of(const LaterPerson& person) {
    std::vector<Basket> sessions;
    TimeMs last = 0;
    for (const LaterAct& act : person.acts) {
        if (sessions.empty() || act.time - last > session_idle_ms) sessions.emplace_back();
        sessions.back().add(act);
        last = act.time;
    }
    return sessions;
}

// Occasions of one task while they are made.
struct Making {
    std::span<const LaterPerson> people;
    const ShopAt& shop;
    const Cut& cut;
    const OccasionSettings& settings;
    std::vector<Occasion> occasions;

    // Not an occasion where nothing is wanted.
    void add(std::size_t person, recommendation::Request request, std::span<const LaterAct* const> wanted) {
        Occasion occasion{people[person].person, static_cast<std::uint32_t>(person), std::move(request), {}};
        const auto& before = shop.purchases_of(occasion.person);
        std::map<ItemKey, double> revenue;
        for (const LaterAct* act : wanted) revenue[act->item] += act->revenue;
        for (const auto& [item, sum] : revenue) occasion.wanted.push_back({item, sum, before.contains(item)});
        if (!occasion.wanted.empty()) occasions.push_back(std::move(occasion));
    }
    Random random() const { return Random(settings.seed, occasions.size()); }
};

recommendation::Request ask(const char* placement) {
    recommendation::Request request;
    request.placement = placement;
    return request;
}

bool anything_bought(std::span<const LaterPerson> people) {
    return std::ranges::any_of(people, [](const LaterPerson& person) {
        return std::ranges::any_of(person.acts, [](const LaterAct& act) { return act.action == Action::buy; });
    });
}

void make_home(Making& making, bool again) {
    const Action action = anything_bought(making.people) ? Action::buy : Action::view;
    for (std::size_t index = 0; index < making.people.size(); ++index) {
        const LaterPerson& person = making.people[index];
        if (!person.known) continue;
        const auto& before = making.shop.purchases_of(person.person);
        std::vector<const LaterAct*> wanted;
        for (const LaterAct& act : person.acts)
            if (act.action == action && (!again || before.contains(act.item))) wanted.push_back(&act);
        making.add(index, ask(again ? "buy_again" : "home"), wanted);
    }
}

// What the visit saw until and with `page`, newest first: no event of it has reached the shop at the cut.
std::vector<std::string> recent_items_at(const Basket& session, std::size_t page) {
    std::vector<std::string> items;
    for (std::size_t line = page + 1; line-- > 0;) items.push_back(session.lines[line]->item_id);
    return items;
}

void make_product(Making& making) {
    for (std::size_t index = 0; index < making.people.size(); ++index)
        for (const Basket& session : sessions_of(making.people[index])) {
            std::vector<std::size_t> pages;
            for (std::size_t line = 0; line + 1 < session.lines.size(); ++line)
                if (session.lines[line]->action == Action::view) pages.push_back(line);
            if (pages.empty()) continue;
            const std::size_t page = pages[making.random().below(pages.size())];
            auto request = ask("product");
            request.item_id = session.lines[page]->item_id;
            request.recent_items = recent_items_at(session, page);
            making.add(index, std::move(request),
                       {session.lines.begin() + static_cast<std::ptrdiff_t>(page) + 1, session.lines.end()});
        }
}

void make_addons(Making& making) {
    for (std::size_t index = 0; index < making.people.size(); ++index)
        for (const Basket& order : orders_of(making.people[index])) {
            if (order.lines.size() < 2) continue;
            const std::size_t page = making.random().below(order.lines.size());
            auto request = ask("product_addons");
            request.item_id = order.lines[page]->item_id;
            std::vector<const LaterAct*> others = order.lines;
            others.erase(others.begin() + static_cast<std::ptrdiff_t>(page));
            making.add(index, std::move(request), others);
        }
}

void make_cart(Making& making) {
    for (std::size_t index = 0; index < making.people.size(); ++index)
        for (const Basket& order : orders_of(making.people[index])) {
            if (order.lines.size() < 2) continue;
            const std::size_t hidden = making.random().below(order.lines.size());
            auto request = ask("cart");
            for (std::size_t line = 0; line < order.lines.size(); ++line)
                if (line != hidden && request.cart.size() < making.settings.cart_items)
                    request.cart.push_back(order.lines[line]->item_id);
            making.add(index, std::move(request), std::span(&order.lines[hidden], 1));
        }
}

void make_new_items(Making& making) {
    const auto items = new_items_of(making.people, making.shop, making.cut);
    std::set<ItemKey> keys;
    for (const std::string& item_id : items) keys.insert(making.shop.learning_key(item_id));
    for (std::size_t index = 0; index < making.people.size(); ++index) {
        std::vector<const LaterAct*> wanted;
        for (const LaterAct& act : making.people[index].acts)
            if (act.action == Action::buy && keys.contains(act.item) && act.time <= making.cut.through + new_for_ms)
                wanted.push_back(&act);
        auto request = ask("home");
        request.candidates = items;
        if (making.people[index].known) making.add(index, std::move(request), wanted);
    }
}

void make_new_visitors(Making& making) {
    for (std::size_t index = 0; index < making.people.size(); ++index) {
        if (making.people[index].known || making.people[index].acts.empty()) continue;
        const Basket session = sessions_of(making.people[index]).front();
        auto request = ask("home");
        const bool looked = session.lines.front()->action == Action::view;
        if (looked) request.recent_items = {session.lines.front()->item_id};
        making.add(index, std::move(request), {session.lines.begin() + (looked ? 1 : 0), session.lines.end()});
    }
}

std::vector<Occasion> sample(std::vector<Occasion> occasions, const OccasionSettings& settings) {
    Random random(settings.seed, 99);
    std::size_t kept = 0, wanted = std::min(settings.most, occasions.size());
    for (std::size_t index = 0; wanted > 0; ++index)
        if (random.below(occasions.size() - index) < wanted) {
            if (kept != index) occasions[kept] = std::move(occasions[index]);
            ++kept;
            --wanted;
        }
    occasions.resize(kept);
    return occasions;
}

std::optional<Action> action_of(event::EventKind kind) {
    if (kind == event::EventKind::view_item) return Action::view;
    if (kind == event::EventKind::add_to_cart) return Action::cart;
    if (kind == event::EventKind::purchase) return Action::buy;
    return std::nullopt;
}

}  // namespace

std::string_view name_of(Task task) { return names[static_cast<std::size_t>(task)]; }

Result<Task> task_named(std::string_view name) {
    for (const Task task : all_tasks)
        if (name_of(task) == name) return task;
    return fail(ErrorCode::invalid_input,
                fmt::format("task \"{}\" is unknown; known: {}", name, fmt::join(names, ", ")));
}

void Later::take(const event::Event& event) {
    const auto action = action_of(event.kind);
    if (!action || event.bot || event.provisional) return;
    const Person person = shop_.person_of(event);
    LaterPerson& later = people_[person];
    later.person = person;
    later.known = shop_.knows(person);
    for (const event::EventItem& line : event.items) {
        const double revenue = money_number(line.price.value_or(0)) * line.quantity;
        later.acts.push_back({event.time, shop_.learning_key(line.item_id), line.item_id, *action,
                              event.transaction_id.empty() ? 0 : text_hash(event.transaction_id), revenue});
    }
}

std::vector<LaterPerson> Later::people() {
    std::vector<LaterPerson> people;
    for (auto& [person, later] : people_) {
        std::ranges::stable_sort(later.acts, {}, &LaterAct::time);
        people.push_back(std::move(later));
    }
    people_.clear();
    return people;
}

std::vector<Occasion> occasions_of(Task task, std::span<const LaterPerson> people, const ShopAt& shop, const Cut& cut,
                                   const OccasionSettings& settings) {
    Making making{people, shop, cut, settings, {}};
    switch (task) {
        case Task::home: make_home(making, false); break;
        case Task::buy_again: make_home(making, true); break;
        case Task::product: make_product(making); break;
        case Task::product_addons: make_addons(making); break;
        case Task::cart: make_cart(making); break;
        case Task::new_items: make_new_items(making); break;
        case Task::new_visitors: make_new_visitors(making); break;
    }
    return sample(std::move(making.occasions), settings);
}

std::vector<std::string> new_items_of(std::span<const LaterPerson> people, const ShopAt& shop, const Cut& cut) {
    std::set<std::string> items;
    for (const LaterPerson& person : people)
        for (const LaterAct& act : person.acts)
            if (act.time <= cut.through + new_for_ms && !shop.catalog().find(act.item_id) &&
                shop.catalog().slots_of(act.item).empty() && shop.item_named(act.item_id) != nullptr)
                items.insert(act.item_id);
    return {items.begin(), items.end()};
}

}  // namespace vitrina::evaluation
