#pragma once
// The person–item matrix of a history, sparse and in both directions: what item–item and iALS learn from.
//
// Shapes: the items of person p are [person_offsets[p], person_offsets[p+1]) of `item`, ascending by row; the people of item i are
// [item_offsets[i], item_offsets[i+1]) of `person`, ascending. Each pair stands once, with the weight of its strongest action.
// Threads: immutable once built.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "training/history.hpp"

namespace vitrina::training {

struct ActionWeights {
    double view = 1, wish = 1, cart = 1, buy = 1;
};

struct Interactions {
    std::vector<std::uint64_t> person_offsets{0};
    std::vector<std::uint32_t> item;
    std::vector<float> item_weight;  // beside `item`
    std::vector<std::uint64_t> item_offsets{0};
    std::vector<std::uint32_t> person;
    std::vector<float> person_weight;  // beside `person`

    std::size_t people() const { return person_offsets.size() - 1; }
    std::size_t items() const { return item_offsets.size() - 1; }
    std::size_t pairs() const { return item.size(); }
    std::span<const std::uint32_t> items_of(std::size_t p) const {
        return std::span(item).subspan(person_offsets[p], person_offsets[p + 1] - person_offsets[p]);
    }
    std::span<const std::uint32_t> people_of(std::size_t i) const {
        return std::span(person).subspan(item_offsets[i], item_offsets[i + 1] - item_offsets[i]);
    }
};

// At most the newest `items_a_person` distinct items of each person.
Interactions interactions_of(const History& history, const ActionWeights& weights, std::size_t items_a_person);

}  // namespace vitrina::training
