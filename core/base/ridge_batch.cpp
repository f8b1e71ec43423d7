#include "base/ridge_batch.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <hwy/cache_control.h>

#include "base/error.hpp"

// Outside of the parts that are compiled once for each instruction set, which therefore share it.
#ifndef VITRINA_BASE_RIDGE_BATCH_PARTS
#define VITRINA_BASE_RIDGE_BATCH_PARTS
namespace vitrina {

// Numbers of sixteen systems, a system a lane: number (i, j) of all of them stands at (i · rows + j) · 16.
struct LaneSystems {
    std::size_t rows = 0;
    float* upper = nullptr;     // rows × rows
    float* right = nullptr;     // rows
    float* inverse = nullptr;   // rows
    float* solution = nullptr;  // rows
    float* at(std::size_t i, std::size_t j) const { return upper + (i * rows + j) * lane_group; }
};

struct LaneColumns {
    const float* numbers = nullptr;  // columns × rows
    std::size_t count = 0;
};

// A row of each of four systems.
struct FourSystems {
    std::array<const float*, 4> rows{};
    std::array<const float*, 4> scales{};
    std::array<float, 4> roots{};
};

}  // namespace vitrina
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "base/ridge_batch.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "base/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace vitrina::HWY_NAMESPACE {

namespace batch {
namespace hn = hwy::HWY_NAMESPACE;

// Narrow machines need several registers for sixteen lanes, and take one after the other.
template <class Work>
HWY_INLINE void each_register(const Work& work) {
    for (std::size_t lane = 0; lane < lane_group; lane += lane_count) work(lane);
}

// R rows by C columns of the systems' matrices, in registers.
template <std::size_t R, std::size_t C>
struct Patch {
    Vector numbers[R][C];

    HWY_INLINE Patch(const LaneSystems& all, std::size_t i, std::size_t j, std::size_t lane) {
        VITRINA_UNROLL
        for (std::size_t r = 0; r < R; ++r) VITRINA_UNROLL
        for (std::size_t c = 0; c < C; ++c) numbers[r][c] = hn::LoadU(Lanes(), all.at(i + r, j + c) + lane);
    }
    // numbers ± left(r) · right(c)
    template <bool Added>
    HWY_INLINE void take(const float* left, const float* right) {
        const Lanes lanes;
        Vector columns[C];
        VITRINA_UNROLL
        for (std::size_t c = 0; c < C; ++c) columns[c] = hn::LoadU(lanes, right + c * lane_group);
        VITRINA_UNROLL
        for (std::size_t r = 0; r < R; ++r) {
            const auto factor = hn::LoadU(lanes, left + r * lane_group);
            VITRINA_UNROLL
            for (std::size_t c = 0; c < C; ++c)
                numbers[r][c] = Added ? hn::MulAdd(factor, columns[c], numbers[r][c])
                                      : hn::NegMulAdd(factor, columns[c], numbers[r][c]);
        }
    }
    HWY_INLINE void store(const LaneSystems& all, std::size_t i, std::size_t j, std::size_t lane) const {
        VITRINA_UNROLL
        for (std::size_t r = 0; r < R; ++r) VITRINA_UNROLL
        for (std::size_t c = 0; c < C; ++c) hn::StoreU(numbers[r][c], Lanes(), all.at(i + r, j + c) + lane);
    }
};

template <std::size_t R, std::size_t C>
HWY_INLINE void add_patch(const LaneSystems& all, const LaneColumns& columns, std::size_t i, std::size_t j) {
    each_register([&](std::size_t lane) {
        Patch<R, C> patch(all, i, j, lane);
        const float* column = columns.numbers + lane;
        for (std::size_t k = 0; k < columns.count; ++k, column += all.rows * lane_group)
            patch.template take<true>(column + i * lane_group, column + j * lane_group);
        patch.store(all, i, j, lane);
    });
}

// Less what the strips above took.
template <std::size_t R, std::size_t C>
HWY_INLINE void reduce_patch(const LaneSystems& all, std::size_t i, std::size_t j) {
    each_register([&](std::size_t lane) {
        Patch<R, C> patch(all, i, j, lane);
        for (std::size_t q = 0; q < i; ++q) patch.template take<false>(all.at(q, i) + lane, all.at(q, j) + lane);
        patch.store(all, i, j, lane);
    });
}

template <std::size_t R>
HWY_NOINLINE void add_strip_of(const LaneSystems& all, const LaneColumns& columns, std::size_t i) {
    std::size_t j = i;
    for (; j + 2 <= all.rows; j += 2) add_patch<R, 2>(all, columns, i, j);
    for (; j < all.rows; ++j) add_patch<R, 1>(all, columns, i, j);
}

template <std::size_t R>
HWY_NOINLINE void reduce_strip_of(const LaneSystems& all, std::size_t i) {
    std::size_t j = i;
    for (; j + 2 <= all.rows; j += 2) reduce_patch<R, 2>(all, i, j);
    for (; j < all.rows; ++j) reduce_patch<R, 1>(all, i, j);
}

// Calls work with the number of rows of a strip as a constant.
template <class Work>
HWY_INLINE void by_height(std::size_t rows, const Work& work) {
    switch (rows) {
        case 1: return work(std::integral_constant<std::size_t, 1>());
        case 2: return work(std::integral_constant<std::size_t, 2>());
        case 3: return work(std::integral_constant<std::size_t, 3>());
        case 4: return work(std::integral_constant<std::size_t, 4>());
        case 5: return work(std::integral_constant<std::size_t, 5>());
        default: return work(std::integral_constant<std::size_t, strip_rows>());
    }
}

// One row of the factor, below its strip's first. False where a pivot is not positive.
HWY_INLINE bool factor_row(const LaneSystems& all, std::size_t first, std::size_t p, std::size_t lane) {
    const Lanes lanes;
    const auto one = hn::Set(lanes, 1.0f);
    float* row = all.at(p, 0) + lane;
    hn::StoreU(hn::Add(hn::LoadU(lanes, row + p * lane_group), one), lanes, row + p * lane_group);
    for (std::size_t q = first; q < p; ++q) {
        const auto factor = hn::LoadU(lanes, all.at(q, p) + lane);
        const float* above = all.at(q, 0) + lane;
        for (std::size_t j = p; j < all.rows; ++j)
            hn::StoreU(
                hn::NegMulAdd(factor, hn::LoadU(lanes, above + j * lane_group), hn::LoadU(lanes, row + j * lane_group)),
                lanes, row + j * lane_group);
    }
    const auto pivot = hn::LoadU(lanes, row + p * lane_group);
    if (!hn::AllTrue(lanes, hn::Gt(pivot, hn::Zero(lanes)))) return false;
    const auto inverse = hn::Div(one, hn::Sqrt(pivot));
    hn::StoreU(inverse, lanes, all.inverse + p * lane_group + lane);
    for (std::size_t j = p; j < all.rows; ++j)
        hn::StoreU(hn::Mul(inverse, hn::LoadU(lanes, row + j * lane_group)), lanes, row + j * lane_group);
    return true;
}

HWY_INLINE void substitute_forward(const LaneSystems& all, std::size_t lane) {
    const Lanes lanes;
    for (std::size_t p = 0; p < all.rows; ++p) {
        const auto known = hn::Mul(hn::LoadU(lanes, all.right + p * lane_group + lane),
                                   hn::LoadU(lanes, all.inverse + p * lane_group + lane));
        hn::StoreU(known, lanes, all.solution + p * lane_group + lane);
        for (std::size_t j = p + 1; j < all.rows; ++j) {
            float* right = all.right + j * lane_group + lane;
            hn::StoreU(hn::NegMulAdd(known, hn::LoadU(lanes, all.at(p, j) + lane), hn::LoadU(lanes, right)), lanes,
                       right);
        }
    }
}

// Sixteen partial sums by column, added as sum_of_partial_sums adds them.
HWY_INLINE void substitute_backward(const LaneSystems& all, std::size_t lane) {
    const Lanes lanes;
    for (std::size_t p = all.rows; p-- > 0;) {
        Vector partial[lane_group];
        for (auto& sum : partial) sum = hn::Zero(lanes);
        for (std::size_t j = p + 1; j < all.rows; ++j)
            partial[j % lane_group] =
                hn::MulAdd(hn::LoadU(lanes, all.at(p, j) + lane),
                           hn::LoadU(lanes, all.solution + j * lane_group + lane), partial[j % lane_group]);
        for (std::size_t half = lane_group / 2; half > 0; half /= 2)
            for (std::size_t l = 0; l < half; ++l) partial[l] = hn::Add(partial[l], partial[l + half]);
        float* solution = all.solution + p * lane_group + lane;
        hn::StoreU(hn::Mul(hn::Sub(hn::LoadU(lanes, solution), partial[0]),
                           hn::LoadU(lanes, all.inverse + p * lane_group + lane)),
                   lanes, solution);
    }
}

}  // namespace batch

void add_columns_here(const LaneSystems& all, const LaneColumns& columns) {
    for (std::size_t first = 0; first < all.rows; first += strip_rows)
        batch::by_height(std::min(strip_rows, all.rows - first),
                         [&](auto height) { batch::add_strip_of<height()>(all, columns, first); });
}

// Solves (I + the sums) y = right. False where a pivot is not positive.
bool solve_lanes_here(const LaneSystems& all) {
    for (std::size_t first = 0; first < all.rows; first += strip_rows) {
        const std::size_t end = std::min(first + strip_rows, all.rows);
        batch::by_height(end - first, [&](auto height) { batch::reduce_strip_of<height()>(all, first); });
        for (std::size_t lane = 0; lane < lane_group; lane += lane_count)
            for (std::size_t p = first; p < end; ++p)
                if (!batch::factor_row(all, first, p, lane)) return false;
    }
    batch::each_register([&](std::size_t lane) {
        batch::substitute_forward(all, lane);
        batch::substitute_backward(all, lane);
    });
    return true;
}

// to[(k − begin) · step + s] = rows[s][k] · roots[s] · scales[s][k] for k of begin … end − 1, a multiple of 4.
void interleave_here(const FourSystems& four, std::size_t begin, std::size_t end, float* to, std::size_t step) {
    namespace hn = hwy::HWY_NAMESPACE;
    const hn::FixedTag<float, 4> lanes;
    const hn::Repartition<std::uint64_t, decltype(lanes)> pairs;
    const auto as_pairs = [&](auto numbers) { return hn::BitCast(pairs, numbers); };
    for (std::size_t k = begin; k < end; k += 4, to += 4 * step) {
        const auto scaled = [&](std::size_t s) {
            return hn::Mul(hn::Mul(hn::LoadU(lanes, four.rows[s] + k), hn::Set(lanes, four.roots[s])),
                           hn::LoadU(lanes, four.scales[s] + k));
        };
        const auto a = scaled(0), b = scaled(1), c = scaled(2), d = scaled(3);
        const auto ab_low = as_pairs(hn::InterleaveLower(lanes, a, b)),
                   ab_high = as_pairs(hn::InterleaveUpper(lanes, a, b));
        const auto cd_low = as_pairs(hn::InterleaveLower(lanes, c, d)),
                   cd_high = as_pairs(hn::InterleaveUpper(lanes, c, d));
        const auto store = [&](std::size_t t, auto numbers) {
            hn::StoreU(hn::BitCast(lanes, numbers), lanes, to + t * step);
        };
        store(0, hn::InterleaveLower(pairs, ab_low, cd_low));
        store(1, hn::InterleaveUpper(pairs, ab_low, cd_low));
        store(2, hn::InterleaveLower(pairs, ab_high, cd_high));
        store(3, hn::InterleaveUpper(pairs, ab_high, cd_high));
    }
}

// scale = 1 / √diagonal
void inverse_roots_of_here(const float* diagonal, float* scale, std::size_t count) {
    namespace hn = hwy::HWY_NAMESPACE;
    const Lanes lanes;
    const auto one = hn::Set(lanes, 1.0f);
    for (std::size_t k = 0; k < count; k += lane_count)
        hn::StoreU(hn::Div(one, hn::Sqrt(hn::LoadU(lanes, diagonal + k))), lanes, scale + k);
}

// x = scale² · Σ_j shares[j · 16] · row j, in the order of the rows.
void combine_here(const RidgeSolver::Problem& problem, const float* shares, const float* scale, float* x) {
    namespace hn = hwy::HWY_NAMESPACE;
    const Lanes lanes;
    constexpr std::size_t vectors = lane_group / lane_count;
    for (std::size_t k = 0; k < problem.factors.stride; k += lane_group) {
        Vector sums[vectors];
        VITRINA_UNROLL
        for (std::size_t v = 0; v < vectors; ++v) sums[v] = hn::Zero(lanes);
        for (std::size_t j = 0; j < problem.which.size(); ++j) {
            const auto factor = hn::Set(lanes, shares[j * lane_group]);
            const float* row = problem.factors[problem.which[j]] + k;
            VITRINA_UNROLL
            for (std::size_t v = 0; v < vectors; ++v)
                sums[v] = hn::MulAdd(factor, hn::LoadU(lanes, row + v * lane_count), sums[v]);
        }
        VITRINA_UNROLL
        for (std::size_t v = 0; v < vectors; ++v) {
            const auto factor = hn::LoadU(lanes, scale + k + v * lane_count);
            hn::StoreU(hn::Mul(hn::Mul(factor, factor), sums[v]), lanes, x + k + v * lane_count);
        }
    }
}

}  // namespace vitrina::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrina {

