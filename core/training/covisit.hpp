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
// threads, and from blocks of rows that were made anywhere.
// Threads: uses the executor only.
// Cost: entries · 2 · distance updates (times the lines of an order), capped by `entries_a_person`.
// Source: co-visitation matrices of the OTTO challenge (2022), in the letters of QUALITY.md.

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "base/executor.hpp"
#include "model/model.hpp"
#include "model/sparse_table.hpp"
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

// The same a block of rows at a time, for hosts that share the rows among tasks.
// Lifetime: borrows nothing. Threads: `block` may be called from any. Precondition: number < blocks().
class CovisitRows {
public:
    CovisitRows(const History& history, const CovisitRecipe& recipe, const Relation& relation);
    ~CovisitRows();
    CovisitRows(const CovisitRows&) = delete;
    CovisitRows& operator=(const CovisitRows&) = delete;

    static std::size_t blocks(const History& history);
    model::SparseBlock block(std::size_t number) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};
// Precondition: all blocks of a relation, in their order.
void add_covisit(std::vector<model::SparseBlock> blocks, const CovisitRecipe& recipe, const Relation& relation,
                 model::ModelBuilder& builder);

}  // namespace vitrina::training
