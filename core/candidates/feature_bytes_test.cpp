#include "candidates/feature_bytes.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"

namespace vitrina::candidates {
namespace {

TEST(FeatureBytes, give_back_every_value_that_a_byte_holds) {
    for (int byte = 0; byte < 256; ++byte) {
        if ((byte & 0x7c) == 0x7c || byte == 128) continue;  // never made: beyond the largest, and a second nothing
        EXPECT_EQ(byte_of(value_of(static_cast<std::uint8_t>(byte))), byte);
    }
}

TEST(FeatureBytes, keep_order_and_are_off_by_at_most_an_eighth) {
    Random random(1);
    for (int n = 0; n < 100'000; ++n) {
        const auto value = static_cast<float>(random.normal() * std::exp2(20 * random.unit() - 8));
        const auto other = static_cast<float>(random.normal() * std::exp2(20 * random.unit() - 8));
        if (std::fabs(value) > 0x1p-14f) {
            EXPECT_LE(std::fabs(quantised(value) - value), std::fabs(value) / 8) << value;
        }
        if (value < other) {
            EXPECT_LE(quantised(value), quantised(other)) << value << ' ' << other;
        }
    }
}

TEST(FeatureBytes, can_be_compared_without_being_made) {
    Random random(4);
    const auto number = [&] { return static_cast<float>(random.normal() * std::exp2(random.unit() * 40 - 22)); };
    for (int n = 0; n < 20'000; ++n) {
        const float value = number(), kept = quantised(number());
        for (const float threshold : {number(), kept, quantised(value), std::nextafter(kept, 1e9f)})
            for (const float asked : {value, least_kept_as(threshold), std::nextafter(least_kept_as(threshold), -1e9f)})
                if (std::isfinite(asked)) {
                    EXPECT_EQ(quantised(asked) < threshold, asked < least_kept_as(threshold))
                        << asked << ' ' << threshold;
                }
    }
    EXPECT_TRUE(std::isinf(least_kept_as(57'345))) << "nothing is kept as so much";
}

TEST(FeatureBytes, hold_what_features_are_made_of) {
    for (const float value : {0.0f, 1.0f, 2.0f, 3.0f, 4.0f, 0.5f, -1.0f, 64.0f, 10'240.0f, 1024.0f})
        EXPECT_EQ(quantised(value), value);
    EXPECT_EQ(quantised(1e9f), 57'344.0f);
    EXPECT_EQ(quantised(-1e9f), -57'344.0f);
    EXPECT_EQ(quantised(-1e-9f), 0.0f);
    EXPECT_FALSE(std::signbit(quantised(-1e-9f)));
    EXPECT_EQ(bytes_of(std::vector<float>{0, 1}).size(), 2u);
    std::vector<float> values;
    append_values(bytes_of(std::vector<float>{0, 1, -3}), values);
    EXPECT_EQ(values, (std::vector<float>{0, 1, -3}));
    EXPECT_NE(layout_of(std::vector<std::string>{"a", "b"}), layout_of(std::vector<std::string>{"b", "a"}));
}

}  // namespace
}  // namespace vitrina::candidates
