#pragma once
// A table of weighted neighbours, row by row: what item–item, co-visitation, same-order and content sources learn.
//
// In a model it is three sections: "<name>.offsets" (u64, rows + 1), "<name>.columns" (u32), "<name>.values" (float).
// Within a row the best value stands first; equal values are ordered by the smaller column.
// Threads: a `SparseTable` is immutable and borrows the model; a `SparseBlock` belongs to one thread.
// Preconditions: rows and columns are rows of the model. `table_of` holds every table to that (BrokenInvariant otherwise).
// Surprising cost: `table_of` reads offsets and columns once.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/top_k.hpp"
#include "model/model.hpp"

namespace vitrina::model {

struct SparseRow {
    std::span<const std::uint32_t> columns;
    std::span<const float> values;
    std::size_t size() const { return columns.size(); }
};

class SparseTable {
public:
    SparseTable(std::span<const std::uint64_t> offsets, std::span<const std::uint32_t> columns,
                std::span<const float> values)
        : offsets_(offsets), columns_(columns), values_(values) {}

    std::size_t rows() const { return offsets_.size() - 1; }
    SparseRow row(std::uint32_t r) const {
        const std::size_t length = offsets_[r + 1] - offsets_[r];
        return {columns_.subspan(offsets_[r], length), values_.subspan(offsets_[r], length)};
    }

private:
    std::span<const std::uint64_t> offsets_;
    std::span<const std::uint32_t> columns_;
    std::span<const float> values_;
};

// The value at (row, column); 0 where it was not kept or there is no such row.
float value_at(const SparseTable& table, std::uint32_t row, std::uint32_t column);

// Nothing where the model has no such table.
std::optional<SparseTable> table_of(const Model& model, std::string_view name);

// Some consecutive rows of a table while it is being made; one block of an executor fills one.
struct SparseBlock {
    std::vector<std::uint32_t> sizes;  // entries of each row
    std::vector<std::uint32_t> columns;
    std::vector<float> values;

    // Room for so many, so that a block does not move while it grows.
    void reserve(std::size_t rows, std::size_t entries_a_row);
    // Precondition: best first, as `TopK::take` gives them.
    void append_row(std::span<const Scored> best);
};

// Adds the blocks, in their order, as the table `name`. Precondition: together they have one row for each item of the model.
void add_table(ModelBuilder& builder, const std::string& name, std::vector<SparseBlock> blocks);

}  // namespace vitrina::model