HWY_EXPORT(add_columns_here);
HWY_EXPORT(solve_lanes_here);
HWY_EXPORT(interleave_here);
HWY_EXPORT(inverse_roots_of_here);
HWY_EXPORT(combine_here);

namespace {

// So many columns of all systems lie in the cache while they are summed.
constexpr std::size_t columns_at_once = 64;

// Rows stand anywhere in a matrix that is larger than the cache.
constexpr std::size_t rows_ahead = 2;

void fetch_ahead(std::span<const RidgeBatch::System> systems, std::size_t j, std::size_t begin, std::size_t end) {
    for (const RidgeBatch::System& system : systems)
        if (j < system.problem.which.size())
            for (std::size_t k = begin; k < end; k += lane_group)
                hwy::Prefetch(system.problem.factors[system.problem.which[j]] + k);
}

LaneSystems view(std::size_t rows, std::vector<float>& upper, std::array<std::vector<float>*, 3> vectors) {
    return {rows, upper.data(), vectors[0]->data(), vectors[1]->data(), vectors[2]->data()};
}

}  // namespace

RidgeBatch::RidgeBatch(std::size_t dimensions)
    : dimensions_(dimensions),
      stride_(padded(dimensions)),
      scale_(systems_max * stride_),
      diagonal_(stride_),
      roots_(rows_max * lane_group),
      summands_(columns_at_once * rows_max * lane_group),
      upper_(rows_max * rows_max * lane_group),
      right_(rows_max * lane_group),
      inverse_(rows_max * lane_group),
      solution_(rows_max * lane_group),
      nothing_(stride_) {}

