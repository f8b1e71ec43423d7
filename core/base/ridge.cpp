#include "base/ridge.hpp"

#include <algorithm>
#include <cmath>

#include "base/dense.hpp"
#include "base/error.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "base/ridge.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "base/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace vitrina::HWY_NAMESPACE {

// y[from …] −= f · x[from …] up to `count`, from the vector that holds `from`; what lies before it becomes meaningless.
HWY_INLINE void subtract_row(float f, const float* x, float* y, std::size_t from, std::size_t count) {
    namespace hn = hwy::HWY_NAMESPACE;
    const Lanes lanes;
    const auto factor = hn::Set(lanes, f);
    for (std::size_t j = from / lane_count * lane_count; j < count; j += lane_count)
        hn::StoreU(hn::NegMulAdd(factor, hn::LoadU(lanes, x + j), hn::LoadU(lanes, y + j)), lanes, y + j);
}

HWY_INLINE void scale_row(float f, float* y, std::size_t from, std::size_t count) {
    namespace hn = hwy::HWY_NAMESPACE;
    const Lanes lanes;
    const auto factor = hn::Set(lanes, f);
    for (std::size_t j = from / lane_count * lane_count; j < count; j += lane_count)
        hn::StoreU(hn::Mul(factor, hn::LoadU(lanes, y + j)), lanes, y + j);
}

// U with Uᵀ U = diag(added) + Σ a aᵀ, and the inverses of U's diagonal. False where a pivot is not positive.
bool factor_here(const Rows& summands, const float* added, const MutableRows& upper, float* inverse) {
    for (std::size_t first = 0; first < upper.count; first += strip_rows) {
        sum_strip(summands, {upper.data, first, upper.stride}, first, upper);
        const std::size_t end = std::min(first + strip_rows, upper.count);
        for (std::size_t p = first; p < end; ++p) {
            float* row = upper[p];
            row[p] += added[p];
            for (std::size_t q = first; q < p; ++q) subtract_row(upper[q][p], upper[q], row, p, upper.stride);
            if (!(row[p] > 0)) return false;
            inverse[p] = 1.0f / std::sqrt(row[p]);
            scale_row(inverse[p], row, p, upper.stride);
        }
    }
    return true;
}

// Uᵀ U y = b; `right` holds b and is used up, `y` has upper.stride numbers.
void substitute_here(const Rows& upper, const float* inverse, float* right, float* y) {
    std::fill(y, y + upper.stride, 0.0f);
    for (std::size_t p = 0; p < upper.count; ++p) {
        right[upper.stride + p] = right[p] * inverse[p];
        subtract_row(right[upper.stride + p], upper[p], right, p + 1, upper.stride);
    }
    for (std::size_t p = upper.count; p-- > 0;) {
        const std::size_t from = p / lane_group * lane_group;
        float known = 0;
        dot_products<1>(upper[p] + from, 0, y + from, upper.stride - from, &known);  // y is 0 up to p
        y[p] = (right[upper.stride + p] - known) * inverse[p];
    }
}

}  // namespace vitrina::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrina {

HWY_EXPORT(factor_here);
HWY_EXPORT(substitute_here);

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
    const std::size_t n = problem.which.size();
    const System system = make_system(n, dimensions_);
    const std::span<float> scale = room(scale_, dimensions_);
    for (std::size_t k = 0; k < dimensions_; ++k) {
        scale[k] = 1.0f / std::sqrt(problem.diagonal[k]);
        std::fill(system.summands[k] + n, system.summands[k] + system.summands.stride, 0.0f);
    }
    for (std::size_t j = 0; j < n; ++j) {
        const float* row = problem.factors[problem.which[j]];
        for (std::size_t k = 0; k < dimensions_; ++k) system.summands[k][j] = row[k] * scale[k] * roots_[j];
    }
    std::fill_n(added_.begin(), n, 1.0f);
    std::copy_n(roots_.begin(), n, right_.begin());
    factor_and_substitute(system);
    for (std::size_t j = 0; j < n; ++j)
        axpy(solution_[j] * roots_[j], problem.factors[problem.which[j]], x.data(), problem.factors.stride);
    for (std::size_t k = 0; k < dimensions_; ++k) x[k] /= problem.diagonal[k];
}

void RidgeSolver::solve_by_dimensions(const Problem& problem, std::span<float> x) {
    const System system = make_system(dimensions_, problem.which.size());
    std::ranges::copy(problem.diagonal, added_.begin());
    std::fill_n(right_.begin(), system.upper.stride, 0.0f);
    for (std::size_t j = 0; j < problem.which.size(); ++j) {
        const float* row = problem.factors[problem.which[j]];
        for (std::size_t k = 0; k < problem.factors.stride; ++k) system.summands[j][k] = row[k] * roots_[j];
        axpy(roots_[j] * roots_[j], row, right_.data(), problem.factors.stride);
    }
    factor_and_substitute(system);
    std::copy_n(solution_.begin(), dimensions_, x.begin());
}

}  // namespace vitrina
#endif
