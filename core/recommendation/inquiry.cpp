#include "recommendation/inquiry.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vitrina::recommendation {

namespace {

using state::Acted;
using state::Action;

Result<const PlacementSettings*> placement_of(const Request& request, const Situation& situation) {
    const auto& placements =
        situation.arrangement != nullptr ? situation.arrangement->placements : situation.snapshot.placements;
    const auto found = placements.find(request.placement);
    if (found == placements.end()) {
        std::vector<std::string_view> names;
        for (const auto& [name, settings] : placements) names.push_back(name);
        return fail(ErrorCode::invalid_input,
                    fmt::format("placement \"{}\" is unknown; known: {}", request.placement, fmt::join(names, ", ")));
    }
    const PlacementSettings& settings = found->second;
    const bool bounded = !request.listing;  // by the length of the listing
    if (bounded && (request.size == 0 || request.size > settings.size_max))
        return fail(ErrorCode::invalid_input, fmt::format("size {} of placement \"{}\" is not between 1 and {}",
                                                          request.size, request.placement, settings.size_max));
    if (settings.needs_item && request.item_id.empty())
        return fail(ErrorCode::invalid_input,
                    fmt::format("placement \"{}\" needs item_id, the product shown", request.placement));
    return &settings;
}

std::vector<Acted> actions_of(const Request& request, const Situation& situation) {
    std::vector<Acted> actions;
    actions.reserve(request.recent_items.size() + situation.profile.actions.size());
    for (const std::string& item_id : request.recent_items)
        actions.push_back(
            {.time = situation.now, .item = item_key(item_id), .action = Action::view, .in_session = true});
    actions.insert(actions.end(), situation.profile.actions.begin(), situation.profile.actions.end());
    return actions;
}

// The cart's lines, newest first: those that the request names, then those known from events.
std::vector<Anchor> cart_of(const Request& request, const Situation& situation) {
    std::vector<state::CartLine> lines = situation.profile.cart;
    std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return a.time > b.time; });
    std::vector<Anchor> cart;
    for (const std::string& item_id : request.cart) cart.push_back({item_key(item_id), Action::cart});
    for (const state::CartLine& line : lines) cart.push_back({line.item, Action::cart});
    return cart;
}

std::vector<ItemKey> learning_keys(std::span<const Anchor> anchors, const catalog::Catalog& catalog) {
    std::vector<ItemKey> keys;
    for (const Anchor& anchor : anchors) keys.push_back(learning_key_of(anchor.item, catalog));
    return keys;
}

}  // namespace

ItemKey learning_key_of(ItemKey item, const catalog::Catalog& catalog) {
    const auto slot = catalog.find(item);
    return slot ? catalog.learning_key(*slot) : item;
}

bool contains(std::span<const ItemKey> sorted, ItemKey key) {
    return std::binary_search(sorted.begin(), sorted.end(), key);
}

Result<Inquiry> inquire(const Request& request, const Situation& situation) {
    const auto settings = placement_of(request, situation);
    if (!settings) return std::unexpected(settings.error());
    Inquiry inquiry{request, situation, **settings, actions_of(request, situation), {}, {}, {}, {}};
    const std::vector<Anchor> cart = cart_of(request, situation);
    inquiry.cart = learning_keys(cart, situation.catalog);
    std::sort(inquiry.cart.begin(), inquiry.cart.end());
    if (inquiry.settings.uses_cart) inquiry.page = cart;
    if (inquiry.settings.needs_item) inquiry.page = {{item_key(request.item_id), Action::view}};

    const std::vector<ItemKey> context = learning_keys(inquiry.page, situation.catalog);
    features::Profile known;
    if (inquiry.settings.personal) known.actions = inquiry.actions;
    inquiry.query =
        features::make_query(known, context, situation.catalog, situation.snapshot.model.get(), situation.now);
    if (inquiry.settings.objective != Objective::click && situation.snapshot.taking != nullptr) {
        known.actions = inquiry.actions;
        inquiry.person =
            features::make_query(known, {}, situation.catalog, situation.snapshot.model.get(), situation.now);
    }
    return inquiry;
}

}  // namespace vitrina::recommendation