// Roots of the weights and scales of the columns; a lane without a system, or without a row, has zeros.
void RidgeBatch::prepare(std::span<const System> systems) {
    rows_ = 0;
    for (const System& system : systems) rows_ = std::max(rows_, system.problem.which.size());
    std::fill_n(roots_.begin(), rows_ * lane_group, 0.0f);
    for (std::size_t s = 0; s < systems.size(); ++s) {
        const RidgeSolver::Problem& problem = systems[s].problem;
        for (std::size_t j = 0; j < problem.which.size(); ++j)
            roots_[j * lane_group + s] = problem.weights.empty() ? 1.0f : std::sqrt(problem.weights[j]);
        std::ranges::fill(diagonal_, 1.0f);
        std::ranges::copy(problem.diagonal, diagonal_.begin());
        HWY_DYNAMIC_DISPATCH(inverse_roots_of_here)(diagonal_.data(), &scale_[s * stride_], stride_);
    }
    std::copy_n(roots_.begin(), rows_ * lane_group, right_.begin());
    std::fill_n(upper_.begin(), rows_ * rows_ * lane_group, 0.0f);
}

void RidgeBatch::add_columns(std::span<const System> systems, std::size_t begin, std::size_t end) {
    for (std::size_t j = 0; j < rows_; ++j) {
        fetch_ahead(systems, j + rows_ahead, begin, end);
        for (std::size_t s = 0; s < systems_max; s += 4) {
            FourSystems four;
            for (std::size_t t = 0; t < 4; ++t) {
                const bool there = s + t < systems.size() && j < systems[s + t].problem.which.size();
                const auto& problem = systems[there ? s + t : 0].problem;
                four.rows[t] = there ? problem.factors[problem.which[j]] : nothing_.data();
                four.scales[t] = there ? &scale_[(s + t) * stride_] : nothing_.data();
                four.roots[t] = there ? roots_[j * lane_group + s + t] : 0.0f;
            }
            HWY_DYNAMIC_DISPATCH(interleave_here)(four, begin, end, &summands_[j * lane_group + s], rows_ * lane_group);
        }
    }
    HWY_DYNAMIC_DISPATCH(add_columns_here)(view(rows_, upper_, {&right_, &inverse_, &solution_}),
                                           {summands_.data(), end - begin});
}

void RidgeBatch::solve(std::span<const System> systems) {
    ensure(!systems.empty() && systems.size() <= systems_max, "a batch holds 1 to 16 systems");
    prepare(systems);
    ensure(rows_ <= rows_max, "a system has too many rows for a batch");
    for (std::size_t begin = 0; begin < stride_; begin += columns_at_once)
        add_columns(systems, begin, std::min(stride_, begin + columns_at_once));
    const bool positive = HWY_DYNAMIC_DISPATCH(solve_lanes_here)(view(rows_, upper_, {&right_, &inverse_, &solution_}));
    ensure(positive, "a regularised system was not positive definite: its factors are not finite numbers");
    for (std::size_t share = 0; share < rows_ * lane_group; ++share) solution_[share] *= roots_[share];
    for (std::size_t s = 0; s < systems.size(); ++s)
        HWY_DYNAMIC_DISPATCH(combine_here)(systems[s].problem, &solution_[s], &scale_[s * stride_],
                                           systems[s].x.data());
}

}  // namespace vitrina
#endif
