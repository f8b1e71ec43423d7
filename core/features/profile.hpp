#pragma once
// From state to query: joins the visitor's and the user's actions and maps item keys to the rows of a model.
//
// Items are learned by group: an action on a variant counts for its `Catalog::learning_key`.
// Threads: pure functions. Cost: a few microseconds for some hundred actions.

#include <optional>
#include <span>
#include <vector>

#include "catalog/catalog.hpp"
#include "features/query.hpp"
#include "model/model.hpp"
#include "state/views.hpp"

namespace vitrina::features {

// All that is known of the person who asks: newest first, the union of the visitor's and (when logged in) the user's actions.
struct Profile {
    std::vector<state::Acted> actions;
    std::vector<state::CartLine> cart;
};

Profile make_profile(const state::VisitorView& visitor, const state::UserView* user);

// `context` are learning keys of the product shown or the cart's lines. `model` may be null: then the query is empty.
Query make_query(const Profile& profile, std::span<const ItemKey> context, const catalog::Catalog& catalog,
                 const model::Model* model, TimeMs now);

}  // namespace vitrina::features
