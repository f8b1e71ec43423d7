#pragma once
// The known name that a misspelt one probably meant, for messages.
//
// Threads: pure function. Not an error: nothing comes close; then the answer is empty.
// Source: edit distance, Wagner and Fischer 1974. Cost: the product of the lengths; names over 64 bytes are not compared.

#include <span>
#include <string>
#include <string_view>

namespace vitrina {

// The name of `known` with the fewest edits from `name`, at most a third of its length (rounded); the first of equals.
std::string_view closest(std::string_view name, std::span<const std::string_view> known);

// "; did you mean \"visitor_id\"?" or nothing.
std::string did_you_mean(std::string_view name, std::span<const std::string_view> known);

}  // namespace vitrina
