#pragma once
// What a model knows of its items by themselves and in pairs, beside what its sources say: for the features of candidates.
//
// Model: sections "facts.<name>" (float, category and brand u32, one an item) and the table "facts.next".
//   people   how many people touched the item             count   how often, once a basket
//   lately   share of the count in the newest eighth of the time that the history spans; 0 where there are no times
//   repeat   share of its people who came back to it in another basket, shrunk towards the mean of all items
//   age, idle        days since it was first and last touched, at the end of the history; `unknown_days` never
//   trend    logarithm of touches in that eighth over the mean of the three eighths before, both one more
//   category, brand  numbers of the item's deepest category path and of its brand; `no_place` none
//   category_people  people of the most popular item of its category
//   next     T_ij: of the steps at most three after a step to i, the share that went to j, nearer steps weighing more
// Lifetime: borrows the model. Threads: immutable.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "model/model.hpp"
#include "model/sparse_table.hpp"

namespace vitrina::candidates {

inline constexpr float unknown_days = 10'000;
inline constexpr std::uint32_t no_place = 0xffffffff;

struct ItemFacts {
    model::SparseTable next;
    std::span<const float> people, count, lately, repeat, age, idle, trend, category_people;
    std::span<const std::uint32_t> category, brand;
};

// Nothing where the model has no facts, or those of an older program, which knew fewer.
std::optional<ItemFacts> item_facts(const model::Model& model);

}  // namespace vitrina::candidates
