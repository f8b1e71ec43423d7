#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include "recommendation/exploration.hpp"
#include "recommendation/test_shop.hpp"

namespace vitrina::recommendation {
namespace {

// Thirty items; item–item says them in order with falling scores, so that the k-th has 1 / (1 + k) of the first.
struct ExploredSlots : testing::Test {
    TestShop shop;

    static std::string name(int number) { return fmt::format("i{:02}", number); }
    void SetUp() override {
        std::vector<std::string> ids;
        for (int i = 0; i < 30; ++i) {
            ids.push_back(name(i));
            shop.add(ids.back()).categories = {i % 2 == 0 ? "even" : "odd"};
        }
        shop.open();
        shop.learn();
        shop.says("item_item", ids);
        shop.snapshot.placements["home"].sources = {"item_item"};
        shop.snapshot.placements["home"].explore = {.slots = {2, 4}, .share = 1, .epsilon = 0.2, .relevance = 0.29};
        shop.exploring = 1;
    }
    Exploring& explore() { return shop.snapshot.placements["home"].explore; }
    static Request home(std::size_t size = 6) { return {.placement = "home", .size = size}; }
    std::vector<std::string> ids(const Request& request = home()) {
        std::vector<std::string> shown;
        const auto answer = *shop.ask(request);
        for (const AnsweredItem& item : answer.items) shown.push_back(item.item_id);
        return shown;
    }
    // By counter, from 0.
    void each_answer(std::uint64_t answers, const std::function<void(const Recommendation&)>& visit) {
        for (std::uint64_t counter = 0; counter < answers; ++counter) {
            shop.exploring = counter;
            visit(*shop.ask(home()));
        }
    }
};

TEST_F(ExploredSlots, are_none_where_the_placement_or_the_answer_does_not_explore) {
    const Exploring on = explore();
    explore() = {};
    const std::vector<std::string> usual = ids();
    EXPECT_EQ(usual, (std::vector<std::string>{"i00", "i01", "i02", "i03", "i04", "i05"}));
    explore() = on;
    std::size_t different = 0;
    each_answer(50, [&](const Recommendation& answer) { different += answer.items[2].item_id != usual[2] ? 1 : 0; });
    EXPECT_GT(different, 10u);
    shop.exploring.reset();
    EXPECT_EQ(ids(), usual);
    EXPECT_TRUE(shop.ask(home())->explored.empty());
    shop.exploring = 1;
    explore().share = 0;
    EXPECT_EQ(ids(), usual);
    EXPECT_TRUE(shop.ask(home())->explored.empty());
}

TEST_F(ExploredSlots, change_only_the_named_ones_and_log_what_was_drawn) {
    each_answer(200, [&](const Recommendation& answer) {
        ASSERT_EQ(answer.items.size(), 6u);
        ASSERT_EQ(answer.explored.size(), 2u);
        EXPECT_EQ(answer.items[0].item_id, name(0));
        EXPECT_EQ(answer.items[1].item_id, name(1));
        EXPECT_EQ(answer.items[3].item_id, name(3));
        EXPECT_EQ(answer.items[5].item_id, name(5));
        std::set<std::string> distinct;
        for (const AnsweredItem& item : answer.items) distinct.insert(item.item_id);
        EXPECT_EQ(distinct.size(), 6u);
        for (const ExploredSlot& slot : answer.explored) {
            std::vector<std::uint32_t> chances;
            std::uint64_t sum = 0;
            for (const Eligible& eligible : slot.eligible) {
                chances.push_back(eligible.chance);
                sum += eligible.chance;
            }
            EXPECT_EQ(sum, whole_chance);
            EXPECT_LE(slot.eligible.size(), eligible_most);
            EXPECT_EQ(slot.eligible[slot.drawn].item_id, answer.items[slot.slot].item_id);
            EXPECT_EQ(draw(chances, {slot.counter, slot.slot}), slot.drawn);
        }
    });
}

// The third item has a third of the first's score; at least 0.29 of that have the first ten. Five of them stand elsewhere.
TEST_F(ExploredSlots, take_only_what_is_relevant_and_as_much_as_there_may_be) {
    const auto eligible = [&] {
        std::vector<std::string> ids;
        const auto answer = *shop.ask(home());
        for (const Eligible& item : answer.explored.front().eligible) ids.push_back(item.item_id);
        return ids;
    };
    EXPECT_EQ(eligible(), (std::vector<std::string>{"i02", "i06", "i07", "i08", "i09"}));
    explore().relevance = 0;
    EXPECT_EQ(eligible().size(), eligible_most);
    explore().relevance = 1;
    EXPECT_TRUE(shop.ask(home())->explored.empty()) << "nothing but its own item is eligible";
}

TEST_F(ExploredSlots, are_the_same_when_an_answer_is_made_again) {
    each_answer(20, [&](const Recommendation& answer) {
        const auto again = *shop.ask(home());
        EXPECT_EQ(again.explored, answer.explored);
        for (std::size_t i = 0; i < answer.items.size(); ++i)
            EXPECT_EQ(again.items[i].item_id, answer.items[i].item_id);
    });
}

// Pearson's statistic of what was shown against the sum of the chances of every answer. 18.47: the 99.9 % point of χ² with 4 degrees
// of freedom, one less than the items of the first slot's set.
TEST_F(ExploredSlots, show_items_as_often_as_their_logged_chances_say) {
    std::map<std::string, double> expected, shown;
    each_answer(5000, [&](const Recommendation& answer) {
        const ExploredSlot& slot = answer.explored.front();
        for (const Eligible& item : slot.eligible) expected[item.item_id] += item.chance / double{whole_chance};
        ++shown[answer.items[slot.slot].item_id];
    });
    ASSERT_EQ(expected.size(), 5u);
    double statistic = 0;
    for (const auto& [id, mean] : expected) statistic += (shown[id] - mean) * (shown[id] - mean) / mean;
    EXPECT_LT(statistic, 18.47);
}

TEST_F(ExploredSlots, keep_to_the_rules) {
    shop.snapshot.placements["home"].diversity = {"category", 3};
    shop.profile.cart.push_back({item_key("i06"), 1, TestShop::now});
    shop.did(state::Action::buy, "i07", day_ms, 1);
    std::set<std::string> seen;
    each_answer(300, [&](const Recommendation& answer) {
        int even = 0;
        for (const AnsweredItem& item : answer.items) {
            even += (item.item_id[2] - '0') % 2 == 0 ? 1 : 0;
            seen.insert(item.item_id);
        }
        EXPECT_EQ(even, 3);
    });
    EXPECT_FALSE(seen.contains("i06")) << "in the cart";
    EXPECT_FALSE(seen.contains("i07")) << "bought yesterday";
    EXPECT_TRUE(seen.contains("i08"));
}

TEST_F(ExploredSlots, are_none_in_listings_strict_late_and_restricted_answers) {
    const auto explored = [&](const Request& request) { return shop.ask(request)->explored.size(); };
    EXPECT_EQ(explored(home()), 2u);
    Request strict = home();
    strict.strict = true;
    EXPECT_EQ(explored(strict), 0u);
    Request candidates = home();
    for (int i = 0; i < 20; ++i) candidates.candidates.push_back(name(i));
    EXPECT_EQ(explored(candidates), 0u);
    candidates.listing = true;
    EXPECT_EQ(explored(candidates), 0u);
    shop.snapshot.placements["home"].sources = {"item_item", "popular"};
    int looks = 0;
    const auto late = *shop.ask(home(), [&] { return ++looks > 1; });
    ASSERT_TRUE(late.late);
    EXPECT_TRUE(late.explored.empty());
    EXPECT_EQ(explored(home(2)), 0u) << "the answer has no third place";
}

TEST_F(ExploredSlots, believe_what_is_known_of_the_items_and_name_its_version) {
    auto success = std::make_shared<ranking::SuccessLifts>();
    ranking::Worths& worths = success->worths["home"];
    worths.by_slot.assign(shop.catalog.slots(), {{10, 990}, {10, 90}});
    worths.by_slot[*shop.catalog.find("i08")] = {{300, 700}, {200, 100}};
    worths.version = 77;
    shop.snapshot.success = success;
    explore().slots = {2};
    std::uint64_t of_good = 0;
    each_answer(20, [&](const Recommendation& answer) {
        EXPECT_EQ(answer.explored.front().posterior, 77u);
        for (const Eligible& item : answer.explored.front().eligible)
            if (item.item_id == "i08") of_good += item.chance;
    });
    EXPECT_GE(of_good, 20u * 840'000u) << "all draws and its part of the uniform fifth";
}

TEST_F(ExploredSlots, give_new_items_of_an_unknown_person_their_first_exposures_and_tell_the_chance) {
    auto trends = std::make_shared<features::Trends>();
    trends->popularity.assign(shop.catalog.slots(), 0.0f);
    for (const char* id : {"i29", "i28"}) trends->newest.push_back(*shop.catalog.find(id));
    shop.snapshot.trends = trends;
    explore() = {.slots = {2}, .share = 1, .epsilon = 0.5, .relevance = 0.3, .cold = 1};
    int shown = 0;
    Request request = home();
    request.explain = true;
    for (std::uint64_t counter = 0; counter < 200; ++counter) {
        shop.exploring = counter;
        const auto answer = *shop.ask(request);
        const AnsweredItem& item = answer.items[2];
        EXPECT_NE(item.item_id, "i28") << "one cold item, and no more";
        EXPECT_EQ(item.explained.back().source, "explore");
        const ExploredSlot& slot = answer.explored.front();
        EXPECT_FLOAT_EQ(item.explained.back().score,
                        static_cast<float>(slot.eligible[slot.drawn].chance) / whole_chance);
        if (item.item_id != "i29") continue;
        ++shown;
        EXPECT_EQ(item.source, "cold");
        EXPECT_EQ(item.reason.code, "picked_for_you");
    }
    EXPECT_GT(shown, 10);
    explore().cold = 0;
    each_answer(50, [&](const Recommendation& answer) { EXPECT_NE(answer.items[2].item_id, "i29"); });
}

}  // namespace
}  // namespace vitrina::recommendation
