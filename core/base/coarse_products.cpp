// Highway 1.0 has no product of four bytes into one lane, so that one step is written for each instruction set; all are exact.
#define HWY_WANT_AVX3_DL  // where the processor has that product as one instruction (VNNI)
#include "base/coarse_products.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "base/coarse_products.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "base/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace vitrina::HWY_NAMESPACE {

namespace coarse {

inline constexpr std::size_t columns_a_step = 4;
inline constexpr std::size_t rows_a_line = coarse_rows / coarse_lines;

HWY_INLINE std::int32_t four_steps(const std::int8_t* steps) {
    std::int32_t four = 0;
    std::memcpy(&four, steps, sizeof(four));
    return four;
}

// What Q questions say about one block.
template <std::size_t Q>
struct Reached {
    std::uint64_t rows[Q];                              // a bit a row
    alignas(64) std::int32_t products[Q][coarse_rows];  // of questions that reach any
};

template <std::size_t Q>
struct Asked {
    const std::int8_t* steps[Q];
    std::int32_t least[Q];
};

#if HWY_TARGET <= HWY_AVX3

HWY_INLINE __m512i add_products(__m512i sums, __m512i row, __m512i steps) {
#if HWY_TARGET <= HWY_AVX3_DL
    // Not by its intrinsic, which compilers refuse here: Highway 1.0 names another extension (avxvnni) for this target.
    asm("vpdpbusd %2, %1, %0" : "+v"(sums) : "v"(row), "v"(steps));
    return sums;
#else
    return _mm512_add_epi32(sums, _mm512_madd_epi16(_mm512_maddubs_epi16(row, steps), _mm512_set1_epi16(1)));
#endif
}

template <std::size_t Q>
HWY_INLINE void reach(const CoarseLine* line, std::size_t columns, const Asked<Q>& asked, Reached<Q>& reached) {
    __m512i sums[Q][coarse_lines];
    VITRINA_UNROLL
    for (std::size_t q = 0; q < Q; ++q) VITRINA_UNROLL
    for (std::size_t l = 0; l < coarse_lines; ++l) sums[q][l] = _mm512_setzero_si512();
    for (std::size_t k = 0; k < columns; k += columns_a_step, line += coarse_lines) {
        __m512i rows[coarse_lines];
        VITRINA_UNROLL
        for (std::size_t l = 0; l < coarse_lines; ++l) rows[l] = _mm512_load_si512(line + l);
        VITRINA_UNROLL
        for (std::size_t q = 0; q < Q; ++q) {
            const __m512i steps = _mm512_set1_epi32(four_steps(asked.steps[q] + k));
            VITRINA_UNROLL
            for (std::size_t l = 0; l < coarse_lines; ++l) sums[q][l] = add_products(sums[q][l], rows[l], steps);
        }
    }
    VITRINA_UNROLL
    for (std::size_t q = 0; q < Q; ++q) {
        const __m512i least = _mm512_set1_epi32(asked.least[q]);
        std::uint64_t rows = 0;
        VITRINA_UNROLL
        for (std::size_t l = 0; l < coarse_lines; ++l)
            rows |= static_cast<std::uint64_t>(_mm512_cmpgt_epi32_mask(sums[q][l], least)) << (l * rows_a_line);
        reached.rows[q] = rows;
        if (rows == 0) continue;
        VITRINA_UNROLL
        for (std::size_t l = 0; l < coarse_lines; ++l)
            _mm512_store_si512(reached.products[q] + l * rows_a_line, sums[q][l]);
    }
}

#elif HWY_TARGET <= HWY_AVX2

// One question at a time: its eight sums, the ones, the steps and a row fit the 16 registers.
template <std::size_t Q>
HWY_INLINE void reach(const CoarseLine* lines, std::size_t columns, const Asked<Q>& asked, Reached<Q>& reached) {
    constexpr std::size_t halves = 2 * coarse_lines, rows_a_half = rows_a_line / 2;
    const __m256i ones = _mm256_set1_epi16(1);
    for (std::size_t q = 0; q < Q; ++q) {
        __m256i sums[halves];
        VITRINA_UNROLL
        for (std::size_t h = 0; h < halves; ++h) sums[h] = _mm256_setzero_si256();
        const CoarseLine* line = lines;
        for (std::size_t k = 0; k < columns; k += columns_a_step, line += coarse_lines) {
            const __m256i steps = _mm256_set1_epi32(four_steps(asked.steps[q] + k));
            VITRINA_UNROLL
            for (std::size_t h = 0; h < halves; ++h) {
                const __m256i row = _mm256_load_si256(reinterpret_cast<const __m256i*>(line) + h);
                sums[h] = _mm256_add_epi32(sums[h], _mm256_madd_epi16(_mm256_maddubs_epi16(row, steps), ones));
            }
        }
        const __m256i least = _mm256_set1_epi32(asked.least[q]);
        std::uint64_t rows = 0;
        VITRINA_UNROLL
        for (std::size_t h = 0; h < halves; ++h) {
            const __m256i larger = _mm256_cmpgt_epi32(sums[h], least);
            const auto bits = static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(larger)));
            rows |= static_cast<std::uint64_t>(bits) << (h * rows_a_half);
            _mm256_store_si256(reinterpret_cast<__m256i*>(reached.products[q] + h * rows_a_half), sums[h]);
        }
        reached.rows[q] = rows;
    }
}

