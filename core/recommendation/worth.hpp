#pragma once
// What it is worth that a candidate is looked at, by the objective of its placement: the probability that the person takes it then, times
// what the shop has of it.
//
// The factor is that worth over the middle one of the candidates of its category, held between 1/20 and 20: it multiplies scores,
// as success does. Within categories only: that is what the release of the model is judged by, and scores of sources are no
// probabilities; over categories, what is cheap and easily taken would go before what the page is about.
// Candidates that the model does not know have none, and count as middle ones. A price or a cost that the catalogue does not
// know counts as the middle of those it knows.
// Threads: pure function. Not an error: the objective `click`, or a model that knows nothing of what is taken: nothing.
// Cost: see ranking/taking.hpp, and a look at the catalogue a candidate.

#include <cstdint>
#include <span>
#include <vector>

#include "recommendation/inquiry.hpp"

namespace vitrina::recommendation {

struct Worth {
    std::uint32_t number = 0;
    float taken = 0;  // probability
    float money =
        1;  // of one that is taken: its price or margin in units of its currency; 1 where purchases count alike
    float factor = 1;
};

// Whether an objective counts money.
bool pays(Objective objective);
// Sets `money` of each by price or margin, as the objective asks.
void say_money(std::vector<Worth>& worths, const Inquiry& inquiry);

// Those of `numbers` that are rows of the model; by number.
std::vector<Worth> worth_of(std::span<const std::uint32_t> numbers, const Inquiry& inquiry);

// Null where there is none.
const Worth* find_worth(const std::vector<Worth>& worths, std::uint32_t number);

}  // namespace vitrina::recommendation
