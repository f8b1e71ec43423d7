// Highway 1.0 has no product of four bytes into one lane, so that one step is written for each instruction set; all are exact.
#include "base/best_products.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/dense.hpp"
#include "base/error.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "base/best_products.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "base/lanes-inl.hpp"

#ifndef VITRINA_BASE_BEST_PRODUCTS_TYPES
#define VITRINA_BASE_BEST_PRODUCTS_TYPES
namespace vitrina {

constexpr std::size_t block_rows_ = BestProducts::rows_a_block;
constexpr std::size_t lanes_a_line = 16;
constexpr std::size_t lines_a_step = block_rows_ / lanes_a_line;  // a step: four columns of a block

// The query in steps of 7 bits, so that two products of bytes fit 16 bits; level = 64 + step.
struct CoarseQuery {
    std::vector<std::uint8_t> levels;
    float step = 0;    // what one step is worth
    float length = 0;  // rounded up
    float error = 0;   // length of what was rounded away, rounded up
};

struct CoarseProducts {
    const BestProducts::Line* lines;
    const BestProducts::Block& block;
    const CoarseQuery& query;
};

struct Bounds {
    std::array<float, block_rows_> upper, lower;
};

}  // namespace vitrina
#endif

HWY_BEFORE_NAMESPACE();
namespace vitrina::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE std::int32_t four_levels(const std::uint8_t* levels) {
    std::int32_t four = 0;
    std::memcpy(&four, levels, sizeof(four));
    return four;
}

// dots[r] = offset + Σ level · step over all columns.
HWY_INLINE void multiply_steps(const CoarseProducts& work, std::int32_t* HWY_RESTRICT dots) {
    const std::size_t steps = work.query.levels.size() / 4;
    const std::uint8_t* levels = work.query.levels.data();
    const BestProducts::Line* line = work.lines;
#if HWY_TARGET <= HWY_AVX3
    const __m512i ones = _mm512_set1_epi16(1);
    __m512i sums[lines_a_step];
    VITRINA_UNROLL
    for (std::size_t l = 0; l < lines_a_step; ++l) sums[l] = _mm512_loadu_si512(work.block.offset + l * lanes_a_line);
    for (std::size_t s = 0; s < steps; ++s, line += lines_a_step) {
        const __m512i level = _mm512_set1_epi32(four_levels(levels + 4 * s));
        VITRINA_UNROLL
        for (std::size_t l = 0; l < lines_a_step; ++l) {
            const __m512i pairs = _mm512_maddubs_epi16(level, _mm512_load_si512(line + l));
            sums[l] = _mm512_add_epi32(sums[l], _mm512_madd_epi16(pairs, ones));
        }
    }
    VITRINA_UNROLL
    for (std::size_t l = 0; l < lines_a_step; ++l) _mm512_storeu_si512(dots + l * lanes_a_line, sums[l]);
#elif HWY_TARGET <= HWY_AVX2
    const __m256i ones = _mm256_set1_epi16(1);
    __m256i sums[2 * lines_a_step];
    VITRINA_UNROLL
    for (std::size_t h = 0; h < 2 * lines_a_step; ++h)
        sums[h] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(work.block.offset + h * 8));
    for (std::size_t s = 0; s < steps; ++s, line += lines_a_step) {
        const __m256i level = _mm256_set1_epi32(four_levels(levels + 4 * s));
        VITRINA_UNROLL
        for (std::size_t h = 0; h < 2 * lines_a_step; ++h) {
            const __m256i row = _mm256_load_si256(reinterpret_cast<const __m256i*>(line) + h);
            sums[h] = _mm256_add_epi32(sums[h], _mm256_madd_epi16(_mm256_maddubs_epi16(level, row), ones));
        }
    }
    VITRINA_UNROLL
    for (std::size_t h = 0; h < 2 * lines_a_step; ++h)
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(dots + h * 8), sums[h]);
#else
    std::copy_n(work.block.offset, block_rows_, dots);
    for (std::size_t s = 0; s < steps; ++s, line += lines_a_step)
        for (std::size_t r = 0; r < block_rows_; ++r)
            for (std::size_t c = 0; c < 4; ++c)
                dots[r] += levels[4 * s + c] * line[r / lanes_a_line].steps[r % lanes_a_line * 4 + c];
