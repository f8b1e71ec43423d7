// The inner loops that base/dense.cpp and base/ridge.cpp share, compiled once for each instruction set (Highway's -inl
// convention: no include guard in the usual sense).
//
// Lane rule: at most 16 lanes; on narrower machines several registers stand for the 16, so that sums keep their order.

#include <cstddef>

#include "base/matrix.hpp"

#if defined(VITRINA_BASE_LANES_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINA_BASE_LANES_INL
#undef VITRINA_BASE_LANES_INL
#else
#define VITRINA_BASE_LANES_INL
#endif

#include <hwy/highway.h>

// Registers have no addresses: loops over them must be gone when the compiler hands them out, at every level of optimisation.
#ifndef VITRINA_UNROLL
#define VITRINA_UNROLL _Pragma("GCC unroll 16")
#endif

HWY_BEFORE_NAMESPACE();
namespace vitrina::HWY_NAMESPACE {

using Lanes = hwy::HWY_NAMESPACE::CappedTag<float, lane_group>;
using Vector = hwy::HWY_NAMESPACE::Vec<Lanes>;
inline constexpr std::size_t lane_count = hwy::HWY_NAMESPACE::MaxLanes(Lanes());
inline constexpr std::size_t strip_rows = 6;  // 6 × 2 sums, 2 loads and a broadcast fit the 16 registers of AVX2

// The sum of the 16 partial sums, always added as ((0+8)+(4+12)) + … : halves, quarters, pairs.
HWY_INLINE float sum_of_partial_sums(float* partial) {
    for (std::size_t half = lane_group / 2; half > 0; half /= 2)
        for (std::size_t l = 0; l < half; ++l) partial[l] += partial[l + half];
    return partial[0];
}

// products[r] = ⟨rows[r], query⟩ for the first R rows; all of `stride` numbers, a multiple of 16.
template <std::size_t R>
HWY_INLINE void dot_products(const Rows& rows, const float* query, float* products) {
    namespace hn = hwy::HWY_NAMESPACE;
    constexpr std::size_t vectors = lane_group / lane_count;
    const Lanes lanes;
    Vector sums[R][vectors];
    VITRINA_UNROLL
    for (std::size_t r = 0; r < R; ++r) VITRINA_UNROLL
    for (std::size_t v = 0; v < vectors; ++v) sums[r][v] = hn::Zero(lanes);
    for (std::size_t k = 0; k < rows.stride; k += lane_group) VITRINA_UNROLL
    for (std::size_t v = 0; v < vectors; ++v) {
        const auto factor = hn::LoadU(lanes, query + k + v * lane_count);
        VITRINA_UNROLL
        for (std::size_t r = 0; r < R; ++r)
            sums[r][v] = hn::MulAdd(hn::LoadU(lanes, rows[r] + k + v * lane_count), factor, sums[r][v]);
    }
    VITRINA_UNROLL
    for (std::size_t r = 0; r < R; ++r) {
        HWY_ALIGN float partial[lane_group];
        VITRINA_UNROLL
        for (std::size_t v = 0; v < vectors; ++v) hn::StoreU(sums[r][v], lanes, partial + v * lane_count);
        products[r] = sum_of_partial_sums(partial);
    }
}

// R rows by C vectors of sums that stay in registers.
template <std::size_t R, std::size_t C>
struct Tile {
    Vector sums[R][C];

    HWY_INLINE Tile() {
        VITRINA_UNROLL
        for (std::size_t r = 0; r < R; ++r) VITRINA_UNROLL
        for (std::size_t c = 0; c < C; ++c) sums[r][c] = hwy::HWY_NAMESPACE::Zero(Lanes());
    }
    // sums += left(r) · row
    template <class Left>
    HWY_INLINE void add(const Left& left, const float* row) {
        namespace hn = hwy::HWY_NAMESPACE;
        const Lanes lanes;
        Vector right[C];
        VITRINA_UNROLL
        for (std::size_t c = 0; c < C; ++c) right[c] = hn::LoadU(lanes, row + c * lane_count);
        VITRINA_UNROLL
        for (std::size_t r = 0; r < R; ++r) {
            const auto factor = hn::Set(lanes, left(r));
            VITRINA_UNROLL
            for (std::size_t c = 0; c < C; ++c) sums[r][c] = hn::MulAdd(factor, right[c], sums[r][c]);
        }
    }
    // sums −= left(r) · row
    template <class Left>
    HWY_INLINE void subtract(const Left& left, const float* row) {
        namespace hn = hwy::HWY_NAMESPACE;
        const Lanes lanes;
        Vector right[C];
        VITRINA_UNROLL
        for (std::size_t c = 0; c < C; ++c) right[c] = hn::LoadU(lanes, row + c * lane_count);
        VITRINA_UNROLL
        for (std::size_t r = 0; r < R; ++r) {
            const auto factor = hn::Set(lanes, left(r));
            VITRINA_UNROLL
            for (std::size_t c = 0; c < C; ++c) sums[r][c] = hn::NegMulAdd(factor, right[c], sums[r][c]);
        }
    }
    HWY_INLINE void store_row(std::size_t r, float* to) const {
        VITRINA_UNROLL
        for (std::size_t c = 0; c < C; ++c) hwy::HWY_NAMESPACE::StoreU(sums[r][c], Lanes(), to + c * lane_count);
    }
};

// to = Σ a aᵀ − Σ t tᵀ over the rows a of `added` and t of `taken`.
struct Sums {
    Rows added;
    Rows taken;
    MutableRows to;
};

template <std::size_t R, std::size_t C>
HWY_INLINE void sum_tile(const Sums& sums, std::size_t row, std::size_t j) {
    Tile<R, C> tile;
    for (std::size_t k = 0; k < sums.added.count; ++k)
        tile.add([a = sums.added[k] + row](std::size_t r) { return a[r]; }, sums.added[k] + j);
    for (std::size_t k = 0; k < sums.taken.count; ++k)
        tile.subtract([t = sums.taken[k] + row](std::size_t r) { return t[r]; }, sums.taken[k] + j);
    VITRINA_UNROLL
    for (std::size_t r = 0; r < R; ++r) tile.store_row(r, sums.to[row + r] + j);
}

template <std::size_t R>
HWY_NOINLINE void sum_strip_of(const Sums& sums, std::size_t row) {
    std::size_t j = row / lane_count * lane_count;
    for (; j + 2 * lane_count <= sums.to.stride; j += 2 * lane_count) sum_tile<R, 2>(sums, row, j);
    for (; j < sums.to.stride; j += lane_count) sum_tile<R, 1>(sums, row, j);
}

// Up to six rows of the sums from `row`, right of (about) the diagonal.
HWY_INLINE void sum_strip(const Sums& sums, std::size_t row) {
    switch (sums.to.count - row) {
        case 1: return sum_strip_of<1>(sums, row);
        case 2: return sum_strip_of<2>(sums, row);
        case 3: return sum_strip_of<3>(sums, row);
        case 4: return sum_strip_of<4>(sums, row);
        case 5: return sum_strip_of<5>(sums, row);
        default: return sum_strip_of<6>(sums, row);
    }
}

}  // namespace vitrina::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
