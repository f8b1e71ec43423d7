#pragma once
// What an evaluation of published files did and chose, for whoever reads or repeats it: the protocol of its report.
//
// Threads: pure function. Lifetime: borrows for the call.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "evaluation/metrics.hpp"
#include "evaluation/published.hpp"
#include "evaluation/published_split.hpp"
#include "evaluation/report.hpp"
#include "evaluation/stacking.hpp"
#include "evaluation/tuning.hpp"
#include "training/recipe.hpp"

namespace vitrina::evaluation {

// Everything that validation questions decided.
struct Chosen {
    training::Recipe recipe;
    std::vector<std::string> sources;
    WeightChoice weights;  // of the blend, by source
    StackingChoice stack;
    std::size_t trials = 0;
};

struct Described {
    const PublishedRequest& request;
    const PublishedSplit& split;
    const Chosen& chosen;
    std::size_t cut_off = 0;  // the first
    std::size_t asked = 0;    // validation questions on which recipes and weights were chosen
    Ideal ideal = Ideal::cut;
};

std::vector<std::pair<std::string, ProtocolValue>> protocol_of(const Described& described);

}  // namespace vitrina::evaluation
