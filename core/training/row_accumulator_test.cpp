#include "training/row_accumulator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/random.hpp"

namespace vitrina::training {
namespace {

std::vector<Scored> naive_largest(const std::map<std::uint32_t, float>& sums, std::size_t k, std::uint32_t self,
                                  const std::vector<float>& column_weight) {
    std::vector<Scored> all;
    for (const auto& [column, sum] : sums)
        if (column != self) all.push_back({column, column_weight.empty() ? sum : sum * column_weight[column]});
    std::ranges::stable_sort(all, [](const Scored& a, const Scored& b) { return a.score > b.score; });
    all.resize(std::min(k, all.size()));
    return all;
}

// Weights of a few sizes only, so that many are equal, or of very different ones.
float weight_of(Random& random, bool alike) {
    return alike ? static_cast<float>(1 + random.below(3))
                 : static_cast<float>(1 + random.below(1000)) / static_cast<float>(1 + random.below(1'000'000));
}

TEST(RowAccumulator, keeps_what_sorting_everything_keeps) {
    constexpr std::uint32_t columns = 3000;
    RowAccumulator accumulator(columns);
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        const bool alike = random.below(2) == 0;
        std::vector<float> column_weight;
        if (random.below(2) == 0)
            for (std::uint32_t c = 0; c < columns; ++c) column_weight.push_back(weight_of(random, alike));
        std::map<std::uint32_t, float> sums;
        for (std::uint64_t a = random.below(6000); a > 0; --a) {
            const auto column = static_cast<std::uint32_t>(random.below(columns));
            const float weight = weight_of(random, alike);
            accumulator.add(column, weight);
            sums[column] += weight;
        }
        const std::size_t k = random.below(400);
        const auto self = static_cast<std::uint32_t>(random.below(columns));
        const auto best = accumulator.take_largest(k, self, column_weight);
        EXPECT_EQ(std::vector(best.begin(), best.end()), naive_largest(sums, k, self, column_weight));
    }
}

}  // namespace
}  // namespace vitrina::training
