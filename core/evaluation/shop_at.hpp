#pragma once
// The shop as it stood at a moment of its past: states folded from the events until then, and the items that were known.
//
// An item is known from its `created_at`, else from the first event that names it. Stock and prices of the past are not known:
// every known item counts as sellable, at the price that it has now.
// Threads: `take` by one thread; reading by any number while nothing is taken.
// Cost: memory for the states of everybody.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "catalog/catalog.hpp"
#include "event/event.hpp"
#include "features/profile.hpp"
#include "features/trends.hpp"
#include "state/folds.hpp"

namespace vitrina::evaluation {

// A user where one is known, else a visitor.
struct Person {
    bool user = false;
    PersonKey key;
    auto operator<=>(const Person&) const = default;
};

struct Purchases {
    std::uint32_t orders = 0;
    TimeMs last = 0;
};

class ShopAt {
public:
    // `items` is the catalogue as it is now; of variants the group is learned.
    explicit ShopAt(std::span<const catalog::Item> items);

    Result<void> take(const event::Event& event);
    // Items that exist without an event at `now`.
    void know_items_until(TimeMs now);

    Person person_of(const event::Event& event) const;
    bool knows(const Person& person) const;
    features::Profile profile_of(const Person& person) const;
    // What the person bought, by what learning calls it; nothing is forgotten.
    const std::map<ItemKey, Purchases>& purchases_of(const Person& person) const;

    const catalog::Catalog& catalog() const { return known_; }
    features::Trends trends(TimeMs now) const;
    // Known or not yet.
    ItemKey learning_key(const std::string& item_id) const;
    // The item as it is now, for a copy of the catalogue that knows more; null where the catalogue has none.
    const catalog::Item* item_named(const std::string& item_id) const;

private:
    void know(const std::string& item_id);
    void remember_purchase(const event::Event& event);
    void fold(const state::VisitorStep& step);

    PersonHasher hasher_{ShopKey{}};
    catalog::Catalog all_, known_;
    std::unordered_map<PersonKey, state::VisitorRecords> visitors_;
    std::unordered_map<PersonKey, std::string> users_;
    std::unordered_map<PersonKey, PersonKey> last_visitor_;  // of a user
    std::unordered_map<ItemKey, std::string> items_;
    std::map<Person, std::map<ItemKey, Purchases>> purchases_;
};

}  // namespace vitrina::evaluation
