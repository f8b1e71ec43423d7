#pragma once
// What sells now: decayed counts by catalogue slot, made from the items' hour and day buckets when a snapshot is made, never
// when writing. Serves `bestsellers`, `trending`, `new` and every fallback, also before the first model.
//
// popularity = Σ buckets (w_view·views + w_cart·carts + w_order·orders) · 2^(−age / half-life); trend = fast over slow half-life,
// shrunk towards 1. Ages count from `now` or from the newest bucket, whichever is earlier, so that imported years keep their order (QUALITY.md, "Popularity, trend, season").
// Lifetime: an immutable value that owns its arrays; slots beyond its size are unknown to it and score 0.
// Threads: share it by shared_ptr. Ties are broken by item key.

#include <cstdint>
#include <functional>
#include <vector>

#include "base/time.hpp"
#include "catalog/catalog.hpp"
#include "state/views.hpp"

namespace vitrina::features {

struct TrendSettings {
    double view_weight = 0.05;
    double cart_weight = 0.3;
    double order_weight = 1.0;
    double popular_half_life_days = 14;
    double fast_half_life_days = 2;
    double slow_half_life_days = 21;
    double shrink_orders = 5;
};

struct Trends {
    std::vector<float> popularity;           // by slot
    std::vector<float> trend;                // by slot
    std::vector<catalog::Slot> bestsellers;  // best first, those with a score above 0
    std::vector<catalog::Slot> trending;     // best first
    std::vector<catalog::Slot> newest;       // newest `created_at` (or `available_from`) first
};

// `item_state(slot)` gives the state of the slot's item; an empty view where there is none.
Trends make_trends(const catalog::Catalog& catalog, const std::function<state::ItemView(catalog::Slot)>& item_state,
                   TimeMs now, const TrendSettings& settings = {});

}  // namespace vitrina::features
