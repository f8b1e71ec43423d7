#pragma once
// The small symmetric systems of factorisation: given rows v_i of a factor matrix, weights w_i ≥ 0 and a diagonal D > 0,
//
//   (diag(D) + Σ_i w_i v_i v_iᵀ) x = Σ_i w_i v_i
//
// which is one row of a half-step of iALS in the basis where the Gram matrix is diagonal (base/eigenbasis.hpp), and the
// fold-in of a visitor. n rows of d numbers cost about min(n, d)² · max(n, d) multiplications: with fewer rows than dimensions the
// equal system of n unknowns is solved instead (Woodbury's identity): with the rows of V being √w_i v_i,
// y = (I + V D⁻¹ Vᵀ)⁻¹ √w, x = D⁻¹ Vᵀ y.
// Both go through one fused kernel: a strip of six rows of the matrix is summed in registers, reduced by the strips above it, and
// factored (Cholesky, A = Uᵀ U) before it leaves the cache.
//
// Bytes: as base/dense.hpp. Threads: a solver belongs to one thread; it only holds working memory.
// Preconditions: D > 0; numbers are finite. Not an error: no rows (x = 0).
// Accuracy: float; about 1e-5 of ‖x‖ for the condition numbers of regularised factors.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/matrix.hpp"

namespace vitrina {

class RidgeSolver {
public:
    explicit RidgeSolver(std::size_t dimensions);

    struct Problem {
        Rows factors;
        std::span<const std::uint32_t> which;  // rows of `factors`
        std::span<const float> weights;        // beside `which`; empty: all 1
        std::span<const float> diagonal;       // `dimensions` numbers
    };
    // `x` has factors.stride numbers. Precondition: factors.stride == padded(dimensions).
    void solve(const Problem& problem, std::span<float> x);

private:
    // The system that is solved: U with Uᵀ U = diag(added) + Σ a aᵀ over the rows a of `summands`.
    struct System {
        MutableRows summands;
        MutableRows upper;
    };
    System make_system(std::size_t unknowns, std::size_t summands);
    void factor_and_substitute(const System& system);
    void solve_by_items(const Problem& problem, std::span<float> x);
    void solve_by_dimensions(const Problem& problem, std::span<float> x);

    std::size_t dimensions_;
    std::vector<float> summands_, upper_, added_, right_, inverse_, solution_, scale_, roots_, diagonal_, nothing_;
};

}  // namespace vitrina
