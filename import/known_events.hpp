#pragma once
// The events that the engine's log holds already, so that importing a file again sends nothing again.
//
// The folds recognise a duplicate only within a visitor's newest ids; older ones they divert without knowing them (DESIGN.md,
// "Duplicates"). An import brings old events on purpose, so it looks at the whole log first.
// Threads: immutable once made. Memory: 8 bytes an event of the log, at most `most` events; of a longer log the rest is not
// known, and duplicates among them are diverted by the folds.
// Cost: reads the whole log. Errors: whatever the engine answers.

#include <cstdint>
#include <vector>

#include "engine/engine.hpp"

namespace vitrina::import {

class KnownEvents {
public:
    static Result<KnownEvents> of(const engine::Engine& engine, std::size_t most);
    bool contains(const event::Event& event) const;

private:
    std::vector<std::uint64_t> hashes_;  // of visitor and event id, sorted
};

}  // namespace vitrina::import
