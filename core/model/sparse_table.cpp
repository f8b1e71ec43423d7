#include "model/sparse_table.hpp"

#include <algorithm>

namespace vitrina::model {

float value_at(const SparseTable& table, std::uint32_t row, std::uint32_t column) {
    if (row >= table.rows()) return 0;
    const auto [columns, values] = table.row(row);
    const auto found = std::find(columns.begin(), columns.end(), column);
    return found == columns.end() ? 0 : values[static_cast<std::size_t>(found - columns.begin())];
}

std::optional<SparseTable> table_of(const Model& model, std::string_view name) {
    const std::string prefix(name);
    const auto offsets = model.section<std::uint64_t>(prefix + ".offsets");
    const auto columns = model.section<std::uint32_t>(prefix + ".columns");
    const auto values = model.section<float>(prefix + ".values");
    if (offsets.empty()) return std::nullopt;
    ensure(offsets.size() == model.items() + 1 && offsets.front() == 0 && offsets.back() == columns.size() &&
               columns.size() == values.size() && std::is_sorted(offsets.begin(), offsets.end()),
           "a table of neighbours in the model has a wrong shape");
    ensure(std::all_of(columns.begin(), columns.end(), [&](std::uint32_t column) { return column < model.items(); }),
           "a table of neighbours in the model names a row that the model does not have");
    return SparseTable(offsets, columns, values);
}

void SparseBlock::reserve(std::size_t rows, std::size_t entries_a_row) {
    sizes.reserve(rows);
    columns.reserve(rows * entries_a_row);
    values.reserve(rows * entries_a_row);
}

void SparseBlock::append_row(std::span<const Scored> best) {
    sizes.push_back(static_cast<std::uint32_t>(best.size()));
    for (const Scored& entry : best) {
        columns.push_back(entry.row);
        values.push_back(entry.score);
    }
}

void add_table(ModelBuilder& builder, const std::string& name, std::vector<SparseBlock> blocks) {
    std::vector<std::uint64_t> offsets{0};
    std::vector<std::vector<std::uint32_t>> columns;
    std::vector<std::vector<float>> values;
    offsets.reserve(builder.item_keys().size() + 1);
    for (SparseBlock& block : blocks) {
        for (const std::uint32_t size : block.sizes) offsets.push_back(offsets.back() + size);
        columns.push_back(std::move(block.columns));
        values.push_back(std::move(block.values));
    }
    ensure(offsets.size() == builder.item_keys().size() + 1, "a table of neighbours needs one row for each item");
    builder.add(name + ".offsets", std::move(offsets));
    builder.add_parts(name + ".columns", std::move(columns));
    builder.add_parts(name + ".values", std::move(values));
}

}  // namespace vitrina::model
