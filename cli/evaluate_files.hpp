#pragma once
// `vitrina evaluate --interactions F …`: reads published files (plain or gzip), evaluates, prints a table or JSON, writes the
// chart.
//
// Threads: starts as many as asked for and joins them. Errors: printed; the answer is the exit status (console.hpp).

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace vitrina::cli {

struct EvaluateFilesOptions {
    std::string interactions;
    std::string valid;  // empty: taken from the training data
    std::string test;
    std::string shape;            // user-items, sequences, sessions, baskets
    std::vector<std::size_t> at;  // empty: by shape
    std::size_t trials = 40;
    std::uint64_t seed = 1;
    std::size_t threads = 0;  // 0: as many as processors
    std::string chart;        // file for the SVG; empty: none
    bool json = false;
    bool ablation = false;  // tell what each source and group of features adds to the ranker
};

int run_evaluate_files(const EvaluateFilesOptions& options);

}  // namespace vitrina::cli
