#include "border/records.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace vitrina::border {
namespace {

state::Fact random_fact(Random& random, const PersonKey& user) {
    state::Fact fact;
    fact.user = user;
    fact.time = static_cast<TimeMs>(random.below(1LL << 45));
    fact.event_hash = random.next();
    fact.transaction_hash = random.next();
    fact.item = ItemKey{random.next()};
    fact.price = static_cast<MoneyMicros>(random.next());
    fact.quantity = static_cast<std::uint32_t>(random.next());
    fact.line = static_cast<std::uint16_t>(random.next());
    fact.action = static_cast<state::Action>(1 + random.below(5));
    fact.withdrawn = random.below(2) == 0;
    return fact;
}

TEST(BorderRecords, of_facts_are_read_as_they_were_written) {
    Random random(3);
    for (std::size_t count = 1; count < 300; count += 7) {
        const PersonKey user{random.next(), random.next()};
        std::vector<state::Fact> facts;
        for (std::size_t i = 0; i < count; ++i) facts.push_back(random_fact(random, user));
        ASSERT_EQ(decode_facts(encode_facts(facts), user), facts);
    }
}

TEST(BorderRecords, of_facts_hold_nothing_that_a_state_could_not_hold) {
    const PersonKey user{1, 2};
    state::Fact fact{.user = user, .time = 1};
    EXPECT_TRUE(decode_facts(encode_facts({&fact, 1}), user));
    fact.time = 1LL << 60;
    EXPECT_FALSE(decode_facts(encode_facts({&fact, 1}), user));
    fact.time = 1;
    fact.action = state::Action{0};
    EXPECT_FALSE(decode_facts(encode_facts({&fact, 1}), user));
    EXPECT_FALSE(decode_facts(encode_facts({}), user));
    EXPECT_FALSE(decode_facts("", user));
}

TEST(BorderRecords, of_deltas_are_read_as_they_were_written) {
    Random random(4);
    for (int i = 0; i < 200; ++i) {
        state::ItemDelta delta{.item = ItemKey{random.next()},
                               .hour = static_cast<std::int32_t>(random.below(1 << 26))};
        delta.views = static_cast<std::int32_t>(random.next());
        delta.carts = static_cast<std::int32_t>(random.next());
        delta.orders = static_cast<std::int32_t>(random.next());
        delta.units = static_cast<std::int64_t>(random.next());
        delta.revenue = static_cast<std::int64_t>(random.next());
        for (std::uint64_t n = random.below(4); n > 0; --n) delta.neighbours.push_back(ItemKey{random.next()});
        const std::string bytes = encode_delta(delta);
        ASSERT_EQ(decode_delta(bytes), delta);
        EXPECT_FALSE(decode_delta(bytes.substr(0, bytes.size() - 1)));
        EXPECT_FALSE(decode_delta(bytes + '\0'));
    }
    EXPECT_FALSE(decode_delta(encode_delta({.hour = 1 << 30})));
}

TEST(BorderRecords, of_dead_letters_are_read_as_they_were_written_and_cut_where_they_are_too_long) {
    DeadLetter letter{.topic = "vitrina.events",
                      .partition = 3,
                      .offset = 1LL << 40,
                      .timestamp = 5,
                      .code = "bug",
                      .reason = "because",
                      .key = "default/v1",
                      .record = std::string("\0\1", 2),
                      .state = "S"};
    letter.record_bytes = 2;
    EXPECT_EQ(decode_dead_letter(encode(letter)), letter);
    letter.record = std::string(1'000'000, 'x');
    const std::string bytes = encode(letter);
    EXPECT_LT(bytes.size(), 600'000u);
    const auto read = decode_dead_letter(bytes);
    EXPECT_EQ(read->record.size(), dead_letter_part_bytes_max);
    EXPECT_EQ(read->record_bytes, 1'000'000u);
    EXPECT_FALSE(decode_dead_letter(bytes.substr(0, 80)));
    EXPECT_FALSE(decode_dead_letter(""));
}

}  // namespace
}  // namespace vitrina::border
