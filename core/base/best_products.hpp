#pragma once
// The rows with the largest products with a query, exactly, without computing most of the products.
//
// A copy of the rows in 8-bit steps, longest row first, is multiplied in whole numbers. What was rounded away bounds each product
// from both sides (Cauchy–Schwarz): a row whose upper bound lies below the k-th largest lower bound cannot be among the best, and
// the walk ends where not even the length of a row reaches it. Survivors are multiplied as they are, by dot_rows of
// base/dense.hpp: the answer is the one that multiplying everything gives, ties by the smaller row, to the last bit.
//
// Threads: immutable once made. Lifetime: borrows the rows. Shapes: at most 1,024 columns; rows of zeros have no product.
// Bytes: those of base/dense.hpp; the bounds only decide what is left out, in whole numbers that are equal everywhere.
// Cost: stride + 16 bytes a row to keep and at most to read for an answer; about 400 products of floats for the best 200 of 100,000.
// Source of the idea: bounded top-k search by norms, Teflioudi, Gemulla, Mykytiuk: LEMP, SIGMOD 2015.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/matrix.hpp"
#include "base/top_k.hpp"

namespace vitrina {

class BestProducts {
public:
    explicit BestProducts(const Rows& rows);

    // At most `limit` rows with a product above 0, best first. Precondition: `query` has rows.stride finite numbers.
    std::vector<Scored> find(const float* query, std::size_t limit) const;

    // For measurements: products of floats that such a question costs.
    std::size_t products_for(const float* query, std::size_t limit) const;

    // What the kernel multiplies: 64 rows side by side, four columns of a row in one lane.
    static constexpr std::size_t rows_a_block = 64;
    struct alignas(64) Line {
        std::int8_t steps[64];
    };
    struct Block {
        std::int32_t offset[rows_a_block];  // takes back that the query's steps begin at 0
        float step[rows_a_block];           // what one step of the row is worth
        float row_error[rows_a_block];      // what the query's length multiplies
        float row_length[rows_a_block];     // what the query's own error multiplies
    };

private:
    struct Survivor {
        std::uint32_t place = 0;
        float upper = 0, lower = 0;
    };
    void add_row(std::size_t place, std::uint32_t row);
    std::vector<Survivor> survivors_of(const float* query, std::size_t limit) const;

    Rows rows_;
    std::vector<std::uint32_t> row_at_;  // by place: longest first
    std::vector<float> longest_;         // of each block, rounded up
    std::vector<Line> lines_;
    std::vector<Block> blocks_;
};

}  // namespace vitrina
