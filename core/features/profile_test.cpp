#include "features/profile.hpp"

#include <algorithm>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "state/folds.hpp"

namespace vitrina::features {
namespace {

using event::EventKind;
using state::Action;

constexpr TimeMs start = 1'700'000'000'000;

// One visitor whose events are folded, and the user that the facts of a log-in belong to.
struct Person {
    PersonHasher hasher{ShopKey{}};
    state::VisitorRecords visitor;
    std::string user;
    int events = 0;

    void does(EventKind kind, TimeMs time, const std::string& item, const std::string& order = "",
              const std::string& user_id = "") {
        event::Event event;
        event.kind = kind;
        event.event_id = "e" + std::to_string(++events);
        event.time = event.received_at = time;
        event.visitor_id = "v";
        event.user_id = user_id;
        event.transaction_id = order;
        event.trusted = true;
        if (!item.empty()) event.items.push_back({.item_id = item});
        const auto step = state::visitor_step(visitor, event, hasher);
        ASSERT_TRUE(step);
        visitor = step->state;
        for (const state::Fact& fact : step->facts) user = *state::user_step(user, fact);
    }
    Profile profile() const {
        const auto view = *state::UserView::open(user);
        return make_profile(*state::VisitorView::open(visitor.hot, visitor.cold), &view);
    }
};

std::shared_ptr<const model::Model> model_of(std::vector<ItemKey> keys) {
    std::ranges::sort(keys);
    return *model::Model::from_bytes(model::ModelBuilder(keys).bytes());
}

TEST(Profile, joins_visitor_and_user_without_repeats_newest_first) {
    Person person;
    person.does(EventKind::login, start, "", "", "u");
    person.does(EventKind::view_item, start + 1000, "mug", "", "u");
    person.does(EventKind::add_to_cart, start + 2000, "mug", "", "u");
    const Profile profile = person.profile();
    ASSERT_EQ(profile.actions.size(), 2u);
    EXPECT_EQ(profile.actions[0].action, Action::cart);
    EXPECT_TRUE(profile.actions[0].in_session);
    EXPECT_EQ(profile.actions[1].action, Action::view);
    ASSERT_EQ(profile.cart.size(), 1u);
    EXPECT_EQ(profile.cart[0].item, item_key("mug"));
}

TEST(Profile, does_not_count_what_was_sent_back) {
    Person person;
    person.does(EventKind::purchase, start, "mug", "o1");
    person.does(EventKind::purchase, start + day_ms, "lamp", "o2");
    person.does(EventKind::refund, start + 2 * day_ms, "mug", "o1");
    std::vector<ItemKey> bought;
    for (const state::Acted& acted : person.profile().actions)
        if (acted.action == Action::buy) bought.push_back(acted.item);
    EXPECT_EQ(bought, (std::vector<ItemKey>{item_key("lamp")}));
}

TEST(Query, numbers_baskets_from_the_newest_and_knows_the_running_session) {
    Person person;
    person.does(EventKind::purchase, start, "mug", "o1");
    person.does(EventKind::purchase, start + 10 * minute_ms, "lamp", "o2");
    person.does(EventKind::view_item, start + day_ms, "mug");
    const catalog::Catalog catalog;
    const auto model = model_of({item_key("mug"), item_key("lamp")});
    const auto query = make_query(person.profile(), {}, catalog, model.get(), start + day_ms + minute_ms);
    ASSERT_EQ(query.history.size(), 3u);
    EXPECT_EQ(query.history[0].age_ms, minute_ms);
    EXPECT_EQ(query.history[0].basket, 0u);
    EXPECT_EQ(query.history[1].row, model->row(item_key("lamp")));
    EXPECT_EQ(query.history[1].basket, 1u);
    EXPECT_EQ(query.history[2].basket, 2u);
    ASSERT_EQ(query.session.size(), 1u);
    EXPECT_EQ(query.session[0].row, model->row(item_key("mug")));
    EXPECT_TRUE(make_query(person.profile(), {}, catalog, model.get(), start + 2 * day_ms).session.empty());
}

TEST(Query, counts_variants_for_their_group_and_leaves_out_what_the_model_does_not_know) {
    catalog::Catalog catalog;
    for (const char* id : {"red", "blue"}) {
        catalog::Item item;
        item.item_id = id;
        item.group_id = "shirt";
        ASSERT_TRUE(catalog.put(item));
    }
    const ItemKey shirt = catalog.learning_key(0);
    const auto model = model_of({shirt, item_key("blue")});
    Profile profile;
    for (const char* id : {"red", "unknown", "blue"}) profile.actions.push_back({.time = start, .item = item_key(id)});
    const auto query =
        make_query(profile, std::vector<ItemKey>{shirt, item_key("unknown")}, catalog, model.get(), start);
    ASSERT_EQ(query.history.size(), 2u);
    EXPECT_EQ(query.history[0].row, model->row(shirt));
    EXPECT_EQ(query.history[1].row, model->row(shirt));
    EXPECT_EQ(query.context, (std::vector<std::uint32_t>{model->row(shirt)}));
    EXPECT_EQ(query.group, (std::vector<std::uint32_t>{model->row(shirt), model->row(item_key("blue"))}));
}

TEST(Query, is_empty_without_a_model) {
    Profile profile;
    profile.actions.push_back({.time = start, .item = item_key("mug")});
    EXPECT_TRUE(make_query(profile, {}, catalog::Catalog(), nullptr, start).history.empty());
}

}  // namespace
}  // namespace vitrina::features
