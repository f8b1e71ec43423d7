#include "border/neighbour_rows.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "border/flat_block.hpp"

namespace vitrina::border {
namespace {

constexpr BlockName rows_name{0x31524e56, 1, "block of neighbours"};  // "VNR1"

bool is_whole(const model::SparseBlock& block) {
    const auto entries = std::accumulate(block.sizes.begin(), block.sizes.end(), std::uint64_t{0});
    return entries == block.columns.size() && entries == block.values.size() &&
           std::ranges::all_of(block.values, [](float value) { return std::isfinite(value); });
}

}  // namespace

std::string encode_rows(const model::SparseBlock& block) {
    return BlockWriter(rows_name).array(block.sizes).array(block.columns).array(block.values).finish();
}

Result<model::SparseBlock> decode_rows(std::string_view bytes) {
    BlockReader reader(bytes, rows_name);
    model::SparseBlock block{reader.array<std::uint32_t>(), reader.array<std::uint32_t>(), reader.array<float>()};
    if (auto whole = reader.finish(); !whole) return std::unexpected(whole.error());
    if (!is_whole(block)) return reader.corrupt();
    return block;
}

}  // namespace vitrina::border
