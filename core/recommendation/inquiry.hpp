#pragma once
// The request with its names resolved, before anything is scored: who asks, about what, and what is known of both.
//
// Lifetime: borrows request and situation. Threads: immutable once made.

#include <span>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "features/query.hpp"
#include "recommendation/answer.hpp"

namespace vitrina::recommendation {

// Something that the person did or that the page shows, to which a reason may refer.
struct Anchor {
    ItemKey item{};  // the very item, not its group
    state::Action action = state::Action::view;
};

struct Inquiry {
    const Request& request;
    const Situation& situation;
    const PlacementSettings& settings;
    std::vector<state::Acted> actions;  // newest first; `recent_items` of the request before what is known
    std::vector<Anchor> page;           // the product shown, or the lines of the cart, newest first
    std::vector<ItemKey> cart;          // learning keys, sorted
    features::Query query;              // what sources are asked
    features::Query person;             // all that is known of the person, where the objective asks for it
};

// Errors: invalid_input for an unknown placement, a missing item_id, a size out of range.
Result<Inquiry> inquire(const Request& request, const Situation& situation);

// What learning calls an item, also one that the catalogue does not know.
ItemKey learning_key_of(ItemKey item, const catalog::Catalog& catalog);

bool contains(std::span<const ItemKey> sorted, ItemKey key);

}  // namespace vitrina::recommendation
