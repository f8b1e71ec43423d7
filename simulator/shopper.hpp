#pragma once
// A person: what he likes, what he may spend, how he comes back, and what became of him so far.
//
// `Shopper` is drawn once and never changes; `Past` is what changes with what he did, and differs between arms.
// Threads: values; a `Past` belongs to one person of one arm.

#include <array>
#include <cstdint>
#include <vector>

#include "simulator/shop.hpp"

namespace vitrina::simulator {

using ShopperNumber = std::uint32_t;

struct Shopper {
    ShopperNumber number = 0;
    Chance chance;
    Taste taste{}, later_taste{};  // tastes turn from the one towards the other
    std::uint32_t style = 0;
    double price_sensitivity = 0, budget = 0, returning = 0;
    bool account = false, second_device = false;
    int arrival = 0;
};

struct LeafPast {
    LeafNumber leaf = 0;
    int bought = 0;  // the last day
};

struct Past {
    int next_day = 0;
    std::uint32_t cookies[2] = {0, 0};  // how often the cookie of a device was lost
    std::uint32_t visits = 0;
    std::vector<LeafPast> bought;
    std::vector<ItemNumber> left_in_cart;  // of the visit before, on the same device
    bool left_on_second = false;
    std::int64_t refill_leaf = -1;  // why he comes next
    std::int64_t carried_leaf = -1;
};

Shopper make_shopper(const Shop& shop, ShopperNumber number, int days);
Taste taste_on(const Shop& shop, const Shopper& shopper, int day);

// What an item is worth to a person as far as his taste, style and feeling for prices tell.
double foreseen_utility(const Shop& shop, const Shopper& shopper, const Taste& taste, ItemNumber item);

// The same and what is his alone, which nothing tells before he has looked at it.
double utility(const Shop& shop, const Shopper& shopper, const Taste& taste, ItemNumber item);

// How much each leaf is wished for, as weights: what the person likes and has lately bought, and the season.
void wishes(const Shop& shop, const Taste& taste, const Past& past, int day, std::vector<double>& weights);

// A leaf by the person's wishes on that day, satiation and season counted in. `unit` in (0, 1) chooses.
LeafNumber wished_leaf(const Shop& shop, const Shopper& shopper, const Past& past, int day, double unit);

// When he comes next: after a gap of his own, or when something is used up; beyond every day if never again.
void plan_next_visit(const Shop& shop, const Shopper& shopper, Past& past, int day);

}  // namespace vitrina::simulator
