#pragma once
// The answers that explored, out of the exposures: with them an analyst weighs what was clicked by the chance with which it was shown.
//
// Errors: corrupt_data where an exposure cannot be read; what the engine says where exposures lie elsewhere (on a cluster: in their topic).

#include <functional>

#include "base/error.hpp"
#include "engine/engine.hpp"
#include "engine/exposures.hpp"

namespace vitrina::engine {

// Of everybody, as long as exposures are kept.
Result<void> each_explored(Engine& engine, const std::function<void(const Exposure&)>& visit);

}  // namespace vitrina::engine
