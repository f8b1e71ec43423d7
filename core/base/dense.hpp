#pragma once
// Kernels over dense rows of floats, in the widest instructions that the machine has (chosen at run time by Highway).
//
// Bytes: every sum has one order, whatever the width: outputs lie in lanes, or a dot product keeps 16 partial sums that are
// added in one fixed tree. So all machines with fused multiply-add (AVX2 and wider, and Arm) give the same bytes; older ones
// round each product first and differ in the last places. `kernel_target()` names what runs, for manifests.
// Threads: pure functions. Shapes: rows are padded as in base/matrix.hpp, and what pads them is 0.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/matrix.hpp"

namespace vitrina {

// "AVX2", "AVX3_ZEN4", …
std::string kernel_target();

// scores[r] = ⟨rows[begin + r], query⟩ for every r of `scores`. Precondition: `query` has rows.stride numbers.
void dot_rows(const Rows& rows, std::size_t begin, const float* query, std::span<float> scores);

// scores[n] = ⟨rows[which[n]], query⟩, with the bytes of `dot_rows`. Precondition: as many scores as rows in `which`.
void dot_some(const Rows& rows, std::span<const std::uint32_t> which, const float* query, std::span<float> scores);

// y += a · x over `count` numbers, a multiple of 16.
void axpy(float a, const float* x, float* y, std::size_t count);

struct Product {
    Rows from;
    const Matrix& basis;
    Matrix& to;
};
// to[r] = Σ_k from[r][k] · basis[k] for the rows begin … end − 1, over k < basis.rows(). Precondition: to.columns() ==
// basis.columns(); `to` is not `from`.
void multiply_rows(const Product& product, std::size_t begin, std::size_t end);

// The upper triangle of Σ_r row_r row_rᵀ for the rows begin … end − 1, over the first `columns` of them, written into `sum`;
// below the diagonal `sum` is left with numbers that mean nothing.
void symmetric_sum(const Rows& rows, std::size_t begin, std::size_t end, Matrix& sum);

}  // namespace vitrina
