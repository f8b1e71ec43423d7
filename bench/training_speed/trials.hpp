#pragma once
// The trials of `make bench BENCH=training-speed` (tools/bench_training_speed.py, which explains the table). Each checks its answers,
// prints one line of JSON, and stops the process where an answer is wrong.

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "evaluation/published_split.hpp"

namespace vitrina::bench {

[[noreturn]] void stop(const std::string& message);
void check(bool right, const std::string& message);

struct TrialOptions {
    std::filesystem::path out;  // where files for peers go
    std::size_t threads = 2;
    std::size_t repeats = 5;
};

// What is known before the test of a published set, and the test's questions.
evaluation::Stage published(evaluation::Shape shape,
                            const std::vector<std::pair<evaluation::Part, std::filesystem::path>>& files);

// Item–item neighbours of the person–item matrix. Writes `pairs` (i32 person, i32 item) for the peers.
void try_item_item(const training::History& history, const TrialOptions& options);
// Epochs of iALS: their times, and the factors after each number of epochs (people-N.f32, items-N.f32) for whoever judges their loss.
void try_ials(const training::History& history, std::uint32_t dimensions, const TrialOptions& options);
// The best 100 of many products. Writes rows.f32, queries.f32 and best.i32 for the peer.
void try_products(std::size_t rows, bool alike, const TrialOptions& options);
void try_sessions(const evaluation::Stage& stage, const TrialOptions& options);

}  // namespace vitrina::bench
