#pragma once
// What goes with it, by kind: the most sought items of the categories that people turn to once they have taken something of the
// context's categories.
//
// score(j) = w^r · Σ over the context's kinds a of P(b | a), b the kind of j, r its place within b from 0; a kind of the context
// itself has P(b | b) alone, because it is served. Rows of the context and of its group are left out. Without a context: nothing.
// Model: "kinds_together.of" (u32, one an item, `no_kind` where it has none); ".offsets" (u64, kinds + 1), ".kinds" (u32) and
// ".values" (float): P(b | a) by a, likeliest first; ".item_offsets" (u64, kinds + 1), ".items" (u32): by kind, most sought first;
// ".query" (double): w. Source: training/kinds_together.hpp.
// Threads, lifetime and shapes: as candidates/source.hpp.

#include <cstdint>
#include <memory>

#include "candidates/source.hpp"

namespace vitrina::candidates {

inline constexpr std::uint32_t no_kind = 0xffffffff;

std::unique_ptr<Source> make_kinds_together(std::shared_ptr<const model::Model> model);

}  // namespace vitrina::candidates
