#include "base/best_products.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include <hwy/highway.h>

#include "base/dense.hpp"
#include "base/random.hpp"

namespace vitrina {
namespace {

struct Kind {
    double spread = 0;    // of the rows' lengths
    double fall = 0;      // of the columns' sizes
    bool coarse = false;  // numbers of few values: many equal products
};

Matrix random_rows(Random& random, std::size_t rows, std::size_t columns, const Kind& kind) {
    Matrix matrix(rows, columns);
    for (std::size_t r = 0; r < rows; ++r) {
        const double length = random.below(10) == 0 ? 0 : std::exp(kind.spread * random.normal());
        for (std::size_t k = 0; k < columns; ++k) {
            const double number = length * std::exp(-kind.fall * static_cast<double>(k)) * random.normal();
            matrix[r][k] = static_cast<float>(kind.coarse ? std::round(number) : number);
        }
    }
    return matrix;
}

// The header's promise: every product, the best of them.
std::vector<Scored> plain(const Rows& rows, const float* query, std::size_t limit) {
    std::vector<float> scores(rows.count);
    dot_rows(rows, 0, query, scores);
    TopK best(limit);
    for (std::uint32_t r = 0; r < rows.count; ++r)
        if (scores[r] > 0) best.offer({r, scores[r]});
    return best.take();
}

TEST(BestProducts, are_those_of_multiplying_everything) {
    Random random(1);
    for (const Kind& kind : {Kind{0, 0, false}, Kind{1.5, 0, false}, Kind{0.3, 0.2, false}, Kind{0.5, 0, true}})
        for (const std::size_t columns : {1u, 16u, 30u, 64u, 256u})
            for (const std::size_t count : {1u, 63u, 64u, 65u, 1000u}) {
                const Matrix rows = random_rows(random, count, columns, kind);
                const BestProducts best(rows);
                for (const std::size_t limit : {1u, 10u, 200u, 5000u}) {
                    const Matrix query = random_rows(random, 1, columns, {0, kind.fall, kind.coarse});
                    EXPECT_EQ(best.find(query[0], limit), plain(rows, query[0], limit))
                        << columns << " columns, " << count << " rows, the best " << limit;
                }
            }
}

TEST(BestProducts, equal_products_are_ordered_by_row) {
    Matrix rows(300, 20);
    for (std::size_t r = 0; r < 300; ++r)
        for (std::size_t k = 0; k < 20; ++k) rows[r][k] = r % 3 == 0 ? 0.5f : 0.25f;
    Matrix query(1, 20);
    for (std::size_t k = 0; k < 20; ++k) query[0][k] = 0.3f;
    const auto found = BestProducts(rows).find(query[0], 5);
    ASSERT_EQ(found.size(), 5u);
    for (std::uint32_t place = 0; place < 5; ++place) EXPECT_EQ(found[place].row, 3 * place);
}

TEST(BestProducts, nothing_is_found_where_nothing_is_above_zero) {
    Matrix rows(10, 8), query(1, 8);
    EXPECT_TRUE(BestProducts(rows).find(query[0], 3).empty());
    for (std::size_t r = 0; r < 10; ++r) rows[r][2] = 1;
    const BestProducts best(rows);
    EXPECT_TRUE(best.find(query[0], 3).empty());
    query[0][2] = -1;
    EXPECT_TRUE(best.find(query[0], 3).empty());
    query[0][2] = 1e-30f;
    EXPECT_EQ(best.find(query[0], 3).size(), 3u);
    EXPECT_TRUE(best.find(query[0], 0).empty());
    EXPECT_TRUE(BestProducts(Rows{nullptr, 0, 16}).find(query[0], 3).empty());
}

TEST(BestProducts, leave_out_most_of_the_work) {
    Random random(2);
    const Matrix rows = random_rows(random, 20'000, 64, {0.5, 0, false}), query = random_rows(random, 1, 64, {});
    EXPECT_LT(BestProducts(rows).products_for(query[0], 100), 1000u);
}

TEST(BestProducts, narrow_machines_find_the_same) {
    Random random(3);
    const Matrix rows = random_rows(random, 3000, 48, {0.5, 0.05, false}), queries = random_rows(random, 7, 48, {});
    const BestProducts best(rows);
    const auto on = [&](std::int64_t target) {
        hwy::SetSupportedTargetsForTest(target);
        hwy::GetChosenTarget().DeInit();
        auto found = best.find_all(queries, 100);
        for (std::size_t q = 0; q < found.size(); ++q) EXPECT_EQ(found[q], plain(rows, queries[q], 100));
        hwy::SetSupportedTargetsForTest(0);
        hwy::GetChosenTarget().DeInit();
        return found;
    };
    const std::int64_t supported = hwy::SupportedTargets();
    if ((supported & HWY_SSSE3) != 0) on(HWY_SSSE3);
    if ((supported & HWY_AVX2) == 0) GTEST_SKIP() << "this machine has no fused multiply-add";
    const auto narrow = on(HWY_AVX2);
    if ((supported & HWY_AVX3) == 0) GTEST_SKIP() << "this machine has no AVX-512 to compare with";
    EXPECT_EQ(on(HWY_AVX3), narrow);
    if ((supported & HWY_AVX3_DL) == 0) GTEST_SKIP() << "this machine multiplies no four bytes at once";
    EXPECT_EQ(on(HWY_AVX3_DL | HWY_AVX3), narrow);
}

TEST(BestProducts, many_questions_at_once_are_answered_as_each_alone) {
    Random random(4);
    for (const std::size_t columns : {12u, 64u, 300u}) {
        const Matrix rows = random_rows(random, 2000, columns, {0.7, 0.05, false});
        const BestProducts best(rows);
        for (const std::size_t count : {1u, 3u, 4u, 5u, 64u, 65u, 150u}) {
            const Matrix queries = random_rows(random, count, columns, {0.5, 0, false});
            const auto found = best.find_all(queries, 20);
            ASSERT_EQ(found.size(), count);
            for (std::size_t q = 0; q < count; ++q) EXPECT_EQ(found[q], best.find(queries[q], 20)) << count;
        }
    }
}

}  // namespace
}  // namespace vitrina
