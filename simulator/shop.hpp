#pragma once
// What is for sale, and how it truly is: leaves (kinds of things) with their complements, seasons and refills, items with
// prices, tastes and styles. Items of a leaf are substitutes.
//
// Threads: immutable after `make_shop`. Units: days count from 0, the first simulated one.
// Stock and launches come by day from chance alone: what one person buys takes nothing from another, so that people are
// independent of each other (docs/simulator.md says what that leaves out).

#include <array>
#include <cstdint>
#include <vector>

#include "simulator/chance.hpp"
#include "simulator/parameters.hpp"

namespace vitrina::simulator {

inline constexpr std::size_t dimensions = 8;
using Taste = std::array<float, dimensions>;
using ItemNumber = std::uint32_t;
using LeafNumber = std::uint32_t;

struct Leaf {
    Taste taste{};
    double appeal = 0;       // log of how much it is wanted
    double price = 0;        // median
    double peak_day = 0;     // of its season
    double refill_days = 0;  // 0: a durable
    LeafNumber top = 0;      // its category
    std::vector<LeafNumber> complements;
    std::vector<ItemNumber> items;  // in the order of the shop's own listing
};

struct Item {
    LeafNumber leaf = 0;
    std::uint32_t style = 0;
    Taste taste{};
    double appeal = 0;
    double price = 0, cost = 0;
    double cheapness = 0;  // -ln(price / median of the leaf)
    int launch = 0;        // the day on which it comes
};

struct Shop {
    Parameters parameters;
    Chance chance;
    std::vector<Leaf> leaves;
    std::vector<Item> items;
};

// `launches_from`, `launches_until`: the days between which new items come.
struct Launches {
    int from = 0, until = 0;
};

Shop make_shop(const Parameters& parameters, std::uint64_t seed, Launches launches);

// May it be bought on that day?
bool in_stock(const Shop& shop, ItemNumber item, int day);
// Log of what the season adds to the wish for a leaf.
double season_of(const Shop& shop, LeafNumber leaf, int day);

inline double product(const Taste& a, const Taste& b) {
    double sum = 0;
    for (std::size_t d = 0; d < dimensions; ++d) sum += static_cast<double>(a[d]) * static_cast<double>(b[d]);
    return sum;
}

}  // namespace vitrina::simulator
