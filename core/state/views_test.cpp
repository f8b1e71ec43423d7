#include "state/folded_shop_test.hpp"

#include "base/random.hpp"

namespace vitrina::state {

namespace {

using event::EventKind;

// Anything that may happen to one visitor, out of order now and then.
event::Event anything(Random& random, std::uint64_t number) {
    constexpr EventKind kinds[] = {EventKind::view_item_list, EventKind::select_item,      EventKind::view_item,
                                   EventKind::view_item,      EventKind::search,           EventKind::add_to_wishlist,
                                   EventKind::add_to_cart,    EventKind::remove_from_cart, EventKind::view_cart,
                                   EventKind::purchase,       EventKind::refund,           EventKind::login,
                                   EventKind::logout};
    event::Event event;
    event.kind = kinds[random.below(std::size(kinds))];
    event.event_id = "e" + std::to_string(random.below(20) == 0 ? random.below(number + 1) : number);
    event.time = event.received_at = noon + static_cast<TimeMs>(number) * 7 * minute_ms +
                                     static_cast<TimeMs>(number / 30) * day_ms * static_cast<TimeMs>(random.below(60)) -
                                     static_cast<TimeMs>(random.below(90)) * minute_ms;
    event.visitor_id = "ann";
    for (std::uint64_t i = 0; i <= random.below(5); ++i)
        event.items.push_back(
            line("item" + std::to_string(random.below(50)), 1 + static_cast<std::uint32_t>(random.below(3))));
    if (random.below(4) == 0) event.user_id = "u" + std::to_string(random.below(2));
    if (random.below(2) == 0 || event.kind == EventKind::purchase)
        event.transaction_id = "o" + std::to_string(random.below(40));
    event.search_term = "term " + std::to_string(random.below(9));
    event.trusted = random.below(3) == 0;
    event.bot = random.below(50) == 0;
    return event;
}

// Everything that a view can be asked, for reading every byte.
std::size_t read_all(const VisitorView& view) {
    return view.actions().size() + view.cart().size() + view.searches().size() +
           static_cast<std::size_t>(view.order_count()) + static_cast<std::size_t>(view.suspect()) +
           static_cast<std::size_t>(static_cast<bool>(view.user()));
}

TEST(Views, empty_bytes_are_somebody_new) {
    const auto visitor = VisitorView::open({}, {}).value();
    EXPECT_FALSE(visitor.known());
    EXPECT_EQ(read_all(visitor), 0u);
    EXPECT_TRUE(UserView::open({})->actions().empty());
    EXPECT_TRUE(ItemView::open({})->buckets().empty());
}

TEST(Views, every_state_that_folding_reaches_has_one_encoding) {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        FoldedShop shop;
        for (std::uint64_t i = 0; i < 200; ++i) {
            const event::Event event = anything(random, i);
            const VisitorRecords before = shop.records("ann");
            const VisitorStep step = shop.take(event);
            const VisitorRecords& after = shop.records("ann");
            EXPECT_EQ(encode(hot_state(open_hot(after.hot).value())), after.hot);
            if (!after.cold.empty()) {
                EXPECT_EQ(encode(cold_state(open_cold(after.cold).value())), after.cold);
            }
            if (!step.cold_changed) {
                EXPECT_EQ(after.cold, before.cold);
            }
            if (step.verdict == Verdict::duplicate || step.verdict == Verdict::late) {
                EXPECT_EQ(after, before);
            }
            EXPECT_EQ(visitor_step(before, event, shop.hasher(), shop.limits)->state, after);
            EXPECT_LE(after.hot.size(), hot_bytes_max);
        }
        for (const auto& [key, bytes] : shop.users()) {
            EXPECT_EQ(encode_user(open_user(bytes)->all()), bytes);
        }
        for (const auto& [key, bytes] : shop.items()) {
            EXPECT_EQ(encode(item_state(open_item(bytes).value())), bytes);
        }
    }
}

TEST(Views, a_visitor_at_every_limit_fits_the_hot_record) {
    FoldedShop shop;
    shop.take(login(at(0), "ann", "user"));
    for (int i = 0; i < 200; ++i) {
        const std::string item = "item" + std::to_string(i);
        shop.take(view(at(i), "ann", item));
        shop.take(happening(EventKind::add_to_cart, at(i), "ann", {line(item, 70'000)}));
        event::Event search = happening(EventKind::search, at(i), "ann");
        search.search_term = item;
        shop.take(search);
        shop.take(purchase(at(i), "ann", item, {line("other" + item)}));
    }
    const HotState hot = hot_state(open_hot(shop.records("ann").hot).value());
    EXPECT_EQ(hot.remembered.size(), shop.limits.remembered_ids);
    EXPECT_EQ(hot.cart.size(), shop.limits.cart_items);
    EXPECT_EQ(hot.searches.size(), shop.limits.searches);
    EXPECT_EQ(hot.counted.size(), shop.limits.counted_a_day);
    EXPECT_LE(HotFixedColumns::bytes(1) + layout_header_bytes + RememberedColumns::bytes(shop.limits.remembered_ids) +
                  RecentColumns::bytes(shop.limits.recent_actions) + CartColumns::bytes(shop.limits.cart_items) +
                  SearchColumns::bytes(shop.limits.searches) + CountedColumns::bytes(shop.limits.counted_a_day),
              hot_bytes_max);
    const ColdState cold = cold_state(open_cold(shop.records("ann").cold).value());
    EXPECT_EQ(cold.parts.size(), shop.limits.orders);
    EXPECT_EQ(cold.history.size(), shop.limits.long_history);
}

TEST(Views, damaged_bytes_are_refused_or_read_without_harm) {
    Random random(1);
    FoldedShop shop;
    for (std::uint64_t i = 0; i < 300; ++i) shop.take(anything(random, i));
    const VisitorRecords good = shop.records("ann");
    const std::string user = shop.users().begin()->second, item = shop.items().begin()->second;
    const auto damaged = [&](std::string bytes) {
        for (std::uint64_t i = 0; i <= random.below(4); ++i)
            bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
        return random.below(4) == 0 ? bytes.substr(0, random.below(bytes.size())) : bytes;
    };
    for (int round = 0; round < 20'000; ++round) {
        const std::string hot = damaged(good.hot), cold = damaged(good.cold);
        if (const auto view = VisitorView::open(hot, cold)) read_all(*view);
        if (const auto step = visitor_step({hot, cold}, anything(random, 300 + random.below(100)), shop.hasher())) {
            EXPECT_TRUE(VisitorView::open(step->state.hot, step->cold_changed ? step->state.cold : ""));
        }
        const std::string damaged_user = damaged(user), damaged_item = damaged(item);
        if (const auto view = UserView::open(damaged_user)) (void)view->actions();
        if (const auto view = ItemView::open(damaged_item)) (void)view->neighbours();
        if (const auto after = item_step(damaged_item, ItemDelta{})) {
            EXPECT_TRUE(ItemView::open(*after));
        }
        if (const auto after = user_step(damaged_user, Fact{})) {
            EXPECT_TRUE(UserView::open(*after));
        }
    }
}

}  // namespace

}  // namespace vitrina::state
