#include "base/dense.hpp"

#include <hwy/cache_control.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "base/dense.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "base/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace vitrina::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void dot_rows_here(const Rows& rows, std::size_t begin, const float* query, std::span<float> scores) {
    std::size_t r = 0;
    for (; r + 4 <= scores.size(); r += 4) dot_products<4>({rows[begin + r], 4, rows.stride}, query, &scores[r]);
    for (; r < scores.size(); ++r) dot_products<1>({rows[begin + r], 1, rows.stride}, query, &scores[r]);
}

void dot_some_here(const Rows& rows, std::span<const std::uint32_t> which, const float* query,
                   std::span<float> scores) {
    constexpr std::size_t ahead = 8;  // rows of anywhere are asked for before they are needed
    for (std::size_t n = 0; n < which.size(); ++n) {
        if (n + ahead < which.size())
            for (std::size_t k = 0; k < rows.stride; k += lane_group) hwy::Prefetch(rows[which[n + ahead]] + k);
        dot_products<1>({rows[which[n]], 1, rows.stride}, query, &scores[n]);
    }
}

void axpy_here(float a, const float* x, float* y, std::size_t count) {
    const Lanes lanes;
    const auto factor = hn::Set(lanes, a);
    for (std::size_t j = 0; j < count; j += lane_count)
        hn::StoreU(hn::MulAdd(factor, hn::LoadU(lanes, x + j), hn::LoadU(lanes, y + j)), lanes, y + j);
}

// R rows of the product, C vectors of their columns from j.
template <std::size_t R, std::size_t C>
HWY_INLINE void multiply_tile(const Product& product, std::size_t row, std::size_t j) {
    Tile<R, C> tile;
    for (std::size_t k = 0; k < product.basis.rows(); ++k)
        tile.add([&](std::size_t r) { return product.from[row + r][k]; }, product.basis[k] + j);
    VITRINA_UNROLL
    for (std::size_t r = 0; r < R; ++r) tile.store_row(r, product.to[row + r] + j);
}

template <std::size_t R>
HWY_INLINE void multiply_strip(const Product& product, std::size_t row) {
    std::size_t j = 0;
    const std::size_t stride = product.to.stride();
    for (; j + 2 * lane_count <= stride; j += 2 * lane_count) multiply_tile<R, 2>(product, row, j);
    for (; j < stride; j += lane_count) multiply_tile<R, 1>(product, row, j);
}

void multiply_rows_here(const Product& product, std::size_t begin, std::size_t end) {
    std::size_t row = begin;
    for (; row + strip_rows <= end; row += strip_rows) multiply_strip<strip_rows>(product, row);
    for (; row < end; ++row) multiply_strip<1>(product, row);
}

void symmetric_sum_here(const Rows& rows, std::size_t begin, std::size_t end, const MutableRows& sum) {
    const Sums sums{{rows[begin], end - begin, rows.stride}, {}, sum};
    for (std::size_t row = 0; row < sum.count; row += strip_rows) sum_strip(sums, row);
}

}  // namespace vitrina::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrina {

HWY_EXPORT(dot_rows_here);
HWY_EXPORT(dot_some_here);
HWY_EXPORT(axpy_here);
HWY_EXPORT(multiply_rows_here);
HWY_EXPORT(symmetric_sum_here);

std::string kernel_target() {
    const std::int64_t targets = hwy::SupportedTargets() & HWY_TARGETS;
    return hwy::TargetName(targets & -targets);  // the lowest bit is the best target
}

void dot_rows(const Rows& rows, std::size_t begin, const float* query, std::span<float> scores) {
    HWY_DYNAMIC_DISPATCH(dot_rows_here)(rows, begin, query, scores);
}

void dot_some(const Rows& rows, std::span<const std::uint32_t> which, const float* query, std::span<float> scores) {
    HWY_DYNAMIC_DISPATCH(dot_some_here)(rows, which, query, scores);
}

void axpy(float a, const float* x, float* y, std::size_t count) { HWY_DYNAMIC_DISPATCH(axpy_here)(a, x, y, count); }

void multiply_rows(const Product& product, std::size_t begin, std::size_t end) {
    HWY_DYNAMIC_DISPATCH(multiply_rows_here)(product, begin, end);
}

void symmetric_sum(const Rows& rows, std::size_t begin, std::size_t end, Matrix& sum) {
    HWY_DYNAMIC_DISPATCH(symmetric_sum_here)(rows, begin, end, sum);
}

}  // namespace vitrina
#endif
