#pragma once
// What the embedded engine's folding left in its caches, as the stores of a cluster hold it.
//
// Threads: one. Lifetime: values.

#include <set>
#include <string>

#include "base/executor.hpp"
#include "engine/folding.hpp"
#include "tests/fold_log.hpp"

namespace vitrina::tests {

// Caches that never forget, and a folding of them that attributes success too.
struct EngineFolds {
    explicit EngineFolds(const border::Configuration& configuration);
    state::Verdict fold(const event::Event& event);
    // Leaves no outcomes behind.
    Stores stores();

private:
    PersonHasher hasher_;
    engine::StateCaches caches_;
    SerialExecutor executor_;
    engine::Folding folding_;
    engine::Position position_ = 0;
    std::set<std::string> users_;
};

}  // namespace vitrina::tests
