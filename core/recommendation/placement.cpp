#include "recommendation/placement.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "candidates/source.hpp"

namespace vitrina::recommendation {

namespace {

constexpr std::pair<std::string_view, std::string_view> public_names[] = {
    {"bought_together", "same_order"}, {"complements", "covisit_cart_buy"}, {"similar_to_visitor", "item_item"}};

constexpr std::string_view untrained_sources[] = {"popular", "trending",        "new",           "new_for_you",
                                                  "cold",    "recently_viewed", "bought_before", "same_category"};

PlacementSettings home() {
    PlacementSettings settings;
    settings.sources = {"next_basket", "item_item", "ials", "covisit_buy_buy", "covisit_view_view", "session_knn",
                        "content",     "popular",   "cold"};
    settings.weights = {{"cold", 0.01}, {"popular", 0.1}, {"content", 0.2}, {"covisit_view_view", 0.5}};
    return settings;
}

PlacementSettings product() {
    PlacementSettings settings;
    settings.sources = {"covisit_view_view", "covisit_view_buy", "item_item",
                        "content",           "covisit_buy_buy",  "session_knn"};
    settings.weights = {{"content", 0.5}, {"covisit_buy_buy", 0.3}};
    settings.candidates = 100;
    settings.needs_item = true;
    return settings;
}

// What goes with the product or the cart: bought in the same order, then bought after it; and what the person orders every time,
// which belongs in this order too (training gives it no weight in a shop where nobody orders again).
PlacementSettings goes_with() {
    PlacementSettings settings;
    settings.sources = {"bought_together", "covisit_cart_buy", "kinds_together", "covisit_buy_buy",
                        "item_item",       "content",          "next_basket"};
    settings.weights = {{"covisit_buy_buy", 0.3}, {"item_item", 0.3}, {"content", 0.2}, {"next_basket", 0.3}};
    settings.candidates = 100;
    return settings;
}

PlacementSettings product_addons() {
    PlacementSettings settings = goes_with();
    settings.needs_item = true;
    return settings;
}

PlacementSettings cart() {
    PlacementSettings settings = goes_with();
    settings.uses_cart = true;
    return settings;
}

PlacementSettings buy_again() {
    PlacementSettings settings;
    settings.sources = {"next_basket", "bought_before"};
    settings.weights = {{"bought_before", 0.5}};
    settings.repeats_allowed = true;
    settings.only_known = state::Action::buy;
    settings.exclude_purchased_ms = 0;
    settings.fill = false;
    return settings;
}

PlacementSettings recently_viewed() {
    PlacementSettings settings;
    settings.sources = {"recently_viewed"};
    settings.only_known = state::Action::view;
    settings.fill = false;
    return settings;
}

PlacementSettings listing(std::string source, bool fill) {
    PlacementSettings settings;
    settings.sources = {std::move(source)};
    settings.personal = false;
    settings.exclude_purchased_ms = 0;
    settings.fill = fill;
    return settings;
}

// The newest first, and among the newest what the person may like.
PlacementSettings newest() {
    PlacementSettings settings = listing("new", false);
    settings.sources.emplace_back("new_for_you");
    settings.personal = true;
    return settings;
}

std::unexpected<Error> wrong(const std::string& placement, std::string_view field, std::string_view what) {
    return fail(ErrorCode::invalid_input, fmt::format("placement.{}.{}: {}", placement, field, what));
}

bool is_source(std::string_view name) {
    const auto is = [&](std::string_view known) { return known == canonical_source(name); };
    const auto& trained = candidates::source_names();
    return std::any_of(trained.begin(), trained.end(), is) ||
           std::any_of(std::begin(untrained_sources), std::end(untrained_sources), is);
}

std::string all_sources() {
    std::vector<std::string_view> names(candidates::source_names().begin(), candidates::source_names().end());
    for (const std::string_view name : untrained_sources)
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    for (const auto& [name, canonical] : public_names) names.push_back(name);
    return fmt::format("{}", fmt::join(names, ", "));
}

Result<void> check_sources(const std::string& placement, const PlacementSettings& settings) {
    if (settings.sources.empty()) return wrong(placement, "sources", "is empty; name at least one source");
    for (const std::string& name : settings.sources)
        if (!is_source(name))
            return wrong(placement, "sources", fmt::format("unknown source \"{}\"; known: {}", name, all_sources()));
    std::set<std::string_view> named;
    for (const std::string& name : settings.sources)
        if (!named.insert(canonical_source(name)).second)
            return wrong(placement, "sources", fmt::format("\"{}\" comes twice; raise its weight instead", name));
    for (const auto& [name, weight] : settings.weights) {
        if (!is_source(name))
            return wrong(placement, "weights", fmt::format("unknown source \"{}\"; known: {}", name, all_sources()));
        if (!(weight >= 0 && weight <= 1000))
            return wrong(placement, "weights", fmt::format("{} = {} is not between 0 and 1000", name, weight));
    }
    return {};
}

Result<void> check_rules(const std::string& placement, const PlacementSettings& settings) {
    const Diversity& diversity = settings.diversity;
    if (!diversity.by.empty() && diversity.by != "category" && diversity.by != "brand")
        return wrong(placement, "diversity.by", fmt::format("\"{}\" is not category or brand", diversity.by));
    if (settings.size_max == 0 || settings.size_max > 1000)
        return wrong(placement, "size_max", fmt::format("{} is not between 1 and 1000", settings.size_max));
    if (settings.candidates == 0 || settings.candidates > 10'000)
        return wrong(placement, "candidates", fmt::format("{} is not between 1 and 10000", settings.candidates));
    if (settings.from_shown > from_shown_most)
        return wrong(placement, "from_shown",
                     fmt::format("{} is not between 0 and {}", settings.from_shown, from_shown_most));
    if (settings.exclude_purchased_ms < 0)
        return wrong(placement, "exclude_purchased", "is negative; 0 switches it off");
    const std::string& fallback = settings.fallback;
    if (!fallback.empty() && fallback != "popular" && fallback != "trending" && fallback != "new")
        return wrong(placement, "fallback", fmt::format("\"{}\" is not popular, trending, new or empty", fallback));
    return {};
}

}  // namespace

std::map<std::string, PlacementSettings> default_placements() {
    return {{"home", home()},
            {"product", product()},
            {"product_addons", product_addons()},
            {"cart", cart()},
            {"buy_again", buy_again()},
            {"recently_viewed", recently_viewed()},
            {"bestsellers", listing("popular", true)},
            {"trending", listing("trending", false)},
            {"new", newest()}};
}

std::string_view canonical_source(std::string_view name) {
    for (const auto& [spoken, canonical] : public_names)
        if (spoken == name) return canonical;
    return name;
}

Result<void> check_placements(const std::map<std::string, PlacementSettings>& placements) {
    for (const auto& [name, settings] : placements) {
        if (auto good = check_sources(name, settings); !good) return good;
        if (auto good = check_rules(name, settings); !good) return good;
    }
    return {};
}

}  // namespace vitrina::recommendation
