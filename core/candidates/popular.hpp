#pragma once
// What everybody wants, over all time (`popular`) and lately (`recent`): the same for every person.
//
// Model: "<name>.rows" (u32) and "<name>.scores" (float), best first. Source: training/popular.hpp.
// Threads, lifetime and shapes: as candidates/source.hpp.

#include <memory>

#include "candidates/source.hpp"

namespace vitrina::candidates {

std::unique_ptr<Source> make_popular(std::shared_ptr<const model::Model> model);
std::unique_ptr<Source> make_recent(std::shared_ptr<const model::Model> model);

}  // namespace vitrina::candidates
