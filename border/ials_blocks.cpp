#include "border/ials_blocks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "base/executor.hpp"
#include "border/flat_block.hpp"

namespace vitrina::border {
namespace {

constexpr BlockName factors_name{0x31434656, 1, "block of factors"};  // "VFC1"
constexpr BlockName pairs_name{0x31525056, 1, "block of pairs"};      // "VPR1"
constexpr BlockName gram_name{0x314d4756, 1, "Gram matrix"};          // "VGM1"
constexpr BlockName basis_name{0x31534256, 1, "basis"};               // "VBS1"
constexpr double number_max = 1e18;
constexpr std::uint32_t dimensions_max = 1024;  // training/recipe.cpp

// What is no number, or so large that products of it are none, would only be found out by a solver.
template <class Numbers>
bool are_numbers(const Numbers& numbers) {
    return std::ranges::all_of(numbers, [](auto number) { return std::abs(number) <= number_max; });
}

// Eigenvalues of a Gram matrix: none is below zero by more than what they were rounded by.
bool are_squares(const std::vector<double>& values) {
    const double largest = std::ranges::max(values);
    return are_numbers(values) && std::ranges::min(values) >= -1e-9 * std::max(largest, 1.0);
}

struct FactorBlock {
    std::uint32_t rows = 0, columns = 0;
    std::vector<float> numbers;
};

Result<FactorBlock> read_factors(std::string_view bytes) {
    BlockReader reader(bytes, factors_name);
    FactorBlock block{reader.number<std::uint32_t>(), reader.number<std::uint32_t>(), reader.array<float>()};
    if (auto whole = reader.finish(); !whole) return std::unexpected(whole.error());
    if (block.columns == 0 || block.columns > dimensions_max ||
        block.numbers.size() != std::size_t{block.rows} * padded(block.columns) || !are_numbers(block.numbers))
        return reader.corrupt();
    return block;
}

std::unexpected<Error> misfit(const char* what) {
    return fail(ErrorCode::corrupt_data, std::string("blocks of one factorisation do not fit each other: ") + what);
}

Result<std::vector<double>> read_gram(std::string_view bytes, std::uint32_t& dimensions) {
    BlockReader reader(bytes, gram_name);
    dimensions = reader.number<std::uint32_t>();
    std::vector<double> numbers = reader.array<double>();
    if (auto whole = reader.finish(); !whole) return std::unexpected(whole.error());
    if (dimensions == 0 || dimensions > dimensions_max || numbers.size() != std::size_t{dimensions} * dimensions ||
        !are_numbers(numbers))
        return reader.corrupt();
    return numbers;
}

bool are_rows(const PairsBlock& block) {
    const auto fits = [&](std::uint32_t row) { return row < block.others_rows; };
    return !block.offsets.empty() && std::ranges::is_sorted(block.offsets) &&
           block.offsets.back() - block.offsets.front() == block.others.size() &&
           block.weights.size() == block.others.size() && are_numbers(block.weights) &&
           std::ranges::all_of(block.weights, [](float weight) { return weight >= 0; }) && block.others_active >= 0 &&
           block.others_active <= number_max && std::ranges::all_of(block.others, fits);
}

std::string gram_of(const Matrix& factors) {
    return BlockWriter(gram_name)
        .number(static_cast<std::uint32_t>(factors.columns()))
        .array(training::gram_of_rows(factors, factors.columns(), 0, factors.rows()))
        .finish();
}

Matrix joined(const std::vector<Matrix>& blocks, std::size_t columns) {
    std::size_t rows = 0;
    for (const Matrix& block : blocks) rows += block.rows();
    Matrix all(rows, columns);
    std::size_t row = 0;
    for (const Matrix& block : blocks) {
        std::ranges::copy(block.numbers(), all[row]);
        row += block.rows();
    }
    return all;
}

}  // namespace

std::string encode_factors(const Rows& rows, std::size_t columns) {
    return BlockWriter(factors_name)
        .number(static_cast<std::uint32_t>(rows.count))
        .number(static_cast<std::uint32_t>(columns))
        .array(std::span<const float>(rows.data, rows.count * rows.stride))
        .finish();
}

Result<Matrix> decode_factors(std::span<const std::string_view> blocks) {
    std::vector<FactorBlock> read;
    std::size_t rows = 0;
    for (const std::string_view bytes : blocks) {
        auto block = read_factors(bytes);
        if (!block) return std::unexpected(block.error());
        if (!read.empty() && block->columns != read.front().columns) return misfit("they differ in dimensions");
        rows += block->rows;
        read.push_back(std::move(*block));
    }
    Matrix all(rows, read.empty() ? 1 : read.front().columns);
    std::size_t row = 0;
    for (const FactorBlock& block : read) {
        if (block.rows > 0) std::memcpy(all[row], block.numbers.data(), block.numbers.size() * sizeof(float));
        row += block.rows;
    }
    return all;
}

std::string encode_pairs(const training::RowPairs& pairs, std::uint32_t others_rows, double others_active) {
    return BlockWriter(pairs_name)
        .number(others_rows)
        .number(others_active)
        .array(pairs.offsets)
        .array(pairs.others)
        .array(pairs.weights)
        .finish();
}

Result<PairsBlock> decode_pairs(std::string_view bytes) {
    BlockReader reader(bytes, pairs_name);
    PairsBlock block;
    block.others_rows = reader.number<std::uint32_t>();
    block.others_active = reader.number<double>();
    block.offsets = reader.array<std::uint64_t>();
    block.others = reader.array<std::uint32_t>();
    block.weights = reader.array<float>();
    if (auto whole = reader.finish(); !whole) return std::unexpected(whole.error());
    if (!are_rows(block)) return reader.corrupt();
    return block;
}

Result<Basis> decode_basis(std::string_view bytes) {
    BlockReader reader(bytes, basis_name);
    const auto d = reader.number<std::uint32_t>();
    Basis basis{reader.array<double>(), {}};
    const std::vector<float> numbers = reader.array<float>();
    if (auto whole = reader.finish(); !whole) return std::unexpected(whole.error());
    if (d == 0 || d > dimensions_max || basis.values.size() != d || numbers.size() != d * padded(d) ||
        !are_squares(basis.values) || !are_numbers(numbers))
        return reader.corrupt();
    basis.basis = Matrix(d, d);
    std::memcpy(basis.basis[0], numbers.data(), numbers.size() * sizeof(float));
    return basis;
}

Result<std::string> gram(std::string_view factors) {
    const auto matrix = decode_factors({&factors, 1});
    if (!matrix) return std::unexpected(matrix.error());
    if (matrix->rows() > block_rows) return misfit("a Gram matrix is made of a block of at most 4,096 rows");
    return gram_of(*matrix);
}

Result<std::string> basis(std::span<const std::string_view> grams) {
    if (grams.empty()) return misfit("there is no Gram matrix");
    std::vector<std::vector<double>> read;
    std::uint32_t d = 0;
    for (const std::string_view bytes : grams) {
        std::uint32_t dimensions = 0;
        auto gram = read_gram(bytes, dimensions);
        if (!gram) return std::unexpected(gram.error());
        if (!read.empty() && dimensions != d) return misfit("they differ in dimensions");
        d = dimensions;
        read.push_back(std::move(*gram));
    }
    const Eigenbasis eigen = training::basis_of(read, d);
    return BlockWriter(basis_name).number(d).array(eigen.values).array(eigen.basis.numbers()).finish();
}

Result<std::string> turned(std::string_view factors, std::string_view basis) {
    const auto from = decode_factors({&factors, 1});
    if (!from) return std::unexpected(from.error());
    const auto by = decode_basis(basis);
    if (!by) return std::unexpected(by.error());
    if (by->values.size() != from->columns()) return misfit("they differ in dimensions");
    Matrix to(from->rows(), from->columns());
    training::turn_rows(*from, by->basis, to, 0, from->rows());
    return encode_factors(to, to.columns());
}

Result<HalfStep> HalfStep::open(const training::IalsRecipe& recipe, std::string_view basis, std::uint64_t memory_mb) {
    auto by = decode_basis(basis);
    if (!by) return std::unexpected(by.error());
    if (by->values.size() != recipe.dimensions) return misfit("they differ in dimensions");
    return HalfStep(recipe, std::move(*by), memory_mb);
}

Result<void> HalfStep::add(std::string_view factors) {
    const auto from = decode_factors({&factors, 1});
    if (!from) return std::unexpected(from.error());
    if (from->columns() != recipe_.dimensions) return misfit("they differ in dimensions");
    ensure(still_.rows() == 0, "the side that stands still grows after a block was solved against it");
    bytes_ += from->rows() * padded(recipe_.dimensions) * sizeof(float);
    if (memory_mb_ > 0 && 2 * bytes_ > memory_mb_ << 20)  // twice while the blocks are joined
        return fail(
            ErrorCode::exhausted,
            fmt::format("the side of a half-step that stands still takes more than memory_mb {}; give the task "
                        "more memory: a job on Spark takes it from spark.executor.memoryOverhead, shared by the "
                        "cores of an executor (docs/cluster.md)",
                        memory_mb_));
    training::turn_rows(*from, basis_.basis, blocks_.emplace_back(from->rows(), from->columns()), 0, from->rows());
    return {};
}

Result<HalfStep::Solved> HalfStep::solve(std::string_view pairs) {
    const auto block = decode_pairs(pairs);
    if (!block) return std::unexpected(block.error());
    if (!blocks_.empty()) still_ = joined(std::exchange(blocks_, {}), recipe_.dimensions);
    if (block->others_rows != still_.rows()) return misfit("the pairs are of another number of rows");
    const training::RowPairs rows{block->offsets, block->others, block->weights};
    if (rows.rows() > block_rows) return misfit("a block of pairs has at most 4,096 rows");
    Matrix to(rows.rows(), recipe_.dimensions);
    training::solve_rows(rows,
                         {still_,
                          basis_.values,
                          {recipe_.unobserved, recipe_.regularisation, recipe_.frequency_power, block->others_active}},
                         to);
    return Solved{encode_factors(to, recipe_.dimensions), gram_of(to)};
}

}  // namespace vitrina::border
