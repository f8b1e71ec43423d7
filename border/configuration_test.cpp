#include "border/configuration.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vitrina::border {
namespace {

const std::string digits = "00ff02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1F";

TEST(BorderConfiguration, reads_shops_and_limits) {
    const auto read = read_configuration(
        R"({"shops": {"default": ")" + digits +
        R"("}, "fold": {"facts": 9, "searches": 0}, "feedback": {"click_horizon": 5000, "lines": 7}})");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->shops.at("default")[1], std::byte{0xff});
    EXPECT_EQ(read->shops.at("default")[31], std::byte{0x1f});
    EXPECT_EQ(read->fold.facts, 9u);
    EXPECT_EQ(read->fold.searches, 0u);
    EXPECT_EQ(read->fold.orders, state::FoldLimits{}.orders);
    EXPECT_EQ(read->feedback.rules.click_horizon, 5000);
    EXPECT_EQ(read->feedback.limits.lines, 7u);
    EXPECT_EQ(read->feedback.limits.touches, feedback::ShopperLimits{}.touches);
}

TEST(BorderConfiguration, refuses_what_it_does_not_know_and_never_shows_a_key) {
    const std::vector<std::string> bad_ones = {
        std::string(),
        std::string("[]"),
        std::string("{}"),
        std::string(R"({"shops": {}})"),
        R"({"shops": {"Default": ")" + digits + "\"}}",
        R"({"shops": {"default": "g)" + digits.substr(1) + "\"}}",
        R"({"shops": {"default": ")" + digits + "0\"}}",
        R"({"shops": {"default": 5}})",
        std::string(R"({"shops": 5})"),
        R"({"shops": {"default": ")" + digits + R"("}, "fold": {"fact": 9}})",
        R"({"shops": {"default": ")" + digits + R"("}, "fold": {"facts": 0}})",
        R"({"shops": {"default": ")" + digits + R"("}, "fold": {"facts": -1}})",
        R"({"shops": {"default": ")" + digits + R"("}, "fold": {"facts": 70000}})",
        R"({"shops": {"default": ")" + digits + R"("}, "feedback": {"lines": 0}})",
        R"({"shops": {"default": ")" + digits + R"("}, "feedback": []})",
        R"({"shops": {"default": ")" + digits + R"("}, "shop": 1})"};
    for (const std::string& bad : bad_ones) {
        const auto read = read_configuration(bad);
        ASSERT_FALSE(read) << bad;
        EXPECT_EQ(read.error().message.find(digits.substr(4, 20)), std::string::npos);
    }
}

}  // namespace
}  // namespace vitrina::border
