#pragma once
// Placements out of the box and their configuration.
//
// A source is one that training makes (candidates::source_names), one of cold items (cold, new_for_you), one that needs no
// training (popular, trending, new, same_category, recently_viewed, bought_before), or one of API.md's names for them (bought_together, complements, similar_to_visitor).
// Threads: values. The defaults are `default_placements()`; configuration changes fields of a placement by name.
// Errors: `check_placements` answers invalid_input with placement, field, value and what would be right.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "state/records.hpp"

namespace vitrina::recommendation {

struct Diversity {
    std::string by;        // "", "category" or "brand"
    std::size_t most = 0;  // items of one category or brand; 0 = no bound
    bool operator==(const Diversity&) const = default;
};

// Slots whose item is drawn from an eligible set (explored_slots.hpp). Off unless it has both slots and a share.
struct Exploring {
    std::vector<std::size_t> slots;  // places in the answer from 0, ascending
    double share = 0;                // of the placement's answers that explore
    double epsilon = 0.1;            // how much of q is the same for every item
    double relevance = 0.5;          // least score of an item over that of the one whose place it is
    std::size_t cold = 5;            // cold items in an eligible set, at most

    bool on() const { return !slots.empty() && share > 0; }
    bool operator==(const Exploring&) const = default;
};

inline constexpr double success_most = 2;
inline constexpr std::size_t from_shown_most = 200;

// What an answer is to win: that something is looked at, taken, or what the shop takes in or earns with it.
enum class Objective : std::uint8_t { click, purchase, revenue, margin };
inline constexpr std::array<std::string_view, 4> objective_names = {"click", "purchase", "revenue", "margin"};

struct PlacementSettings {
    std::vector<std::string> sources;
    std::map<std::string, double> weights;  // by source, where training chose none
    bool needs_item = false;                // the request must name the product shown
    bool uses_cart = false;                 // the cart's lines are the context
    bool personal = true;                   // reads the visitor's history
    bool repeats_allowed = false;           // what the person bought may come back (buy again)
    // Shows only what the person bought or viewed before (the placement's context is the person's own past).
    std::optional<state::Action> only_known;
    bool exclude_cart = true;
    TimeMs exclude_purchased_ms = 30 * day_ms;  // 0 = never; replenishable items come back all the same
    Diversity diversity;
    std::size_t size_max = 100;
    std::size_t candidates = 200;      // asked of each source
    std::string fallback = "popular";  // popular, trending or new; "" answers nothing instead
    bool fill = true;                  // fallbacks also fill up a short answer; false: only an empty one
    double success = 0;  // how far what became of earlier exposures here moves an item: its lift to this power
    Exploring explore;
    // So many of the first candidates are put into the order of what was learned from what became of this placement's own answers.
    std::size_t from_shown = 0;
    Objective objective =
        Objective::click;  // beyond clicks it reads what the visitor did, also where `personal` is false
    bool operator==(const PlacementSettings&) const = default;
};

// home product product_addons cart buy_again recently_viewed bestsellers trending new
std::map<std::string, PlacementSettings> default_placements();

// What a source is called inside models and manifests: "bought_together" is "same_order".
std::string_view canonical_source(std::string_view name);

Result<void> check_placements(const std::map<std::string, PlacementSettings>& placements);

}  // namespace vitrina::recommendation