#endif
}

// False where no row's upper bound reaches `least`; `bounds` is then left as it was.
bool bound_products_here(const CoarseProducts& work, float least, Bounds& bounds) {
    HWY_ALIGN std::int32_t dots[block_rows_];
    multiply_steps(work, dots);
    const hn::CappedTag<float, lanes_a_line> lanes;
    const hn::RebindToSigned<decltype(lanes)> whole;
    const BestProducts::Block& block = work.block;
    const auto query_step = hn::Set(lanes, work.query.step), query_length = hn::Set(lanes, work.query.length),
               query_error = hn::Set(lanes, work.query.error), wanted = hn::Set(lanes, least);
    bool reached = false;
    for (std::size_t r = 0; r < block_rows_; r += hn::Lanes(lanes)) {
        const auto worth = hn::Mul(hn::LoadU(lanes, block.step + r), query_step);
        const auto product = hn::Mul(hn::ConvertTo(lanes, hn::LoadU(whole, dots + r)), worth);
        const auto margin = hn::Add(hn::Mul(hn::LoadU(lanes, block.row_error + r), query_length),
                                    hn::Mul(hn::LoadU(lanes, block.row_length + r), query_error));
        const auto upper = hn::Add(product, margin);
        reached |= !hn::AllFalse(lanes, hn::Ge(upper, wanted));
        hn::StoreU(upper, lanes, bounds.upper.data() + r);
        hn::StoreU(hn::Sub(product, margin), lanes, bounds.lower.data() + r);
    }
    return reached;
}

}  // namespace vitrina::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrina {

namespace {

HWY_EXPORT(bound_products_here);

constexpr float row_steps = 127, query_steps = 63;
constexpr std::uint8_t level_of_zero = 64;

float largest_of(const float* numbers, std::size_t count) {
    float largest = std::numeric_limits<float>::min();  // never a step of 0
    for (std::size_t k = 0; k < count; ++k) largest = std::max(largest, std::abs(numbers[k]));
    return largest;
}

double length_of(const float* numbers, std::size_t count) {
    double squares = 0;
    for (std::size_t k = 0; k < count; ++k)
        squares += static_cast<double>(numbers[k]) * static_cast<double>(numbers[k]);
    return std::sqrt(squares);
}

float rounded_up(double number) { return static_cast<float>(number * (1 + 1e-6)); }

// How far a product of floats, and the sums of the bounds, can lie off: roundings times half a unit of the last place.
double rounding_of(std::size_t columns) { return (static_cast<double>(columns) / 8 + 64) * 0x1p-24; }

CoarseQuery coarse(const float* query, std::size_t columns) {
    CoarseQuery coarse;
    coarse.step = largest_of(query, columns) / query_steps;
    double squares = 0;
    for (std::size_t k = 0; k < columns; ++k) {
        const float step = std::round(query[k] / coarse.step);
        const double left =
            static_cast<double>(query[k]) - static_cast<double>(step) * static_cast<double>(coarse.step);
        squares += left * left;
        coarse.levels.push_back(static_cast<std::uint8_t>(level_of_zero + static_cast<int>(step)));
    }
    coarse.length = rounded_up(length_of(query, columns));
    coarse.error = rounded_up(std::sqrt(squares));
    return coarse;
}

}  // namespace

BestProducts::BestProducts(const Rows& rows) : rows_(rows) {
    ensure(rows.stride <= 1024, "products are bounded for at most 1,024 columns");
    std::vector<double> length(rows.count);
    for (std::uint32_t row = 0; row < rows.count; ++row) {
        length[row] = length_of(rows[row], rows.stride);
        if (length[row] > 0) row_at_.push_back(row);
    }
    std::ranges::stable_sort(row_at_, std::greater<>(), [&](std::uint32_t row) { return length[row]; });
    const std::size_t blocks = (row_at_.size() + rows_a_block - 1) / rows_a_block;
    blocks_.resize(blocks, Block{});
    lines_.resize(blocks * rows.stride, Line{});  // stride / 4 steps of 4 lines
    for (std::size_t block = 0; block < blocks; ++block)
        longest_.push_back(rounded_up(length[row_at_[block * rows_a_block]] * (1 + 2 * rounding_of(rows.stride))));
    for (std::size_t place = 0; place < row_at_.size(); ++place) add_row(place, row_at_[place]);
}

