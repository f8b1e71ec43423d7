#pragma once
// What an evaluation wants to know of this machine: how long things take and how much memory they took.
//
// Threads: one. Lifetime: the progress line must live as long as the probes.

#include <cstddef>

#include "cli/console.hpp"
#include "evaluation/published.hpp"

namespace vitrina::cli {

evaluation::Probes probes(ProgressLine& line);

// 0 means as many as there are processors.
std::size_t thread_count(std::size_t asked);

}  // namespace vitrina::cli
