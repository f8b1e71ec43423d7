#pragma once
// The half-steps of iALS over bytes (training/ials_steps.hpp), for tasks that see one block of 4,096 rows at a time.
//
//   factors   rows u32 · columns u32 · the rows, each padded with zeros to a multiple of 16 floats
//   pairs     rows of the other side u32 · rows of it that have pairs f64 · offsets u64[rows + 1] · others u32[] · weights f32[]
//   Gram      d u32 · f64[d · d]
//   basis     d u32 · values f64[d] · factors of the basis
//
// One half-step: the `basis` of the Gram matrices of all blocks of the side that stands still, in block order → in each task a
// `HalfStep`, given these blocks, solves blocks of pairs of the other side and answers the Gram matrices that the next one needs.
// Threads: pure functions; a HalfStep belongs to one thread. Errors: corrupt_data for bytes that are not ours or do not fit each
// other, and for numbers that are none; invalid_input for settings. Factors so large that a float cannot hold their squares break an
// invariant of the solver.
// Cost: a HalfStep holds the whole still side, 4 · rows · d bytes, for a moment twice.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/matrix.hpp"
#include "training/ials_steps.hpp"
#include "training/recipe.hpp"

namespace vitrina::border {

std::string encode_factors(const Rows& rows, std::size_t columns);
// Blocks one after the other as one matrix.
Result<Matrix> decode_factors(std::span<const std::string_view> blocks);

struct PairsBlock {
    std::uint32_t others_rows = 0;
    double others_active = 0;
    std::vector<std::uint64_t> offsets;
    std::vector<std::uint32_t> others;
    std::vector<float> weights;
};
std::string encode_pairs(const training::RowPairs& pairs, std::uint32_t others_rows, double others_active);
Result<PairsBlock> decode_pairs(std::string_view bytes);

struct Basis {
    std::vector<double> values;
    Matrix basis;
};
Result<Basis> decode_basis(std::string_view bytes);

Result<std::string> gram(std::string_view factors);
Result<std::string> basis(std::span<const std::string_view> grams);
Result<std::string> turned(std::string_view factors, std::string_view basis);

class HalfStep {
public:
    // `memory_mb`: what the side that stands still may take; 0: no bound.
    static Result<HalfStep> open(const training::IalsRecipe& recipe, std::string_view basis,
                                 std::uint64_t memory_mb = 0);

    // The next block of the side that stands still, as it was solved. Errors: exhausted too.
    Result<void> add(std::string_view factors);

    struct Solved {
        std::string factors, gram;
    };
    // The rows of a block of pairs. Nothing may be added any more.
    Result<Solved> solve(std::string_view pairs);

private:
    HalfStep(const training::IalsRecipe& recipe, Basis basis, std::uint64_t memory_mb)
        : recipe_(recipe), basis_(std::move(basis)), memory_mb_(memory_mb) {}

    training::IalsRecipe recipe_;
    Basis basis_;
    std::uint64_t memory_mb_ = 0, bytes_ = 0;
    std::vector<Matrix> blocks_;  // turned
    Matrix still_;                // all of them, once the first block is solved
};

}  // namespace vitrina::border
