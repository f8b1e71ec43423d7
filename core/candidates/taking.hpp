#pragma once
// What can be said about whether a person takes an item, into the cart or home, once he looks at it: the row of numbers that the
// trees of evaluation/taking_learning.hpp read. The same code makes it in learning and in answering.
//
// Model: one element an item, all of them or none:
//   "taken.rate", "taken.orders" (float)  looks that became a cart or an order, orders alone; smoothed item → kind → shop
//   "taken.looks" (float)                 how often it was looked at
//   "taken.price" (float)                 ln of its price over the median of its kind; 0 unknown
//   "taken.level" (float)                 ln of its price over the median of the shop; 0 unknown
//   "taken.kind", "taken.brand" (u32)     number of its first category and of its brand; `no_name` without one
// Time-safe: only the query, what the person did before, and these facts are looked at.
// Threads: pure functions. Lifetime: facts borrow the model. Shapes: rows × names, row-major, finite.
// Precondition: rows are items of the model. Not an error: a query of nobody (the person's numbers say "nothing known").
// Cost: some microseconds a query, and some hundred nanoseconds a row.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "features/query.hpp"
#include "model/model.hpp"

namespace vitrina::candidates {

inline constexpr std::uint32_t no_name = 0xffffffff;

struct TakingFacts {
    std::span<const float> rate, orders, looks, price, level;
    std::span<const std::uint32_t> kind, brand;
};

// Nothing where the model has none.
std::optional<TakingFacts> taking_facts(const model::Model& model);

// Newest actions of the person that are read, and how long ago an action belongs to the same visit. By the clock and not by
// baskets, because where a visit ends is known only later.
inline constexpr std::size_t taking_history = 200;
inline constexpr TimeMs taking_visit_ms = 2 * hour_ms;

const std::vector<std::string>& taking_names();
std::vector<float> taking_features(const TakingFacts& facts, const features::Query& query,
                                   std::span<const std::uint32_t> rows);

}  // namespace vitrina::candidates
