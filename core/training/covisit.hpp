#pragma once
// Learns co-visitation: what follows what within a recent window of one person, a table of its own for each relation.
//
// A person's last `window` steps count; a step is an entry, or all lines of one order. For an entry of the relation's first
// kind (item i) and one of its second kind (item j), at most `distance` steps apart and not in the same step,
//   S_ij += L^(−cb) · cw^(steps apart − 1), times `backward` where j came first;
// L is the number of steps, column j is multiplied by d_j^(−cc) (d_j: how often j stands second), the K largest of a row are kept
// and divided by their sum. A view is never a weak purchase: view→view, view→buy, cart→buy and buy→buy are separate.
// Writes what candidates/covisit.hpp reads; nothing where the history holds no such pair.
// Weights are rounded to multiples of 2^-24, so that their sums are exact and know no order: the same bytes on any number of
// threads, and from `PairCount`s that were counted anywhere, person by person, and added up in any order.
// Threads: uses the executor only.
// Cost: entries · 2 · distance updates (times the lines of an order), capped by `entries_a_person`.
// Source: co-visitation matrices of the OTTO challenge (2022), in the letters of QUALITY.md.

#include <cstdint>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/executor.hpp"
#include "model/model.hpp"
#include "state/records.hpp"
#include "training/history.hpp"
#include "training/recipe.hpp"

namespace vitrina::training {

struct Relation {
    std::string_view table;  // name of the source and of its table
    state::Action first;
    state::Action second;
};

// view→view, view→buy, cart→buy, buy→buy.
inline constexpr Relation relations[] = {
    {"covisit_view_view", state::Action::view, state::Action::view},
    {"covisit_view_buy", state::Action::view, state::Action::buy},
    {"covisit_cart_buy", state::Action::cart, state::Action::buy},
    {"covisit_buy_buy", state::Action::buy, state::Action::buy},
};

void train_covisit(const History& history, const CovisitRecipe& recipe, const Relation& relation,
                   model::ModelBuilder& builder, Executor& executor);

// How often `second` stood `apart` steps after `first` (before it where negative) with people of `steps` steps. `apart` 0 says
// how often `second` stood second at all; `first` is then the same and `steps` 0.
struct PairCount {
    ItemKey first{};
    ItemKey second{};
    std::uint32_t steps = 0;
    std::int32_t apart = 0;
    std::uint64_t count = 0;
    auto place() const { return std::tie(first, second, steps, apart); }
    bool operator==(const PairCount&) const = default;
};

// Of the recipe `window`, `distance` and `entries_a_person` count. Sorted by place, each place once. Counts of disjoint sets of
// people add up to the count of all.
std::vector<PairCount> count_pairs(const History& history, const CovisitRecipe& recipe, const Relation& relation);
// Counts of the same place become one; sorted by place.
std::vector<PairCount> added_up(std::vector<PairCount> counts);

// From counts of the whole history instead of from the history. Precondition: as `added_up` answers them, counted with the
// recipe's window and entries_a_person and at least its distance. Items that the builder does not know are left out.
void train_covisit(std::span<const PairCount> counts, const CovisitRecipe& recipe, const Relation& relation,
                   model::ModelBuilder& builder, Executor& executor);

}  // namespace vitrina::training
