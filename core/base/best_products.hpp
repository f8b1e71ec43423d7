#pragma once
// The rows with the largest products with a query, exactly, without computing most of the products.
//
// A copy of the rows in 8-bit steps, longest row first, is multiplied in whole numbers. What was rounded away bounds each product
// from both sides (Cauchy–Schwarz): a row whose upper bound lies below the k-th largest lower bound cannot be among the best, and
// the walk ends where not even the length of a row reaches it. Survivors are multiplied as they are, by dot_rows of
// base/dense.hpp: the answer is the one that multiplying everything gives, ties by the smaller row, to the last bit.
// Many questions at once share the way of the copy through the caches.
//
// Threads: immutable once made. Lifetime: borrows the rows. Shapes: at most 1,024 columns; rows of zeros have no product.
// Bytes: those of base/dense.hpp; the bounds only decide what is left out, in whole numbers that are equal everywhere.
// Cost: stride + 5 bytes a row to keep and at most to read for an answer; some 500 products of floats for the best 200 of 100,000.
// Source of the idea: bounded top-k search by norms, Teflioudi, Gemulla, Mykytiuk: LEMP, SIGMOD 2015.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/coarse_products.hpp"
#include "base/matrix.hpp"
#include "base/top_k.hpp"

namespace vitrina {

class BestProducts {
public:
    explicit BestProducts(const Rows& rows);

    // At most `limit` rows with a product above 0, best first. Precondition: `query` has rows.stride finite numbers.
    std::vector<Scored> find(const float* query, std::size_t limit) const;
    // The same of each row of `queries`, of which 64 are asked at once. Precondition: queries.stride == rows.stride.
    std::vector<std::vector<Scored>> find_all(const Rows& queries, std::size_t limit) const;

    // For measurements: products of floats that such a question costs.
    std::size_t products_for(const float* query, std::size_t limit) const;

    std::size_t bytes() const;

private:
    struct Block {
        double step = 0;          // what one step of a row is worth
        double steps_a_unit = 0;  // its inverse
        double row_error = 0;     // what the query's length multiplies
        double row_length = 0;    // what the query's own error multiplies
        float longest = 0;        // of its rows, rounded up
    };
    struct Question;
    void add_block(std::size_t block, std::span<const double> length);
    std::vector<Question> questions_of(const Rows& queries, std::size_t limit) const;
    void find_survivors(std::span<Question> questions) const;
    std::vector<Scored> best_of(const float* query, const Question& question) const;

    Rows rows_;
    std::vector<std::uint32_t> row_at_;  // by place: longest first
    std::vector<CoarseLine> lines_;
    std::vector<Block> blocks_;
};

}  // namespace vitrina