void BestProducts::add_row(std::size_t place, std::uint32_t row) {
    Block& block = blocks_[place / rows_a_block];
    const std::size_t r = place % rows_a_block;
    Line* const lines = &lines_[place / rows_a_block * rows_.stride] + r / lanes_a_line;
    const float worth = largest_of(rows_[row], rows_.stride) / row_steps;
    double left_squares = 0, squares = 0;
    std::int32_t sum = 0;
    for (std::size_t k = 0; k < rows_.stride; ++k) {
        const float step = std::round(rows_[row][k] / worth);
        const double kept = static_cast<double>(step) * static_cast<double>(worth);
        const double left = static_cast<double>(rows_[row][k]) - kept;
        squares += kept * kept;
        left_squares += left * left;
        sum += static_cast<std::int32_t>(step);
        lines[k / 4 * lines_a_step].steps[r % lanes_a_line * 4 + k % 4] = static_cast<std::int8_t>(step);
    }
    const double length = std::sqrt(squares), error = std::sqrt(left_squares);
    block.offset[r] = -level_of_zero * sum;
    block.step[r] = worth;
    block.row_error[r] = rounded_up(error + rounding_of(rows_.stride) * (length + error));
    block.row_length[r] = rounded_up(length * (1 + rounding_of(rows_.stride)));
}

std::vector<BestProducts::Survivor> BestProducts::survivors_of(const float* query, std::size_t limit) const {
    const CoarseQuery question = coarse(query, rows_.stride);
    std::vector<Survivor> survivors;
    float least = std::numeric_limits<float>::denorm_min();  // only what is above 0
    const auto prune = [&] {
        if (survivors.size() < limit) return;
        const auto last = survivors.begin() + static_cast<std::ptrdiff_t>(limit - 1);
        std::ranges::nth_element(survivors, last, std::greater<>(), &Survivor::lower);
        least = std::max(least, last->lower);
        std::erase_if(survivors, [&](const Survivor& survivor) { return survivor.upper < least; });
    };
    std::size_t prune_at = 2 * limit + rows_a_block;
    Bounds bounds;
    for (std::size_t b = 0; b < blocks_.size() && longest_[b] * question.length >= least; ++b) {
        if (!HWY_DYNAMIC_DISPATCH(bound_products_here)({&lines_[b * rows_.stride], blocks_[b], question}, least,
                                                       bounds))
            continue;
        const std::size_t first = b * rows_a_block, count = std::min(rows_a_block, row_at_.size() - first);
        for (std::size_t r = 0; r < count; ++r)
            if (bounds.upper[r] >= least)
                survivors.push_back({static_cast<std::uint32_t>(first + r), bounds.upper[r], bounds.lower[r]});
        if (survivors.size() < prune_at) continue;
        prune();
        prune_at = survivors.size() + limit + rows_a_block;
    }
    prune();
    return survivors;
}

std::vector<Scored> BestProducts::find(const float* query, std::size_t limit) const {
    limit = std::min(limit, row_at_.size());
    if (limit == 0) return {};
    std::vector<std::uint32_t> rows;
    for (const Survivor& survivor : survivors_of(query, limit)) rows.push_back(row_at_[survivor.place]);
    std::vector<float> scores(rows.size());
    dot_some(rows_, rows, query, scores);
    TopK best(limit);
    for (std::size_t index = 0; index < rows.size(); ++index)
        if (scores[index] > 0) best.offer({rows[index], scores[index]});
    return best.take();
}

std::size_t BestProducts::products_for(const float* query, std::size_t limit) const {
    limit = std::min(limit, row_at_.size());
    return limit == 0 ? 0 : survivors_of(query, limit).size();
}

}  // namespace vitrina
#endif
