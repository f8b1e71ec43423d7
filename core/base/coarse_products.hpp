#pragma once
// Products of rows and questions in whole steps of 8 bits, and which of them are large enough to be looked at: the inner loop of
// base/best_products.hpp, in the widest instructions that the machine has (chosen at run time by Highway).
//
// Rows stand in blocks of 64, side by side: a line holds four columns of 16 rows, four lines those of a block, and the next four
// lines its next columns. A row's step s in −127 … 127 is kept as s + 128; a question's steps lie in −63 … 63, so that the sum of
// two products fits 16 bits, which is what machines without a product of four bytes need.
// Bytes: whole numbers, equal on every machine. Threads: a pure function. Preconditions: at most 1,024 columns.

#include <cstddef>
#include <cstdint>
#include <span>

namespace vitrina {

struct alignas(64) CoarseLine {
    std::uint8_t steps[64];
};

inline constexpr std::size_t coarse_rows = 64;        // of a block
inline constexpr std::size_t coarse_lines = 4;        // for four columns of a block
inline constexpr std::int32_t coarse_zero = 128;      // how a row's step 0 is kept
inline constexpr std::int32_t coarse_row_most = 127;  // steps of a row
inline constexpr std::int32_t coarse_query_most = 63;

struct CoarseBlocks {
    const CoarseLine* lines = nullptr;
    std::size_t columns = 0;  // a multiple of 4
    std::size_t count = 0;
};

struct CoarseHit {
    std::uint32_t place = 0;   // 64 · block + row
    std::int32_t product = 0;  // Σ (step + 128) · question's step
};

struct CoarseQuestion {
    const std::int8_t* steps = nullptr;   // `columns` of them
    const std::int32_t* least = nullptr;  // of each block; only products above it are hits
    CoarseHit* hits = nullptr;            // room for 64 a block
    std::size_t hit_count = 0;            // answered; in order of place
};

void find_coarse_hits(const CoarseBlocks& blocks, std::span<CoarseQuestion> questions);

}  // namespace vitrina
