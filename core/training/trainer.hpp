#pragma once
// How we learn: history → model. Pure: the same history, recipe and seed give the same bytes on any executor.
//
// Threads: uses the executor given and nothing else.
// Errors: invalid_input for a history without entries or a recipe out of range; exhausted when the stated memory bound would be passed.
// Cost: item–item and co-visitation grow with the sum of squared basket and history sizes (capped by the recipe), iALS with
// entries · d² + rows · d³ an epoch.
// Source: each trainer names its paper in its own header.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/executor.hpp"
#include "model/forest.hpp"
#include "model/model.hpp"
#include "training/covisit.hpp"
#include "training/history.hpp"
#include "training/ials.hpp"
#include "training/recipe.hpp"
#include "training/shown.hpp"
#include "training/taking.hpp"

namespace vitrina::training {

// Text of an item for the content source, as catalog/learning_text.hpp makes it; empty where the catalogue knows
// nothing. Row as in History::items.
using ItemText = std::function<std::string(std::uint32_t row)>;
// What it costs today, in units of its currency; 0 where nobody knows. Row as in History::items.
using ItemPrice = std::function<double(std::uint32_t row)>;

struct Trained {
    std::string model_bytes;
    double seconds_by_source_sum = 0;  // 0 unless the host measured; the core reads no clock
};

// A ranker that a model holds: its trees as the sections of this name (model/forest.hpp).
struct LearnedRanker {
    std::string name;
    const model::ForestArrays* forest = nullptr;
};

// Parts that a host had computed elsewhere; they give the same bytes as computing them here.
struct Prepared {
    const FinishedIals* ials = nullptr;
    // All blocks of rows (training/covisit.hpp) by the relation's place in `relations`; empty: made here.
    std::span<const std::vector<model::SparseBlock>> covisit;
    std::span<const LearnedRanker> rankers;
    const LearnedTaking* taking = nullptr;
    std::span<const LearnedShown> shown;
    bool item_facts =
        false;  // what rankers read of the items, though there is none yet; with rankers it is always there
};

// Trains every source that `recipe` switches on.
Result<Trained> train(const History& history, const Recipe& recipe, const ItemText& text, Executor& executor,
                      const Prepared& prepared = {});

}  // namespace vitrina::training
