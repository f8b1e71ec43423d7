#pragma once
// The half-steps of iALS over bytes (training/ials_steps.hpp), for tasks that see one block of 4,096 rows at a time.
//
//   factors   rows u32 · columns u32 · the rows, each padded with zeros to a multiple of 16 floats
//   pairs     rows of the other side u32 · rows of it that have pairs f64 · offsets u64[rows + 1] · others u32[] · weights f32[]
//   Gram      d u32 · f64[d · d]
//   basis     d u32 · values f64[d] · factors of the basis
//   counts    as training::PairCount, in columns
//
// One half-step: `gram` of each block of the side that stands still → `basis` of all of them in block order → `turned` of each
// block → `solved` of each block of pairs of the other side against all turned blocks.
// Threads: pure functions. Errors: corrupt_data for bytes that are not ours or do not fit each other; invalid_input for settings.
// Cost: `solved` holds the whole still side, 4 · rows · d bytes, beside its block.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/matrix.hpp"
#include "training/covisit.hpp"
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

std::string encode_counts(std::span<const training::PairCount> counts);
Result<std::vector<training::PairCount>> decode_counts(std::string_view bytes);
// Sums of blocks of counts, in any order.
Result<std::string> added_counts(std::span<const std::string_view> blocks);

Result<std::string> gram(std::string_view factors);
Result<std::string> basis(std::span<const std::string_view> grams);
Result<std::string> turned(std::string_view factors, std::string_view basis);
Result<std::string> solved(const training::IalsRecipe& recipe, std::span<const std::string_view> still,
                           std::string_view basis, std::string_view pairs);

}  // namespace vitrina::border
