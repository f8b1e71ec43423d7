#pragma once
// What a question says of the person who asks it, counted once for all candidates.
//
// Threads: pure function. Not an error: nothing is known of the person.
// Cost: a pass over at most 500 of the newest actions, and two sorts of the items in them.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "candidates/item_facts.hpp"
#include "features/query.hpp"

namespace vitrina::candidates {

// Everything the person did with one item.
struct Own {
    std::uint32_t row;
    float actions, age, days, newest_basket, baskets, first_basket, last_basket;
};

// How much of it goes to one category or brand.
struct PlaceShare {
    std::uint32_t place;
    float person = 0;  // of all actions
    float here = 0;    // of the context, or where there is none of the newest basket
};

struct Person {
    std::vector<Own> items;                      // by row
    std::vector<std::uint32_t> newest;           // distinct items, newest first: the context's, then the history's
    std::vector<PlaceShare> categories, brands;  // by place
    float actions = 0, baskets = 0, newest_basket = 0, people = 0;
    float context = 0;  // items of it
};

Person person_of(const features::Query& query, const ItemFacts& facts);

}  // namespace vitrina::candidates
