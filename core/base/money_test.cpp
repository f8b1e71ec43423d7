#include "base/money.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace vitrina {
namespace {

TEST(Money, reads_decimals_exactly) {
    EXPECT_EQ(parse_money("4.05"), 4'050'000);
    EXPECT_EQ(parse_money("0"), 0);
    EXPECT_EQ(parse_money("-11062.06"), -11'062'060'000);
    EXPECT_EQ(parse_money("+1"), 1'000'000);
    EXPECT_EQ(parse_money(".5"), 500'000);
    EXPECT_EQ(parse_money("7."), 7'000'000);
    EXPECT_EQ(parse_money("0000000000000000000001.5"), 1'500'000);
    EXPECT_EQ(parse_money("9000000000000"), 9'000'000'000'000'000'000);
}

TEST(Money, rounds_beyond_six_decimals_half_away_from_zero) {
    EXPECT_EQ(parse_money("0.0000005"), 1);
    EXPECT_EQ(parse_money("-0.0000005"), -1);
    EXPECT_EQ(parse_money("0.00000049999"), 0);
    EXPECT_EQ(parse_money("0.9999999"), 1'000'000);
}

TEST(Money, refuses_what_is_none_and_says_what_to_do) {
    for (const char* text : {"", ".", "-", "abc", "1.2.3", "1 000", "1e3", "£5", "5 GBP", "0x10", "--1", "nan"})
        EXPECT_FALSE(parse_money(text)) << text;
    EXPECT_EQ(parse_money("12,5").error().message,
              "\"12,5\" is not a number; use a point as the decimal mark and nothing between thousands");
    EXPECT_FALSE(parse_money("9000000000000.1"));
    EXPECT_FALSE(parse_money("9000000000001"));
    EXPECT_FALSE(parse_money("99999999999999999999999999"));
    EXPECT_FALSE(money_from_number(1e300));
    EXPECT_FALSE(money_from_number(std::numeric_limits<double>::quiet_NaN()));
}

TEST(Money, of_a_number_is_the_nearest_millionth) {
    EXPECT_EQ(money_from_number(4.05), 4'050'000);
    EXPECT_EQ(money_from_number(-0.1), -100'000);
    EXPECT_EQ(money_from_number(1.1e2), 110'000'000);
}

TEST(Money, is_written_with_at_least_two_decimals) {
    EXPECT_EQ(money_text(4'050'000), "4.05");
    EXPECT_EQ(money_text(534'400'000), "534.40");
    EXPECT_EQ(money_text(0), "0.00");
    EXPECT_EQ(money_text(-1), "-0.000001");
    EXPECT_EQ(money_text(-2'500'000), "-2.50");
    EXPECT_EQ(money_text(1'230'000), "1.23");
    EXPECT_EQ(money_text(1'234'500), "1.2345");
    EXPECT_EQ(money_text(std::numeric_limits<MoneyMicros>::min()), "-9223372036854.775808");
}

TEST(Money, is_read_back_as_it_was_written) {
    Random random(11);
    for (int i = 0; i < 10'000; ++i) {
        const auto amount = static_cast<MoneyMicros>(random.next() >> (1 + random.below(62)));
        if (amount <= 9'000'000 * money_unit * money_unit) {
            EXPECT_EQ(parse_money(money_text(-amount)), -amount);
        }
    }
}

TEST(Money, knows_currencies_by_their_code) {
    EXPECT_TRUE(is_currency("GBP"));
    EXPECT_TRUE(is_currency("RUB"));
    EXPECT_TRUE(is_currency("ZWG"));
    for (const char* code : {"", "gbp", "GB", "XXX", "ABC", "EURO", "DEM"}) EXPECT_FALSE(is_currency(code)) << code;
}

}  // namespace
}  // namespace vitrina
