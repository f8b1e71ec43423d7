#include "state/folded_shop_test.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "base/random.hpp"

namespace vitrina::state {

namespace {

using event::EventKind;

TEST(VisitorStep, remembers_what_was_looked_at_newest_first) {
    FoldedShop shop;
    shop.take(view(at(0), "ann", "mug"));
    shop.take(view(at(1), "ann", "tea"));
    const auto actions = shop.visitor("ann").actions();
    ASSERT_EQ(actions.size(), 2u);
    EXPECT_EQ(actions[0].item, item_key("tea"));
    EXPECT_EQ(actions[0].time, at(1));
    EXPECT_EQ(actions[1].item, item_key("mug"));
    EXPECT_TRUE(actions[1].in_session);
}

TEST(VisitorStep, starts_a_new_session_after_half_an_hour_of_silence) {
    FoldedShop shop;
    shop.take(view(at(0), "ann", "mug"));
    shop.take(view(at(30), "ann", "tea"));
    EXPECT_EQ(shop.visitor("ann").session_start(), at(0));
    const VisitorStep step = shop.take(view(at(61), "ann", "pot"));
    EXPECT_TRUE(step.cold_changed);
    EXPECT_EQ(shop.visitor("ann").session_start(), at(61));
    const auto actions = shop.visitor("ann").actions();
    ASSERT_EQ(actions.size(), 3u);
    EXPECT_TRUE(actions[0].in_session);
    EXPECT_FALSE(actions[1].in_session);
}

TEST(VisitorStep, folds_an_event_sent_twice_once) {
    FoldedShop shop;
    const event::Event event = view(at(0), "ann", "mug");
    shop.take(event);
    const VisitorRecords before = shop.records("ann");
    EXPECT_EQ(shop.take(event).verdict, Verdict::duplicate);
    EXPECT_EQ(shop.records("ann"), before);
    EXPECT_EQ(shop.item("mug").total().views, 1);
}

TEST(VisitorStep, keeps_the_cart_until_it_is_bought) {
    FoldedShop shop;
    shop.take(happening(EventKind::add_to_cart, at(0), "ann", {line("mug", 2), line("tea")}));
    shop.take(happening(EventKind::add_to_cart, at(1), "ann", {line("mug", 3)}));
    shop.take(happening(EventKind::remove_from_cart, at(2), "ann", {line("mug", 1)}));
    auto cart = shop.visitor("ann").cart();
    ASSERT_EQ(cart.size(), 2u);
    EXPECT_EQ(cart[1].item, item_key("mug"));
    EXPECT_EQ(cart[1].quantity, 4u);
    shop.take(purchase(at(3), "ann", "o1", {line("mug", 4)}));
    cart = shop.visitor("ann").cart();
    ASSERT_EQ(cart.size(), 1u);
    EXPECT_EQ(cart[0].item, item_key("tea"));
}

TEST(VisitorStep, counts_what_was_bought) {
    FoldedShop shop;
    shop.take(purchase(at(0), "ann", "o1", {line("mug", 2), line("tea", 1), line("mug", 3)}));
    const Bucket mug = shop.item("mug").total();
    EXPECT_EQ(mug.orders, 1);
    EXPECT_EQ(mug.units, 5);
    EXPECT_EQ(mug.revenue, 10 * money_unit);
    EXPECT_EQ(shop.visitor("ann").order_count(), 1u);
    const auto actions = shop.visitor("ann").actions();
    ASSERT_EQ(actions.size(), 2u);
    EXPECT_EQ(actions[0].quantity + actions[1].quantity, 6u);
}

TEST(VisitorStep, an_event_at_or_below_the_floor_is_late_and_changes_nothing) {
    FoldedShop shop;
    shop.limits.remembered_ids = 3;
    for (int i = 0; i < 5; ++i) shop.take(view(at(10 + i), "ann", "mug"));
    const VisitorRecords before = shop.records("ann");
    const VisitorStep step = shop.take(view(at(5), "ann", "tea"));
    EXPECT_EQ(step.verdict, Verdict::late);
    EXPECT_TRUE(step.deltas.empty());
    EXPECT_EQ(shop.records("ann"), before);
    EXPECT_EQ(shop.take(view(at(12), "ann", "tea")).verdict, Verdict::folded);
}

TEST(VisitorStep, an_id_older_than_49_days_is_forgotten_and_its_duplicate_is_late) {
    FoldedShop shop;
    const event::Event old = view(at(0), "ann", "mug");
    shop.take(old);
    shop.take(view(at(0) + 50 * day_ms, "ann", "tea"));
    EXPECT_EQ(shop.take(old).verdict, Verdict::late);
    EXPECT_EQ(shop.take(view(at(0) + day_ms, "ann", "pot")).verdict, Verdict::folded);
    EXPECT_EQ(shop.visitor("ann").actions().size(), 3u);
    EXPECT_EQ(shop.item("mug").total().views, 1);
}

TEST(VisitorStep, an_event_much_older_than_the_newest_is_folded_once) {
    FoldedShop shop;
    shop.take(view(at(0) + 100 * day_ms, "ann", "tea"));
    const event::Event old = purchase(at(0), "ann", "o1", {line("mug")});
    EXPECT_EQ(shop.take(old).verdict, Verdict::folded);
    EXPECT_EQ(shop.take(old).verdict, Verdict::late);
    EXPECT_EQ(shop.item("mug").total().units, 1);
    EXPECT_EQ(shop.visitor("ann").actions().back().item, item_key("mug"));
}

TEST(VisitorStep, a_retry_without_a_time_is_recognised_by_its_id) {
    FoldedShop shop;
    event::Event event = view(at(0), "ann", "mug");
    shop.take(event);
    event.time = event.received_at = at(2);
    EXPECT_EQ(shop.take(event).verdict, Verdict::duplicate);
}

TEST(VisitorStep, an_event_from_before_the_session_is_not_in_it) {
    FoldedShop shop;
    shop.take(view(at(60), "ann", "mug"));
    shop.take(view(at(0), "ann", "tea"));
    const auto actions = shop.visitor("ann").actions();
    EXPECT_EQ(shop.visitor("ann").last_event(), at(60));
    EXPECT_FALSE(actions.at(1).in_session);
}

TEST(VisitorStep, counts_one_view_and_one_cart_of_an_item_a_day) {
    FoldedShop shop;
    for (int i = 0; i < 5; ++i) {
        shop.take(view(at(2 * i), "ann", "mug"));
        shop.take(happening(EventKind::add_to_cart, at(2 * i + 1), "ann", {line("mug")}));
    }
    EXPECT_EQ(shop.item("mug").total().views, 1);
    EXPECT_EQ(shop.item("mug").total().carts, 1);
    shop.take(view(at(0) + day_ms, "ann", "mug"));
    shop.take(view(at(0) + hour_ms, "ann", "mug"));
    EXPECT_EQ(shop.item("mug").total().views, 2);
}

TEST(VisitorStep, one_visitor_counts_a_limited_number_of_things_a_day) {
    FoldedShop shop;
    for (int i = 0; i < 100; ++i) shop.take(view(at(i), "ann", "item" + std::to_string(i)));
    EXPECT_EQ(shop.items().size(), shop.limits.counted_a_day);
}

TEST(VisitorStep, tells_an_item_the_last_three_others_of_the_session) {
    FoldedShop shop;
    for (const char* item : {"a", "b", "c", "b", "d"}) shop.take(view(at(0), "ann", item));
    VisitorStep step = shop.take(view(at(1), "ann", "e"));
    ASSERT_EQ(step.deltas.size(), 1u);
    EXPECT_EQ(step.deltas[0].neighbours, (std::vector<ItemKey>{item_key("d"), item_key("b"), item_key("c")}));
    step = shop.take(view(at(90), "ann", "f"));
    EXPECT_TRUE(step.deltas.at(0).neighbours.empty());
}

TEST(VisitorStep, tells_the_lines_of_an_order_about_each_other) {
    FoldedShop shop;
    const VisitorStep step =
        shop.take(purchase(at(0), "ann", "o1", {line("a"), line("b"), line("b"), line("c"), line("d"), line("e")}));
    ASSERT_EQ(step.deltas.size(), 5u);
    EXPECT_TRUE(step.deltas[0].neighbours.empty());
    EXPECT_EQ(step.deltas[4].neighbours, (std::vector<ItemKey>{item_key("d"), item_key("c"), item_key("b")}));
}

TEST(VisitorStep, a_bot_has_state_of_its_own_and_tells_nobody) {
    FoldedShop shop;
    event::Event event = view(at(0), "crawler", "mug");
    event.bot = true;
    event.user_id = "ann";
    const VisitorStep step = shop.take(event);
    EXPECT_EQ(step.verdict, Verdict::silent);
    EXPECT_TRUE(step.facts.empty());
    EXPECT_TRUE(step.deltas.empty());
    EXPECT_EQ(shop.visitor("crawler").actions().size(), 1u);
}

TEST(VisitorStep, a_visitor_over_the_rate_is_suspect_for_a_day) {
    FoldedShop shop;
    shop.limits.suspect_events_an_hour = 10;
    for (int i = 0; i < 10; ++i) EXPECT_EQ(shop.take(view(at(i), "ann", "mug")).verdict, Verdict::folded);
    EXPECT_EQ(shop.take(view(at(10), "ann", "tea")).verdict, Verdict::silent);
    EXPECT_TRUE(shop.visitor("ann").suspect());
    EXPECT_EQ(shop.take(view(at(120), "ann", "tea")).verdict, Verdict::silent);
    EXPECT_EQ(shop.take(view(at(11) + day_ms, "ann", "tea")).verdict, Verdict::folded);
    EXPECT_FALSE(shop.visitor("ann").suspect());
}

TEST(VisitorStep, old_times_are_no_way_around_the_rate) {
    FoldedShop shop;
    shop.limits.suspect_events_an_hour = 10;
    for (int i = 0; i < 11; ++i) shop.take(view(at(-100 * i), "ann", "mug"));
    EXPECT_GT(shop.take(view(at(1), "ann", "tea")).verdict, Verdict::late);
}

TEST(VisitorStep, a_cart_event_with_items_names_the_whole_cart) {
    FoldedShop shop;
    shop.take(happening(EventKind::add_to_cart, at(0), "ann", {line("mug"), line("tea")}));
    shop.take(happening(EventKind::view_cart, at(1), "ann", {line("tea", 2), line("pot")}));
    const auto cart = shop.visitor("ann").cart();
    ASSERT_EQ(cart.size(), 2u);
    EXPECT_EQ(cart[0].item, item_key("tea"));
    EXPECT_EQ(cart[0].quantity, 2u);
    shop.take(happening(EventKind::view_cart, at(2), "ann"));
    EXPECT_EQ(shop.visitor("ann").cart().size(), 2u);
}

TEST(VisitorStep, remembers_searches_by_their_hash) {
    FoldedShop shop;
    event::Event search = happening(EventKind::search, at(0), "ann");
    search.search_term = "red mug";
    shop.take(search);
    const auto searches = shop.visitor("ann").searches();
    ASSERT_EQ(searches.size(), 1u);
    EXPECT_EQ(searches[0].term_hash, text_hash("red mug"));
}

TEST(VisitorStep, looks_at_the_cold_record_only_where_it_may_change) {
    FoldedShop shop;
    shop.take(view(at(0), "ann", "mug"));
    const std::string hot = shop.records("ann").hot, unreadable = "nonsense";
    const std::vector<event::EventItem> shown(100, line("tea"));
    EXPECT_TRUE(
        visitor_step({hot, unreadable}, happening(EventKind::view_item_list, at(1), "ann", shown), shop.hasher()));
    EXPECT_TRUE(visitor_step({hot, unreadable}, view(at(1), "ann", "tea"), shop.hasher()));
    EXPECT_FALSE(visitor_step({hot, unreadable}, view(at(60), "ann", "tea"), shop.hasher()));
    EXPECT_FALSE(visitor_step({hot, unreadable}, login(at(1), "ann", "user"), shop.hasher()));
}

TEST(VisitorStep, refuses_bytes_that_are_not_a_visitor) {
    FoldedShop shop;
    const auto hot = visitor_step({"nonsense", ""}, view(at(0), "ann", "mug"), shop.hasher());
    ASSERT_FALSE(hot);
    EXPECT_EQ(hot.error().code, ErrorCode::corrupt_data);
    EXPECT_FALSE(visitor_step({"", "nonsense"}, purchase(at(0), "ann", "o1", {line("mug")}), shop.hasher()));
}

// The rule in words of a set: the newest M pairs (time, id), and the largest pair that fell out of it.
class NaiveMemory {
public:
    explicit NaiveMemory(std::size_t most) : most_(most) {}
    Verdict take(TimeMs time, const std::string& id) {
        for (const auto& [known_time, known] : newest_)
            if (known == id) return Verdict::duplicate;
        const std::pair pair{time, id};
        if (floor_ && hashed(pair) <= hashed(*floor_)) return Verdict::late;
        newest_.insert(pair);
        while (newest_.size() > most_) forget();
        return Verdict::folded;
    }

private:
    static std::pair<TimeMs, std::uint64_t> hashed(const std::pair<TimeMs, std::string>& pair) {
        return {pair.first, text_hash(pair.second) & ((1ull << 48) - 1)};
    }
    void forget() {
        const auto oldest = std::min_element(newest_.begin(), newest_.end(),
                                             [](const auto& a, const auto& b) { return hashed(a) < hashed(b); });
        if (!floor_ || hashed(*oldest) > hashed(*floor_)) floor_ = *oldest;
        newest_.erase(oldest);
    }
    std::size_t most_;
    std::set<std::pair<TimeMs, std::string>> newest_;
    std::optional<std::pair<TimeMs, std::string>> floor_;
};

TEST(VisitorStep, each_duplicate_is_caught_or_late_and_each_verdict_is_that_of_a_set) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        FoldedShop shop;
        shop.limits.remembered_ids = 1 + random.below(8);
        NaiveMemory naive(shop.limits.remembered_ids);
        std::set<std::string> folded;
        for (int i = 0; i < 200; ++i) {
            const std::uint64_t number = random.below(60);
            event::Event event = view(at(static_cast<std::int64_t>(number / 2)), "ann", "mug");
            event.event_id = "id" + std::to_string(number);
            const Verdict verdict = shop.take(event).verdict;
            ASSERT_EQ(verdict, naive.take(event.time, event.event_id));
            if (verdict == Verdict::folded) {
                ASSERT_TRUE(folded.insert(event.event_id).second);
            }
        }
    }
}

}  // namespace

}  // namespace vitrina::state
