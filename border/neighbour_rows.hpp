#pragma once
// Rows of a table of neighbours (model/sparse_table.hpp) as a block of bytes: what the tasks of a training make of co-visitation.
//
//   rows = sizes u32[] · columns u32[] · values f32[]        columns and values of all rows, one after the other
//
// Threads: pure functions. Errors: corrupt_data for bytes that are not ours.

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "model/sparse_table.hpp"

namespace vitrina::border {

std::string encode_rows(const model::SparseBlock& block);
Result<model::SparseBlock> decode_rows(std::string_view bytes);

}  // namespace vitrina::border
