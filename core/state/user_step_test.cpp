#include "state/folds.hpp"
#include "state/views.hpp"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace vitrina::state {

namespace {

Fact bought(TimeMs time, std::uint64_t event, std::uint16_t line, std::uint64_t item) {
    Fact fact;
    fact.time = time;
    fact.event_hash = event;
    fact.transaction_hash = event + 1;
    fact.item = ItemKey{item};
    fact.price = 3 * money_unit;
    fact.quantity = 2;
    fact.line = line;
    fact.action = Action::buy;
    return fact;
}

Fact withdrawal_of(Fact fact) {
    fact.withdrawn = true;
    return fact;
}

Fact refund_of(const Fact& fact, TimeMs time, std::uint32_t quantity) {
    Fact refund = fact;
    refund.time = time;
    refund.event_hash += 100;
    refund.quantity = quantity;
    refund.action = Action::refund;
    return refund;
}

std::string after(const std::vector<Fact>& facts, const FoldLimits& limits = {}) {
    std::string state;
    for (const Fact& fact : facts) state = user_step(state, fact, limits).value();
    return state;
}

std::vector<Acted> actions_after(const std::vector<Fact>& facts) {
    const std::string state = after(facts);
    return UserView::open(state)->actions();
}

TEST(UserStep, a_withdrawal_takes_the_fact_back_whichever_comes_first) {
    const Fact fact = bought(10, 1, 0, 5);
    EXPECT_TRUE(actions_after({fact, withdrawal_of(fact)}).empty());
    EXPECT_EQ(after({fact, withdrawal_of(fact)}), after({withdrawal_of(fact), fact}));
    EXPECT_EQ(after({withdrawal_of(fact), fact, fact}), after({fact, withdrawal_of(fact)}));
}

TEST(UserStep, a_withdrawal_takes_back_its_own_line_only) {
    const auto actions = actions_after({bought(10, 1, 0, 5), bought(10, 1, 1, 6), withdrawal_of(bought(10, 1, 0, 5))});
    ASSERT_EQ(actions.size(), 1u);
    EXPECT_EQ(actions[0].item, ItemKey{6});
}

TEST(UserStep, reading_takes_returned_units_off_their_order) {
    const Fact fact = bought(10, 1, 0, 5);
    EXPECT_EQ(actions_after({fact, refund_of(fact, 20, 1)}).at(0).quantity, 1u);
    EXPECT_TRUE(actions_after({refund_of(fact, 20, 2), fact}).empty());
    EXPECT_TRUE(actions_after({refund_of(fact, 20, 2)}).empty());
}

TEST(UserStep, the_newest_facts_stay) {
    FoldLimits limits;
    limits.facts = 3;
    std::vector<Fact> facts;
    for (std::uint64_t i = 0; i < 10; ++i) facts.push_back(bought(static_cast<TimeMs>(i), i, 0, i));
    const std::string state = after(facts, limits);
    const auto actions = UserView::open(state)->actions();
    ASSERT_EQ(actions.size(), 3u);
    EXPECT_EQ(actions[0].item, ItemKey{9});
    EXPECT_EQ(actions[2].item, ItemKey{7});
}

TEST(UserStep, many_facts_at_once_are_as_one_after_the_other) {
    std::vector<Fact> facts;
    for (std::uint64_t i = 0; i < 100; ++i) facts.push_back(bought(static_cast<TimeMs>(i % 7), i, 0, i));
    EXPECT_EQ(user_step({}, std::span<const Fact>(facts)).value(), after(facts));
}

TEST(UserStep, refuses_bytes_that_are_not_a_user) {
    const auto refused = user_step("nonsense", bought(1, 1, 1, 1));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::corrupt_data);
}

// A set kept in a map: the newest `most` keys ever seen, withdrawn if ever withdrawn, else the largest of what was said.
class NaiveUser {
public:
    void add(const Fact& fact) {
        const auto key = std::tuple(fact.time, fact.event_hash, fact.line);
        const auto value = std::tuple(fact.transaction_hash, fact.item, fact.price, fact.quantity, fact.action);
        auto& [withdrawn, said] = set_[key];
        withdrawn = withdrawn || fact.withdrawn;
        if (!fact.withdrawn) said = std::max(said, value);
    }
    std::vector<std::pair<TimeMs, ItemKey>> newest(std::size_t most) const {
        std::vector<std::pair<TimeMs, ItemKey>> newest;
        for (auto at = set_.rbegin(); at != set_.rend() && most > 0; ++at, --most)
            if (!at->second.first) newest.emplace_back(std::get<0>(at->first), std::get<1>(at->second.second));
        return newest;
    }

private:
    using Said = std::tuple<std::uint64_t, ItemKey, MoneyMicros, std::uint32_t, Action>;
    std::map<std::tuple<TimeMs, std::uint64_t, std::uint16_t>, std::pair<bool, Said>> set_;
};

std::vector<Fact> random_facts(Random& random) {
    std::vector<Fact> facts;
    for (std::uint64_t i = 0, n = 1 + random.below(60); i < n; ++i) {
        Fact fact = bought(static_cast<TimeMs>(random.below(10)), random.below(4),
                           static_cast<std::uint16_t>(random.below(3)), random.below(5));
        fact.action = Action::view;
        fact.withdrawn = random.below(5) == 0;
        facts.push_back(fact);
    }
    return facts;
}

void shuffle(std::vector<Fact>& facts, Random& random) {
    for (std::size_t i = facts.size(); i > 1; --i) std::swap(facts[i - 1], facts[random.below(i)]);
}

TEST(UserStep, gives_the_same_bytes_in_any_order_with_any_duplicates_and_says_what_a_map_says) {
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        FoldLimits limits;
        limits.facts = 1 + random.below(30);
        std::vector<Fact> facts = random_facts(random);
        const std::string state = after(facts, limits);
        NaiveUser naive;
        for (const Fact& fact : facts) naive.add(fact);
        std::vector<std::pair<TimeMs, ItemKey>> said;
        const auto rows = open_user(state).value();
        for (std::size_t i = 0; i < rows.size(); ++i)
            if (rows[i].action != 0) said.emplace_back(rows[i].time, rows[i].item);
        EXPECT_EQ(said, naive.newest(limits.facts));
        for (std::uint64_t i = 0, n = facts.size(); i < n / 2; ++i) facts.push_back(facts[random.below(n)]);
        shuffle(facts, random);
        EXPECT_EQ(after(facts, limits), state);
        EXPECT_EQ(encode_user(rows.all()), state);
    }
}

}  // namespace

}  // namespace vitrina::state
