#pragma once
// One visit of one person, from the landing to leaving or buying (docs/simulator.md, "A visit").
//
// Every want of the visit exists before anything is shown, or follows from what is in the cart; each can be met by search and
// listing alone. What is shown can only bring an item of a wanted leaf before the person's eyes without a page of searching.
// Threads: none shared. Precondition: `past.next_day == day`.

#include <array>

#include "simulator/side.hpp"

namespace vitrina::simulator {

// What came of the answers in one kind of slot. Of a thing: wanted, in stock and not looked at yet.
struct SlotOutcome {
    std::uint64_t asked = 0, shown = 0, of_use = 0, clicks = 0, carts = 0, bought = 0;
};

struct Outcome {
    std::uint32_t pages = 0, views = 0, carts = 0, lines = 0, units = 0, orders = 0;
    std::uint32_t wants = 0, sought = 0;  // things wanted, and those of them that were searched for or met
    std::uint32_t slots = 0, clicks = 0;  // answers asked for, and what was chosen from them
    double revenue = 0, margin = 0;
    std::array<SlotOutcome, 3> by_slot{};
};

// Where a visit happens.
struct Scene {
    const Shop& shop;
    Side& side;
    int day = 0;
    TimeMs midnight = 0;  // of that day
};

// When on that day a visit begins.
TimeMs start_of(const Shopper& shopper, int day);

// Changes what became of the person, next day included.
Outcome visit(const Scene& scene, const Shopper& shopper, Past& past);

// What a crawler that says nothing of it does on one day.
Outcome crawl(const Scene& scene, std::uint32_t bot);

}  // namespace vitrina::simulator
