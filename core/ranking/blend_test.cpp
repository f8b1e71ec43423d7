#include "ranking/blend.hpp"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace vitrina::ranking {
namespace {

TEST(Blend, divides_each_source_by_its_maximum_and_adds_the_weighted_shares) {
    const std::vector<Scored> first{{7, 4}, {8, 2}}, second{{8, 10}, {9, 5}};
    const std::vector<Weighted> sources{{first, 1}, {second, 2}};
    const std::vector<Blended> expected{{8, 2.5f, 1}, {7, 1, 0}, {9, 1, 1}};
    EXPECT_EQ(blend(sources), expected);
}

TEST(Blend, hears_no_source_without_weight_or_scores) {
    const std::vector<Scored> some{{1, 1}}, zero{{2, 0}}, nothing;
    EXPECT_EQ(blend(std::vector<Weighted>{{some, 0}, {zero, 1}, {nothing, 1}}), std::vector<Blended>{});
    EXPECT_EQ(blend({}), std::vector<Blended>{});
}

TEST(Blend, agrees_with_a_map_on_random_sources) {
    Random random(11);
    for (int round = 0; round < 200; ++round) {
        std::vector<std::vector<Scored>> lists(1 + random.below(5));
        std::vector<Weighted> sources;
        std::map<std::uint32_t, float> plain;
        for (auto& list : lists) {
            std::map<std::uint32_t, float> scores;
            for (std::uint64_t i = 0; i < random.below(300); ++i)
                scores[static_cast<std::uint32_t>(random.below(500) * 65536)] =
                    1 + static_cast<float>(random.below(50));
            for (const auto& [row, score] : scores) list.push_back({row, score});
            std::ranges::sort(list, better);
            const auto weight = static_cast<float>(random.below(3));
            sources.push_back({list, weight});
            if (weight > 0 && !list.empty())
                for (const Scored& scored : list) plain[scored.row] += scored.score * (weight / list.front().score);
        }
        const auto blended = blend(sources);
        ASSERT_EQ(blended.size(), plain.size());
        for (const Blended& one : blended) ASSERT_EQ(one.score, plain.at(one.row));
        ASSERT_TRUE(std::ranges::is_sorted(blended, [](const Blended& a, const Blended& b) {
            return a.score != b.score ? a.score > b.score : a.row < b.row;
        }));
    }
}

}  // namespace
}  // namespace vitrina::ranking
