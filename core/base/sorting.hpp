#pragma once
// Sorting of plain numbers with the widest instructions that the machine has (Highway's vqsort; Blacher et al. 2022).
//
// Threads: pure function. The result is the same on every instruction set: it is the sorted order, and equal numbers cannot be
// told apart.

#include <cstdint>
#include <span>

namespace vitrina {

void sort_descending(std::span<std::uint64_t> numbers);

}  // namespace vitrina
