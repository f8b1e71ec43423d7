#pragma once
// What people looked at, and whether they took it: the rows that probabilities of taking are learned from, made of the history alone,
// whoever showed the item.
//
// A look is the first view of an item in a basket (a session) that did not take it before. It took the item where the same person
// puts it into the cart or orders it at that time or later, at most the horizon after it; it is a row when the horizon has
// passed by the newest entry, so that early looks and late ones mean the same.
// Time-safe: a row's features know what the person did before the look, and of the item's rates only what other people did (`folds`), or,
// in the slices that judge, only what was done in the slice that was learned from. So no row knows its own outcome.
// Threads: the caller's. Shapes: looks ascend by (time, person, entry). Not an error: no looks, no takes, no prices.
// Cost: `taking_history` entries a look.

#include <cstdint>
#include <span>
#include <vector>

#include "features/query.hpp"
#include "training/history.hpp"
#include "training/taking.hpp"
#include "training/trainer.hpp"

namespace vitrina::evaluation {

struct Look {
    std::uint32_t person = 0, item = 0;
    std::uint64_t entry = 0;
    TimeMs time = 0;
    bool taken = false, ordered = false;
};

std::vector<Look> looks_of(const training::History& history, TimeMs horizon_ms);

// What the person had done before the look, newest first.
features::Query query_of(const training::History& history, const Look& look);

// Kinds, brands and prices of the items, without what became of them.
training::TakingArrays named_items(std::size_t items, const training::ItemText& text, const training::ItemPrice& price);

// The same with looks and rates of these looks, without those of the persons p with p % folds == without.
inline constexpr std::uint32_t nobody = 0xffffffff;
struct WithoutPeople {
    std::uint32_t folds = 1, without = nobody;
};
training::TakingArrays with_rates(training::TakingArrays items, const training::History& history,
                                  std::span<const Look> looks, const WithoutPeople& left_out = {});

}  // namespace vitrina::evaluation
