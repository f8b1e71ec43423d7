#include "import/spill_sort.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.hpp"

namespace vitrina::import {
namespace {

using Records = std::vector<std::pair<SortKey, std::string>>;

Records sorted(const Records& records, std::size_t memory_bytes, std::uint64_t* spilled = nullptr) {
    SpillSort sort(testing::TempDir(), memory_bytes);
    for (const auto& [key, bytes] : records) EXPECT_TRUE(sort.add(key, bytes));
    EXPECT_TRUE(sort.finish());
    Records result;
    for (;;) {
        const auto record = sort.next();
        EXPECT_TRUE(record.has_value());
        if (!record || !*record) break;
        result.emplace_back((*record)->key, (*record)->bytes);
    }
    if (spilled != nullptr) *spilled = sort.spilled();
    return result;
}

TEST(SpillSort, agrees_with_a_stable_sort_whatever_the_memory) {
    Random random(21);
    for (const std::size_t count : {0u, 1u, 7u, 3000u}) {
        Records records;
        for (std::size_t i = 0; i < count; ++i)
            records.push_back(
                {{random.below(50), random.below(3)}, std::string(random.below(20), 'x') + std::to_string(i)});
        Records expected = records;
        std::ranges::stable_sort(expected, {}, &Records::value_type::first);
        for (const std::size_t memory : {1u, 500u, 20'000u, 10'000'000u}) {
            std::uint64_t spilled = 0;
            EXPECT_EQ(sorted(records, memory, &spilled), expected)
                << count << " records of seed 21 in " << memory << " bytes";
            if (memory == 1) {
                EXPECT_EQ(spilled, count);
            } else if (memory == 10'000'000) {
                EXPECT_EQ(spilled, 0u);
            }
        }
    }
}

TEST(SpillSort, says_which_folder_cannot_hold_its_files) {
    SpillSort sort("/no/such/folder", 1);
    const auto added = sort.add({1, 1}, "x");
    ASSERT_FALSE(added.has_value());
    EXPECT_EQ(added.error().code, ErrorCode::io);
    EXPECT_NE(added.error().message.find("/no/such/folder"), std::string::npos);
}

}  // namespace
}  // namespace vitrina::import
