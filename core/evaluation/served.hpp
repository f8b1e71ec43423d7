#pragma once
// Lists of models on occasions, and what they are worth.
//
// Threads: `measured` uses the executor. Shapes: `lists[occasion]` is best first, without repeats.

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/executor.hpp"
#include "evaluation/occasions.hpp"
#include "evaluation/report.hpp"
#include "evaluation/rolling.hpp"

namespace vitrina::evaluation {

struct ListsOfModel {
    std::string name;
    std::vector<std::vector<ItemKey>> lists;  // one an occasion
    double seconds = 0;
};

struct Measuring {
    std::span<const Occasion> occasions;
    const ShopAt& shop;
    std::span<const std::size_t> cut_offs;
    BootstrapSettings bootstrap;
};

// The metrics of every model and the differences of the first to each other one.
void measure(const Measuring& measuring, const std::vector<ListsOfModel>& models, Executor& executor,
             TaskOutcome& outcome);

}  // namespace vitrina::evaluation
