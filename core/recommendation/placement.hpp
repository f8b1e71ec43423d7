#pragma once
// Placements out of the box and their configuration.
//
// Threads: values. The defaults are `default_placements()`; configuration changes fields of a placement by name.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace vitrina::recommendation {

struct Diversity {
    std::string by;        // "", "category" or "brand"
    std::size_t most = 0;  // items of one category or brand; 0 = no bound
    bool operator==(const Diversity&) const = default;
};

struct PlacementSettings {
    std::vector<std::string>
        sources;  // candidate sources, and "popular", "trending", "new", "recently_viewed", "bought_before"
    std::map<std::string, double> weights;  // by source, where training chose none
    bool needs_item = false;                // the request must name the product shown
    bool uses_cart = false;                 // the cart's lines are the context
    bool personal = true;                   // reads the visitor's history
    bool repeats_allowed = false;           // what the person bought may come back (buy again)
    bool exclude_cart = true;
    TimeMs exclude_purchased_ms = 30 * day_ms;  // 0 = never; replenishable items come back all the same
    Diversity diversity;
    std::size_t size_max = 100;
    std::size_t candidates = 200;      // asked of each source
    std::string fallback = "popular";  // "" answers nothing instead
    bool operator==(const PlacementSettings&) const = default;
};

// home product product_addons cart buy_again recently_viewed bestsellers trending new
std::map<std::string, PlacementSettings> default_placements();

}  // namespace vitrina::recommendation
