#pragma once
// Events made on one thread and given to the engine on another, in batches, so that parsing and syncing overlap. What the log
// holds already is counted as a duplicate and not given again.
//
// Threads: `run` is called from one thread, which alone calls the engine; `produce` runs on a thread of its own.
// Errors: whatever `produce` or the engine answers; the first one ends both. An engine whose queue is full is asked again.

#include <functional>
#include <vector>

#include "import/import.hpp"

namespace vitrina::import {

// False: nobody takes events any more, stop producing.
using Emit = std::function<bool(event::Event)>;

struct EventPipe {
    engine::Engine& engine;
    ImportReport& report;  // of it only the event counts are touched
    const ImportLimits& limits;
    std::function<void()> after_batch;

    Result<void> run(const std::function<Result<void>(const Emit&)>& produce) const;
};

}  // namespace vitrina::import