#else

template <std::size_t Q>
HWY_INLINE void reach(const CoarseLine* lines, std::size_t columns, const Asked<Q>& asked, Reached<Q>& reached) {
    for (std::size_t q = 0; q < Q; ++q) {
        std::int32_t* const products = reached.products[q];
        std::fill_n(products, coarse_rows, 0);
        const CoarseLine* line = lines;
        for (std::size_t k = 0; k < columns; k += columns_a_step, line += coarse_lines)
            for (std::size_t r = 0; r < coarse_rows; ++r)
                for (std::size_t c = 0; c < columns_a_step; ++c)
                    products[r] +=
                        line[r / rows_a_line].steps[r % rows_a_line * columns_a_step + c] * asked.steps[q][k + c];
        reached.rows[q] = 0;
        for (std::size_t r = 0; r < coarse_rows; ++r)
            reached.rows[q] |= static_cast<std::uint64_t>(products[r] > asked.least[q]) << r;
    }
}

#endif

template <std::size_t Q>
HWY_INLINE void ask(const CoarseBlocks& blocks, CoarseQuestion* questions) {
    Asked<Q> asked;
    for (std::size_t q = 0; q < Q; ++q) {
        asked.steps[q] = questions[q].steps;
        questions[q].hit_count = 0;
    }
    Reached<Q> reached;
    for (std::size_t block = 0; block < blocks.count; ++block) {
        for (std::size_t q = 0; q < Q; ++q) asked.least[q] = questions[q].least[block];
        reach<Q>(blocks.lines + block * blocks.columns, blocks.columns, asked, reached);
        for (std::size_t q = 0; q < Q; ++q)
            for (std::uint64_t rows = reached.rows[q]; rows != 0; rows &= rows - 1) {
                const auto row = static_cast<std::uint32_t>(std::countr_zero(rows));
                questions[q].hits[questions[q].hit_count++] = {static_cast<std::uint32_t>(block * coarse_rows) + row,
                                                               reached.products[q][row]};
            }
    }
}

}  // namespace coarse

void find_coarse_hits_here(const CoarseBlocks& blocks, std::span<CoarseQuestion> questions) {
    std::size_t q = 0;
    for (; q + 4 <= questions.size(); q += 4) coarse::ask<4>(blocks, &questions[q]);
    for (; q < questions.size(); ++q) coarse::ask<1>(blocks, &questions[q]);
}

}  // namespace vitrina::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrina {

HWY_EXPORT(find_coarse_hits_here);

void find_coarse_hits(const CoarseBlocks& blocks, std::span<CoarseQuestion> questions) {
    HWY_DYNAMIC_DISPATCH(find_coarse_hits_here)(blocks, questions);
}

}  // namespace vitrina
#endif
