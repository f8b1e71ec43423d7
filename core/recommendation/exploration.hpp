#pragma once
// Which item of an eligible set E is shown where a slot explores: a distribution q over E, and one draw from q itself, so that q is
// exactly the chance with which each item came there, as estimators of what other choices had brought need it.
//
// q = (1 − ε) · (share of `posterior_draws` draws in which the item is best) + ε / |E|, in millionths that add up to one million. A
// draw is a rate of clicks times one of orders a click, each from what is believed of it (ranking::Belief).
// Randomness: counter and slot name two streams, one of the posterior and one of the draw, so that whoever has q draws again from it alone.
// Threads: pure functions; the same arguments give the same answer. Preconditions: 1 to `eligible_most` items, 0 ≤ ε ≤ 1, chances that
// add up to `whole_chance`. Cost: about 0.4 ms for 20 items.
// Source: Thompson (1933), "On the likelihood that one unknown probability exceeds another in view of the evidence of two samples".

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ranking/success_lifts.hpp"

namespace vitrina::recommendation {

inline constexpr std::size_t eligible_most = 20;
inline constexpr std::size_t posterior_draws = 64;
inline constexpr std::uint32_t whole_chance = 1'000'000;

// Where the random numbers of a slot begin.
struct Chance {
    std::uint64_t counter = 0;  // another one for every answer
    std::uint32_t slot = 0;     // its place in the answer, from 0
};

// q, beside the items.
std::vector<std::uint32_t> chances_of(std::span<const ranking::Worth> eligible, double epsilon, const Chance& chance);

// The place in E that q's draw fell on.
std::size_t draw(std::span<const std::uint32_t> chances, const Chance& chance);

}  // namespace vitrina::recommendation
