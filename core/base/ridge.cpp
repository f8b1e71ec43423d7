#include "base/ridge.hpp"

#include <algorithm>
#include <cmath>

#include "base/dense.hpp"
#include "base/error.hpp"

// Outside of the parts that are compiled once for each instruction set, which therefore share it.
#ifndef VITRINA_BASE_RIDGE_FOUR_ROWS
#define VITRINA_BASE_RIDGE_FOUR_ROWS
namespace vitrina {
struct FourRows {
    const float* rows[4];
    float roots[4];
};
}  // namespace vitrina
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "base/ridge.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "base/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace vitrina::HWY_NAMESPACE {

// Columns of a row from the vector that holds `from`; what that vector holds before `from` may become meaningless.
struct Columns {
    std::size_t from;
    std::size_t end;  // a multiple of 16
    std::size_t first() const { return from / lane_count * lane_count; }
};

// y −= f · x
HWY_INLINE void subtract_row(float f, const float* x, float* y, Columns columns) {
    namespace hn = hwy::HWY_NAMESPACE;
    const Lanes lanes;
    const auto factor = hn::Set(lanes, f);
    for (std::size_t j = columns.first(); j < columns.end; j += lane_count)
        hn::StoreU(hn::NegMulAdd(factor, hn::LoadU(lanes, x + j), hn::LoadU(lanes, y + j)), lanes, y + j);
}

HWY_INLINE void scale_row(float f, float* y, Columns columns) {
    namespace hn = hwy::HWY_NAMESPACE;
    const Lanes lanes;
    const auto factor = hn::Set(lanes, f);
    for (std::size_t j = columns.first(); j < columns.end; j += lane_count)
        hn::StoreU(hn::Mul(factor, hn::LoadU(lanes, y + j)), lanes, y + j);
}

// U with Uᵀ U = diag(added) + Σ a aᵀ, and the inverses of U's diagonal. False where a pivot is not positive.
bool factor_here(const Rows& summands, const float* added, const MutableRows& upper, float* inverse) {
    for (std::size_t first = 0; first < upper.count; first += strip_rows) {
        sum_strip({summands, {upper.data, first, upper.stride}, upper}, first);
        const std::size_t end = std::min(first + strip_rows, upper.count);
        for (std::size_t p = first; p < end; ++p) {
            float* row = upper[p];
            row[p] += added[p];
            for (std::size_t q = first; q < p; ++q) subtract_row(upper[q][p], upper[q], row, {p, upper.stride});
            if (!(row[p] > 0)) return false;
            inverse[p] = 1.0f / std::sqrt(row[p]);
            scale_row(inverse[p], row, {p, upper.stride});
        }
    }
    return true;
}

// Uᵀ U y = b; `right` holds b and is used up, `y` has upper.stride numbers.
void substitute_here(const Rows& upper, const float* inverse, float* right, float* y) {
    std::fill(y, y + upper.stride, 0.0f);
    for (std::size_t p = 0; p < upper.count; ++p) {
        right[upper.stride + p] = right[p] * inverse[p];
        subtract_row(right[upper.stride + p], upper[p], right, {p + 1, upper.stride});
    }
    for (std::size_t p = upper.count; p-- > 0;) {
        const std::size_t from = p / lane_group * lane_group;
        float known = 0;
        dot_products<1>({upper[p] + from, 1, upper.stride - from}, y + from, &known);  // y is 0 up to p
        y[p] = (right[upper.stride + p] - known) * inverse[p];
    }
}

// scale = 1 / √diagonal over `count` numbers, a multiple of 16.
void inverse_roots_here(const float* diagonal, float* scale, std::size_t count) {
    namespace hn = hwy::HWY_NAMESPACE;
    const Lanes lanes;
    const auto one = hn::Set(lanes, 1.0f);
    for (std::size_t k = 0; k < count; k += lane_count)
        hn::StoreU(hn::Div(one, hn::Sqrt(hn::LoadU(lanes, diagonal + k))), lanes, scale + k);
}

// x[k] *= scale[k]² over `count` numbers, a multiple of 16.
void divide_here(const float* scale, float* x, std::size_t count) {
    namespace hn = hwy::HWY_NAMESPACE;
    const Lanes lanes;
    for (std::size_t k = 0; k < count; k += lane_count) {
        const auto factor = hn::LoadU(lanes, scale + k);
        hn::StoreU(hn::Mul(hn::Mul(factor, factor), hn::LoadU(lanes, x + k)), lanes, x + k);
    }
}

// to = root · row, sum += root² · row; all have to.stride numbers.
void scaled_copy_here(float root, const float* row, const MutableRows& to, float* sum) {
    namespace hn = hwy::HWY_NAMESPACE;
    const Lanes lanes;
    const auto factor = hn::Set(lanes, root);
    for (std::size_t k = 0; k < to.stride; k += lane_count) {
        const auto scaled = hn::Mul(factor, hn::LoadU(lanes, row + k));
        hn::StoreU(scaled, lanes, to.data + k);
        hn::StoreU(hn::MulAdd(factor, scaled, hn::LoadU(lanes, sum + k)), lanes, sum + k);
    }
}

// Four scaled rows become four columns of `to` from `column`: to[k][column + r] = rows[r][k] · roots[r] · scale[k].
void scaled_columns_here(const FourRows& four, const float* scale, const MutableRows& to, std::size_t column) {
    namespace hn = hwy::HWY_NAMESPACE;
    const hn::FixedTag<float, 4> lanes;
    const hn::Repartition<std::uint64_t, decltype(lanes)> pairs;
    const auto as_pairs = [&](auto numbers) { return hn::BitCast(pairs, numbers); };
    for (std::size_t k = 0; k < to.count; k += 4) {
        const auto factor = hn::LoadU(lanes, scale + k);
        const auto scaled = [&](std::size_t r) {
            return hn::Mul(hn::Mul(hn::LoadU(lanes, four.rows[r] + k), hn::Set(lanes, four.roots[r])), factor);
        };
        const auto a = scaled(0), b = scaled(1), c = scaled(2), d = scaled(3);
        const auto ab_low = as_pairs(hn::InterleaveLower(lanes, a, b)),
                   ab_high = as_pairs(hn::InterleaveUpper(lanes, a, b));
        const auto cd_low = as_pairs(hn::InterleaveLower(lanes, c, d)),
                   cd_high = as_pairs(hn::InterleaveUpper(lanes, c, d));
        const auto store = [&](std::size_t t, auto numbers) {
            hn::StoreU(hn::BitCast(lanes, numbers), lanes, to[k + t] + column);
        };
        store(0, hn::InterleaveLower(pairs, ab_low, cd_low));
        store(1, hn::InterleaveUpper(pairs, ab_low, cd_low));
        store(2, hn::InterleaveLower(pairs, ab_high, cd_high));
        store(3, hn::InterleaveUpper(pairs, ab_high, cd_high));
    }
}

}  // namespace vitrina::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrina {

HWY_EXPORT(factor_here);
HWY_EXPORT(substitute_here);
HWY_EXPORT(inverse_roots_here);
HWY_EXPORT(divide_here);
HWY_EXPORT(scaled_copy_here);
HWY_EXPORT(scaled_columns_here);

namespace {

std::span<float> room(std::vector<float>& numbers, std::size_t count) {
    if (numbers.size() < count) numbers.resize(count);
    return {numbers.data(), count};
}

}  // namespace

RidgeSolver::RidgeSolver(std::size_t dimensions) : dimensions_(dimensions) {}

RidgeSolver::System RidgeSolver::make_system(std::size_t unknowns, std::size_t summands) {
    const std::size_t stride = padded(unknowns);
    room(added_, stride);
    room(right_, 2 * stride);
    room(inverse_, stride);
    room(solution_, stride);
    return {{room(summands_, summands * stride).data(), summands, stride},
            {room(upper_, unknowns * stride).data(), unknowns, stride}};
}

void RidgeSolver::factor_and_substitute(const System& system) {
    const bool positive =
        HWY_DYNAMIC_DISPATCH(factor_here)(system.summands, added_.data(), system.upper, inverse_.data());
    ensure(positive, "a regularised system was not positive definite: its factors are not finite numbers");
    HWY_DYNAMIC_DISPATCH(substitute_here)(system.upper, inverse_.data(), right_.data(), solution_.data());
}

void RidgeSolver::solve(const Problem& problem, std::span<float> x) {
    std::ranges::fill(x, 0.0f);
    if (problem.which.empty()) return;
    const std::span<float> roots = room(roots_, problem.which.size());
    for (std::size_t j = 0; j < roots.size(); ++j)
        roots[j] = problem.weights.empty() ? 1.0f : std::sqrt(problem.weights[j]);
    if (problem.which.size() < dimensions_)
        solve_by_items(problem, x);
    else
        solve_by_dimensions(problem, x);
}

void RidgeSolver::solve_by_items(const Problem& problem, std::span<float> x) {
    const std::size_t n = problem.which.size(), d = problem.factors.stride;
    const System system = make_system(n, d);
    room(diagonal_, d);
    std::fill(diagonal_.begin(), diagonal_.end(), 1.0f);
    std::ranges::copy(problem.diagonal, diagonal_.begin());
    const std::span<float> scale = room(scale_, d), nothing = room(nothing_, d);
    HWY_DYNAMIC_DISPATCH(inverse_roots_here)(diagonal_.data(), scale.data(), d);
    for (std::size_t j = 0; j < system.summands.stride; j += 4) {
        FourRows four;
        for (std::size_t r = 0; r < 4; ++r) {
            four.rows[r] = j + r < n ? problem.factors[problem.which[j + r]] : nothing.data();
            four.roots[r] = j + r < n ? roots_[j + r] : 0.0f;
        }
        HWY_DYNAMIC_DISPATCH(scaled_columns_here)(four, scale.data(), system.summands, j);
    }
    std::fill_n(added_.begin(), n, 1.0f);
    std::copy_n(roots_.begin(), n, right_.begin());
    factor_and_substitute(system);
    for (std::size_t j = 0; j < n; ++j) axpy(solution_[j] * roots_[j], problem.factors[problem.which[j]], x.data(), d);
    HWY_DYNAMIC_DISPATCH(divide_here)(scale.data(), x.data(), d);
}

void RidgeSolver::solve_by_dimensions(const Problem& problem, std::span<float> x) {
    const System system = make_system(dimensions_, problem.which.size());
    std::ranges::copy(problem.diagonal, added_.begin());
    std::fill_n(right_.begin(), system.upper.stride, 0.0f);
    for (std::size_t j = 0; j < problem.which.size(); ++j)
        HWY_DYNAMIC_DISPATCH(scaled_copy_here)(roots_[j], problem.factors[problem.which[j]],
                                               {system.summands[j], 1, system.summands.stride}, right_.data());
    factor_and_substitute(system);
    std::copy_n(solution_.begin(), dimensions_, x.begin());
}

}  // namespace vitrina
#endif
