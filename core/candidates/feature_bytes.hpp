#pragma once
// Features as they are kept with what was shown: a byte each, and the hash of their names.
//
// A byte is a float of 8 bits: sign, 5 bits of exponent, 2 of fraction (E5M2), rounded to nearest, ties to even. So a value keeps its order
// and is off by at most an eighth; below 2^-17 it is 0, above 57,344 it is that.
// What learns from kept bytes must be asked with values that went through `quantised`, too, or with thresholds of `least_kept_as`.
// Threads: pure functions. Precondition: values are finite. Source: Micikevicius et al. (2022), "FP8 formats for deep learning".

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vitrina::candidates {

std::uint8_t byte_of(float value);
float value_of(std::uint8_t byte);
inline float quantised(float value) { return value_of(byte_of(value)); }

// The least number that is kept as at least this one, infinity where none is: `quantised(x) < value` is `x < least_kept_as(value)`. So trees
// that learned from kept bytes can be asked with the numbers themselves.
float least_kept_as(float value);

std::string bytes_of(std::span<const float> values);
void append_values(std::string_view bytes, std::vector<float>& to);

// Of features in this order: whether two rows can stand in one table.
std::uint64_t layout_of(std::span<const std::string> names);

}  // namespace vitrina::candidates
